import { isDeepStrictEqual } from 'node:util';
import type { TerminalRecorder } from '../../wizard/terminal-recorders.ts';
import type { ProgressScreen, WizardModel, WizardScreen } from '../../wizard/wizard-model.ts';
import { toSentence } from '../format.ts';
import { renderCeremony } from './render-ceremony.ts';
import { renderProgress } from './render-progress.ts';
import { renderAcceptedAnswer, renderQuestion } from './render-question.ts';
import {
	renderDone,
	renderFailure,
	renderPlan,
	renderStopConfirmation,
} from './render-run-screens.ts';
import {
	renderBusy,
	renderChecks,
	renderReview,
	renderSettings,
	renderWelcome,
} from './render-setup-screens.ts';

/** Context for rendering changes; times are in ms since the epoch. */
interface RenderContext {
	now: number;
	/** The time of the last output. */
	last: number;
	/** The last known state of the run, which plans and failures may interrupt. */
	run?: ProgressScreen;
	/** An answer was submitted since, so that a repeated error is printed again. */
	answered?: boolean;
	/** Programs that may record the terminal. */
	recorders?: readonly TerminalRecorder[];
}

/**
 * Renders the changes of a model since `before`, or the complete model without `before`. For an
 * unchanged model, only elapsed times are rendered.
 */
export function renderChanges(
	model: WizardModel,
	before: WizardModel | undefined,
	context: RenderContext,
): string[] {
	return [
		...renderAcceptedAnswer(model, before),
		...headerLines(model, before),
		...screenLines(model, before, context),
		...stopLines(model, before),
	];
}

function headerLines({ header }: WizardModel, before?: WizardModel): string[] {
	const old = before?.header;
	const lines: string[] = [];
	if (header.practice && !old?.practice)
		lines.push('Practice mode: everything runs locally, and AWS is not used.');
	const facts = (['session', 'account', 'region'] as const).flatMap((name) =>
		header[name] === undefined || header[name] === old?.[name] ? [] : [`${name} ${header[name]}`],
	);
	if (facts.length > 0) lines.push(toSentence(facts.join(', ')));
	return lines;
}

/** Renders the current step when it changes. */
function stepLines({ rail, screen }: WizardModel, before?: WizardModel): string[] {
	const now = rail.find(({ state }) => state === 'current');
	const old = before?.rail.find(({ state }) => state === 'current');
	// A run reports its own steps.
	if (now === undefined || now.id === old?.id || screen.kind === 'progress') return [];
	const ours = rail.filter(({ state }) => state !== 'later');
	return [`Step ${ours.indexOf(now) + 1} of ${ours.length}: ${now.title}.`];
}

function stopLines({ stop }: WizardModel, before?: WizardModel): string[] {
	if (stop === undefined) return before?.stop === undefined ? [] : ['Continuing.'];
	const same = before?.stop?.kind === stop.kind && before.stop.words.join() === stop.words.join();
	return same ? [] : renderStopConfirmation(stop);
}

/** Renders the screen, after an empty line if it is a different one. */
function screenLines(
	model: WizardModel,
	before: WizardModel | undefined,
	context: RenderContext,
): string[] {
	const { screen } = model;
	const same = before !== undefined && getScreenId(before.screen) === getScreenId(screen);
	const lines = [
		...stepLines(model, before),
		...renderScreen(screen, same ? before.screen : undefined, context),
	];
	return !same && lines.length > 0 ? ['', ...lines] : lines;
}

/** Two screens with the same id are one screen that has changed. */
export function getScreenId(screen: WizardScreen): string {
	switch (screen.kind) {
		case 'question':
			return `question ${screen.key}`;
		case 'plan':
			return `plan ${screen.plan.file}`;
		case 'ceremony':
			return `ceremony ${screen.number}`;
		case 'checks':
		case 'details':
			return `${screen.kind} ${screen.step}`;
		default:
			return screen.kind;
	}
}

/** The previous screen, if it is of the same kind. */
type Known<K extends WizardScreen['kind']> = Extract<WizardScreen, { kind: K }> | undefined;

function renderScreen(
	screen: WizardScreen,
	known: WizardScreen | undefined,
	context: RenderContext,
): string[] {
	switch (screen.kind) {
		case 'welcome':
			return renderWelcome(screen, known as Known<'welcome'>);
		case 'busy':
			return renderBusy(screen, known as Known<'busy'>);
		case 'question':
			return renderQuestion(screen, known as Known<'question'>, context);
		case 'details':
			return renderSettings(screen, known as Known<'details'>);
		case 'checks':
			return renderChecks(screen, known as Known<'checks'>);
		case 'review':
			return isDeepStrictEqual(screen, known) ? [] : renderReview(screen);
		case 'plan':
			return renderPlan(screen, known as Known<'plan'>);
		case 'ceremony':
			return renderCeremony(screen, known as Known<'ceremony'>, context.recorders);
		case 'progress':
			return renderProgress(screen, (known as Known<'progress'>) ?? context.run, context);
		case 'failure':
			return isDeepStrictEqual(screen, known) ? [] : renderFailure(screen);
		case 'done':
			return isDeepStrictEqual(screen, known) ? [] : renderDone(screen);
	}
}
