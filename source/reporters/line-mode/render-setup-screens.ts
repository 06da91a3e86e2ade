import { isDeepStrictEqual } from 'node:util';
import { formatCount } from '../../engine/format.ts';
import type {
	BusyScreen,
	DetailItem,
	DetailsScreen,
	ReviewScreen,
	WelcomeScreen,
} from '../../wizard/wizard-model.ts';
import { renderChoices } from './render-choices.ts';
import { addFullStop, toSentence } from './sentences.ts';

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
	if (
		before !== undefined &&
		before.naming === undefined &&
		isDeepStrictEqual(before.choices, choices)
	)
		return trouble;
	return [
		...(before === undefined ? facts : []),
		...trouble,
		'Type a number:',
		...renderChoices(choices, choices.find(({ refusal }) => refusal === undefined)?.value),
	];
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

export const getSettings = ({ groups }: DetailsScreen): DetailItem[] =>
	groups.flatMap(({ items }) => items);

/** Formats a setting. */
export function formatSetting({ key, label, value, isDefault }: DetailItem): string {
	return `  ${label} (${key}): ${value}${isDefault ? ', default' : ''}`;
}

/** Renders the review, the last screen before anything is changed. */
export function renderReview(screen: ReviewScreen, before?: ReviewScreen): string[] {
	if (isDeepStrictEqual(screen, before)) return [];
	const { intent, changes, duration, problems } = screen;
	return [
		'All questions are answered. Planned actions:',
		...intent.flatMap(intentLines),
		...(changes.length === 0
			? []
			: ['Changed since the last run:', ...changes.map((c) => `  ${c}`)]),
		addFullStop(`Duration: ${duration}`),
		...problems.map(({ key, text }) => `Problem with ${key}: ${addFullStop(text)}`),
		problems.length > 0
			? 'Type go NAME to change an answer.'
			: 'Nothing has been changed. Type start to start the run, details to list all answers, back to go back.',
	];
}

function intentLines({ title, lines }: ReviewScreen['intent'][number]): string[] {
	const [only] = lines;
	if (only !== undefined && lines.length === 1) return [addFullStop(`${title}: ${only}`)];
	return [`${title}:`, ...lines.map((line) => `  ${toSentence(line)}`)];
}
