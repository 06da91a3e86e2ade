import { isDeepStrictEqual } from 'node:util';
import { formatCount } from '../../engine/format.ts';
import type { DetectedRecorder } from '../../wizard/detect-terminal-recorders.ts';
import type {
	BusyScreen,
	CheckItem,
	ChecksScreen,
	OptionalSetting,
	OptionalSettingsScreen,
	ProgressScreen,
	ReviewScreen,
	WelcomeScreen,
	WizardScreen,
	WizardViewModel,
} from '../../wizard/wizard-view-model.ts';
import { addFullStop, COPY_INDENT, formatDuration, toSentence } from '../format.ts';
import { renderCeremony } from './render-ceremony.ts';
import {
	renderDone,
	renderFailure,
	renderPlan,
	renderStopConfirmation,
} from './render-plan-and-outcome.ts';
import { renderProgress } from './render-progress.ts';
import { renderAcceptedAnswer, renderMenu, renderQuestion } from './render-question.ts';

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
	recorders?: readonly DetectedRecorder[];
}

/**
 * Renders the changes of a model since `before`, or the complete model without `before`. For an
 * unchanged model, only elapsed times are rendered.
 */
export function renderModelChanges(
	model: WizardViewModel,
	before: WizardViewModel | undefined,
	context: RenderContext,
): string[] {
	return [
		...renderAcceptedAnswer(model, before),
		...headerLines(model, before),
		...screenLines(model, before, context),
		...stopLines(model, before),
	];
}

