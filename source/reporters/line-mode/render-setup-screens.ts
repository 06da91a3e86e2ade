import { isDeepStrictEqual } from 'node:util';
import { formatCount } from '../../engine/format.ts';
import type {
	BusyScreen,
	CheckItem,
	ChecksScreen,
	DetailItem,
	DetailsScreen,
	ReviewScreen,
	WelcomeScreen,
} from '../../wizard/wizard-model.ts';
import { addFullStop, COPY_INDENT, formatDuration, toSentence } from '../format.ts';
import { renderMenu } from './render-choices.ts';

/** Renders the welcome screen. */
export function renderWelcome(screen: WelcomeScreen, before?: WelcomeScreen): string[] {
	const { facts, choices, naming, problem } = screen;
	const trouble =
		problem !== before?.problem && problem !== undefined ? [addFullStop(problem)] : [];
	if (naming !== undefined) {
		const refused = naming.problem;
		if (before?.naming !== undefined && refused === before.naming.problem) return trouble;
		return [
			...trouble,
			...(refused === undefined ? [] : [`Not valid: ${addFullStop(refused)}`]),
			`Session name? Press Enter for: ${naming.suggestion}`,
		];
	}
	if (before?.naming === undefined && isDeepStrictEqual(before?.choices, choices)) return trouble;
	return [...(before === undefined ? facts : []), ...trouble, ...renderMenu(choices)];
}

/** Renders the progress between two screens, and each new line of it. */
export function renderBusy({ title, lines }: BusyScreen, before?: BusyScreen): string[] {
	const known = new Set(before?.lines);
	return [
		...(title === before?.title ? [] : [`${addFullStop(title)} Please wait.`]),
		...lines.filter((line) => !known.has(line)).map(toSentence),
	];
}

/** Renders the groups of optional settings, or only the changes. */
export function renderSettings(screen: DetailsScreen, before?: DetailsScreen): string[] {
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

const getSettings = ({ groups }: DetailsScreen): DetailItem[] =>
	groups.flatMap(({ items }) => items);

/** Renders newly finished checks: failed ones in full, passed ones as a count at the end. */
export function renderChecks(screen: ChecksScreen, before?: ChecksScreen): string[] {
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

function checksSummary({ checks, seconds, waiting, canGoOn }: ChecksScreen): string[] {
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
		canGoOn
			? 'Press Enter to continue, or type retry to check again.'
			: 'Fix the blocker and type retry, or type go NAME to change an answer.',
	];
}

/** Renders the review, the last screen before anything is changed. */
export function renderReview({ intent, changes, duration, problems }: ReviewScreen): string[] {
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
