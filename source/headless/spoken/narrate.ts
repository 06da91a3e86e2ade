import type { GuideModel, Screen } from '../../engine/guide/model.ts';
import type { Moment } from './moment.ts';
import { sayBusy, sayDetails, sayReview, sayWelcome } from './say-begin.ts';
import { sayCeremony } from './say-ceremony.ts';
import { sayChecks } from './say-checks.ts';
import { sayDone, sayFailure, sayStop } from './say-end.ts';
import { sayPlan } from './say-plan.ts';
import { sayProgress } from './say-progress.ts';
import { sayQuestion, takenLines } from './say-question.ts';
import { spoken } from './sentences.ts';

/**
 * Renders the changes of a model since `before`, or the complete model without `before`. For an
 * unchanged model, only elapsed times are rendered.
 */
export function narrate(
	model: GuideModel,
	before: GuideModel | undefined,
	moment: Moment,
): string[] {
	return [
		...takenLines(model, before),
		...headerLines(model, before),
		...placeLines(model, before, moment),
		...stopLines(model, before),
	];
}

function headerLines({ header }: GuideModel, before?: GuideModel): string[] {
	const old = before?.header;
	const lines: string[] = [];
	if (header.practice && !old?.practice)
		lines.push('Practice mode: everything runs locally, and AWS is not used.');
	const facts = (['session', 'account', 'region'] as const).flatMap((name) =>
		header[name] === undefined || header[name] === old?.[name] ? [] : [`${name} ${header[name]}`],
	);
	if (facts.length > 0) lines.push(spoken(facts.join(', ')));
	return lines;
}

/** Renders the current step when it changes. */
function stepLines({ rail, screen }: GuideModel, before?: GuideModel): string[] {
	const now = rail.find(({ state }) => state === 'current');
	const old = before?.rail.find(({ state }) => state === 'current');
	// A run reports its own steps.
	if (now === undefined || now.id === old?.id || screen.kind === 'progress') return [];
	const ours = rail.filter(({ state }) => state !== 'later');
	return [`Step ${ours.indexOf(now) + 1} of ${ours.length}: ${now.title}.`];
}

function stopLines({ stop }: GuideModel, before?: GuideModel): string[] {
	if (stop === undefined) return before?.stop === undefined ? [] : ['Continuing.'];
	const same = before?.stop?.kind === stop.kind && before.stop.words.join() === stop.words.join();
	return same ? [] : sayStop(stop);
}

/** Renders the screen, after an empty line if it is a different one. */
function placeLines(model: GuideModel, before: GuideModel | undefined, moment: Moment): string[] {
	const { screen } = model;
	const old = before?.screen;
	const known = old !== undefined && placeOf(old) === placeOf(screen) ? old : undefined;
	const lines = [...stepLines(model, before), ...changes(screen, known, moment)];
	return known === undefined && lines.length > 0 ? ['', ...lines] : lines;
}

/** Two screens with the same id are one screen that has changed. */
export function placeOf(screen: Screen): string {
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
type Known<K extends Screen['kind']> = Extract<Screen, { kind: K }> | undefined;

function changes(screen: Screen, known: Screen | undefined, moment: Moment): string[] {
	switch (screen.kind) {
		case 'welcome':
			return sayWelcome(screen, known as Known<'welcome'>);
		case 'busy':
			return sayBusy(screen, known as Known<'busy'>);
		case 'question':
			return sayQuestion(screen, known as Known<'question'>, moment);
		case 'details':
			return sayDetails(screen, known as Known<'details'>);
		case 'checks':
			return sayChecks(screen, known as Known<'checks'>);
		case 'review':
			return sayReview(screen, known as Known<'review'>);
		case 'plan':
			return sayPlan(screen, known as Known<'plan'>);
		case 'ceremony':
			return sayCeremony(screen, known as Known<'ceremony'>, moment.recorders);
		case 'progress':
			return sayProgress(screen, (known as Known<'progress'>) ?? moment.run, moment);
		case 'failure':
			return sayFailure(screen, known as Known<'failure'>);
		case 'done':
			return sayDone(screen, known as Known<'done'>);
	}
}