function headerLines({ header }: WizardViewModel, before?: WizardViewModel): string[] {
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
function stepLines({ stepper, screen }: WizardViewModel, before?: WizardViewModel): string[] {
	const now = stepper.find(({ state }) => state === 'current');
	const old = before?.stepper.find(({ state }) => state === 'current');
	// A run reports its own steps.
	if (now === undefined || now.id === old?.id || screen.kind === 'progress') return [];
	const ours = stepper.filter(({ state }) => state !== 'later');
	return [`Step ${ours.indexOf(now) + 1} of ${ours.length}: ${now.title}.`];
}

function stopLines({ stop }: WizardViewModel, before?: WizardViewModel): string[] {
	if (stop === undefined) return before?.stop === undefined ? [] : ['Continuing.'];
	const same =
		before?.stop?.kind === stop.kind && before.stop.message.join() === stop.message.join();
	return same ? [] : renderStopConfirmation(stop);
}

/** Renders the screen, after an empty line if it is a different one. */
function screenLines(
	model: WizardViewModel,
	before: WizardViewModel | undefined,
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

/** Renders the welcome screen. */
function renderWelcome(screen: WelcomeScreen, before?: WelcomeScreen): string[] {
	const { introduction, choices, namePrompt, problem } = screen;
	const trouble =
		problem !== before?.problem && problem !== undefined ? [addFullStop(problem)] : [];
	if (namePrompt !== undefined) {
		const refused = namePrompt.problem;
		if (before?.namePrompt !== undefined && refused === before.namePrompt.problem) return trouble;
		return [
			...trouble,
			...(refused === undefined ? [] : [`Not valid: ${addFullStop(refused)}`]),
			`Session name? Press Enter for: ${namePrompt.suggestion}`,
		];
	}
	if (before?.namePrompt === undefined && isDeepStrictEqual(before?.choices, choices))
		return trouble;
	return [...(before === undefined ? introduction : []), ...trouble, ...renderMenu(choices)];
}

/** Renders the progress between two screens, and each new line of it. */
function renderBusy({ title, lines }: BusyScreen, before?: BusyScreen): string[] {
	const known = new Set(before?.lines);
	return [
		...(title === before?.title ? [] : [`${addFullStop(title)} Please wait.`]),
		...lines.filter((line) => !known.has(line)).map(toSentence),
	];
}

/** Renders the groups of optional settings, or only the changes. */
function renderSettings(screen: OptionalSettingsScreen, before?: OptionalSettingsScreen): string[] {
	const items = getSettings(screen);
	if (before !== undefined) {
		const known = new Map(getSettings(before).map((item) => [item.key, item.value]));
		return items
			.filter(({ key, value }) => known.get(key) !== value)
			.map(({ label, value }) => `${label} is now: ${value}`);
	}
	const own = items.filter(({ isDefault }) => !isDefault).length;
	return [
		`${screen.title}: ${formatCount(items.length, 'optional setting')} (${own} changed).`,
		...screen.groups.map(
			(group, index) =>
				`${index + 1}. ${group.title}: ${formatCount(group.items.length, 'setting')}`,
		),
		'Press Enter to continue. Type show NUMBER to list a group, go NAME to change a setting.',
	];
}

const getSettings = ({ groups }: OptionalSettingsScreen): OptionalSetting[] =>
	groups.flatMap(({ items }) => items);

/** Renders newly finished checks: failed ones in full, passed ones as a count at the end. */
function renderChecks(screen: ChecksScreen, before?: ChecksScreen): string[] {
	const known = new Map(before?.checks.map((check) => [check.id, check]));
	const fresh = screen.checks.filter((check) => {
		const old = known.get(check.id);
		return isBad(check) && !(old?.result === check.result && old.found === check.found);
	});
	const started = screen.running > 0 && (before === undefined || before.running === 0);
	const ended = screen.running === 0 && (before === undefined || before.running > 0);
	return [
		...(started ? ['Checking. Please wait.'] : []),
		...fresh.flatMap(renderCheck),
		...(ended ? checksSummary(screen) : []),
	];
}

/** Passed and skipped checks are only counted. */
const isBad = ({ result, blockedBy }: CheckItem) =>
	(result === 'fail' || result === 'unknown') && blockedBy === undefined;

/** Renders a check with its finding and fix. */
export function renderCheck({ id, title, severity, result, found, fix }: CheckItem): string[] {
	const word = result === 'fail' ? severity : result === 'pass' ? 'passed' : result;
	return [
		`${toSentence(`${word}: ${id}`)} ${addFullStop(title)} ${toSentence(found)}`,
		...(fix === undefined ? [] : ['Fix:', `${COPY_INDENT}${fix}`]),
	];
}

function checksSummary({ checks, seconds, waiting, canContinue }: ChecksScreen): string[] {
	const count = (fits: (check: CheckItem) => boolean) => checks.filter(fits).length;
	const failed = (severity: CheckItem['severity'], what: string) => {
		const number = count((check) => check.result === 'fail' && check.severity === severity);
		return number === 0 ? [] : [formatCount(number, what)];
	};
	const unknown = count(({ result }) => result === 'unknown');
	const passed = count(({ result }) => result === 'pass');
	const words = [
		...failed('blocker', 'blocker'),
		...failed('warning', 'warning'),
		...failed('info', 'note'),
		...(unknown > 0 ? [`${unknown} unknown`] : []),
		passed === checks.length ? 'all passed' : `${passed} passed`,
	];
	const took = seconds === undefined ? '' : ` in ${formatDuration(seconds)}`;
	const state = waiting === 1 ? 'is pending until its' : 'are pending until their';
	return [
		`${formatCount(checks.length, 'check')}${took}: ${words.join(', ')}.`,
		...checks.flatMap(({ id, blockedBy }) =>
			blockedBy === undefined ? [] : [`${id} was skipped because of ${blockedBy}.`],
		),
		...(waiting === 0 ? [] : [`${formatCount(waiting, 'more check')} ${state} answers are given.`]),
		canContinue
			? 'Press Enter to continue, or type retry to check again.'
			: 'Fix the blocker and type retry, or type go NAME to change an answer.',
	];
}

/** Renders the review, the last screen before anything is changed. */
function renderReview({ intent, changes, duration, problems }: ReviewScreen): string[] {
	return [
		'All questions are answered. Planned actions:',
		...intent.flatMap(({ title, lines }) =>
			lines.length === 1
				? [addFullStop(`${title}: ${lines[0]}`)]
				: [`${title}:`, ...lines.map((line) => `  ${toSentence(line)}`)],
		),
		...(changes.length === 0
			? []
			: ['Changed since the last run:', ...changes.map((change) => `  ${change}`)]),
		addFullStop(`Duration: ${duration}`),
		...renderProblems(problems),
		problems.length > 0
			? 'Type go NAME to change an answer.'
			: 'Nothing has been changed. Type start to start the run, details to list all answers, back to go back.',
	];
}

/** Renders the problems that prevent the start. */
export const renderProblems = (problems: ReviewScreen['problems']): string[] =>
	problems.map(({ key, text }) => `Problem with ${key}: ${addFullStop(text)}`);
