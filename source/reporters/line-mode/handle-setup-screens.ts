import type {
	ChecksScreen,
	DetailsScreen,
	FailureScreen,
	ReviewScreen,
	StopConfirmation,
	WelcomeScreen,
} from '../../wizard/wizard-model.ts';
import { findAnswersByName } from './go-to-answer.ts';
import { createActionResult, createOutputResult, type LineResult } from './line-result.ts';
import { findChoice } from './render-choices.ts';
import { getSettings } from './render-setup-screens.ts';
import { addFullStop } from './sentences.ts';

/** Handles a line at a screen of choices; the first available one is the default. */
export function handleChoiceLine(
	{ choices }: WelcomeScreen | FailureScreen,
	line: string,
): LineResult {
	const free = choices.find(({ refusal }) => refusal === undefined);
	const choice = line.trim() === '' ? free : findChoice(line, choices);
	if (choice === undefined) return createOutputResult(`Type a number from 1 to ${choices.length}.`);
	if (choice.refusal !== undefined)
		return createOutputResult(`${choice.label} is unavailable: ${addFullStop(choice.refusal)}`);
	const action = { type: 'choose', value: choice.value } as const;
	if (choice.warning === undefined) return createActionResult(action);
	return {
		say: [addFullStop(choice.warning), 'Type yes to continue; anything else cancels.'],
		talk: { kind: 'warned', act: action },
	};
}

/** Handles a line at the welcome screen: a session name or a choice. */
export function handleWelcomeLine(screen: WelcomeScreen, line: string): LineResult {
	if (screen.naming === undefined) return handleChoiceLine(screen, line);
	const name = line.trim().replace(/^"(.*)"$/, '$1');
	return createActionResult({ type: 'name', name: name === '' ? screen.naming.suggestion : name });
}

/** Handles a line at the optional settings. */
export function handleDetailsLine(screen: DetailsScreen, line: string): LineResult {
	const input = line.trim();
	if (input === '' || input.toLowerCase() === 'on') return createActionResult({ type: 'on' });
	const name = /^reset\s+(.+)$/i.exec(input)?.[1];
	if (name === undefined)
		return createOutputResult(
			'Press Enter to continue, or type show NAME, go NAME, reset NAME or help.',
		);
	const found = findAnswersByName(getSettings(screen), name);
	const [only] = found;
	if (only === undefined || found.length > 1)
		return createOutputResult(`${found.length} settings match ${name}; type the full name.`);
	return createActionResult({ type: 'reset', key: only.key });
}

/** Handles a line at the checks. */
export function handleChecksLine(screen: ChecksScreen, line: string): LineResult {
	const input = line.trim();
	const [, name] = /^(?:retry|again)(?:\s+(.+))?$/i.exec(input) ?? [undefined, undefined];
	if (/^(?:retry|again)\b/i.test(input)) {
		if (name === undefined) return createActionResult({ type: 'recheck' });
		const check = screen.checks.find(({ id }) => id === name);
		return check === undefined
			? createOutputResult(`There is no check ${name}.`)
			: createActionResult({ type: 'recheck', id: check.id });
	}
	if (input !== '' && input.toLowerCase() !== 'on')
		return createOutputResult(
			'Press Enter to continue, type retry to run the checks again, or help.',
		);
	if (screen.canGoOn) return createActionResult({ type: 'on' });
	return createOutputResult(
		screen.running > 0
			? 'Checks are still running. Please wait.'
			: 'There is a blocker. Fix it and type retry, or type go NAME to change an answer.',
	);
}

/** Handles a line at the review, which only `start` confirms (`begin` is the former word). */
export function handleReviewLine(screen: ReviewScreen, line: string): LineResult {
	if (!['start', 'begin'].includes(line.trim().toLowerCase()))
		return createOutputResult(
			'Nothing has started. Type start to start the run, go NAME to change an answer, or help.',
		);
	if (screen.problems.length === 0) return createActionResult({ type: 'on' });
	return createOutputResult(
		...screen.problems.map(({ key, text }) => `Problem with ${key}: ${addFullStop(text)}`),
	);
}

/** Handles a line at the stop confirmation, which only the exact word confirms. */
export function handleStopLine(stop: StopConfirmation, line: string): LineResult {
	const word = stop.type ?? 'stop';
	const input = stop.type === undefined ? line.trim().toLowerCase() : line.trim();
	if (input === word) return createActionResult({ type: 'stop-answer', stop: true });
	if (input === '') return createActionResult({ type: 'stop-answer', stop: false });
	return createOutputResult(
		`The text does not match. Type ${word} to stop, or press Enter to continue.`,
	);
}
