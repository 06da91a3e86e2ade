import { formatCount } from '../../engine/format.ts';
import type {
	ChecksScreen,
	Choice,
	PlanScreen,
	ReviewScreen,
	StopConfirmation,
	WelcomeScreen,
	WizardViewModel,
} from '../../wizard/wizard-view-model.ts';
import {
	createSecretFromLine,
	expectsSecret,
	findCommandInSecretInput,
	handleCeremonyLine,
	handleRevealLine,
	handleTypedCeremonySecret,
} from './handle-ceremony.ts';
import { handleMultilineInput, handleQuestionLine, type ValidateValue } from './handle-question.ts';
import {
	createLineResultForAction,
	createLineResultForChoice,
	createLineResultForOutput,
	type LineCommand,
	type LineResult,
	type PendingInput,
	parseLineCommand,
	renderCommandHelp,
} from './line-commands.ts';
import { findChoice, findFirstAvailableChoice } from './render-question.ts';
import { renderModelChanges, renderProblems } from './render-screen.ts';
import {
	listAnswers,
	listDestinations,
	listScreenItems,
	matchItems,
	renderCurrentScreenDetails,
	renderItemOrGroup,
	renderItems,
	searchScreen,
} from './searchable-screen-items.ts';

/** Interprets a typed line for the current screen. Has no side effects. */
export function handleLine(
	model: WizardViewModel,
	line: string,
	{ pending, validate, now }: { pending?: PendingInput; validate: ValidateValue; now: number },
): LineResult {
	const { stop, screen } = model;
	if (stop !== undefined) return handleStopLine(stop, line);
	if (pending?.kind === 'confirm') {
		const { type, action, refusal } = pending;
		const input = type === 'yes' ? line.trim().toLowerCase() : line.trim();
		return input === type ? createLineResultForAction(action) : createLineResultForOutput(refusal);
	}
	if (pending?.kind === 'lines' && screen.kind === 'question')
		return handleMultilineInput(screen, pending.lines, line, validate);
	if (pending?.kind === 'shown' && screen.kind === 'ceremony' && screen.prompt.kind === 'reveal')
		return handleRevealLine(screen.prompt, line);
	if (expectsSecret(screen)) {
		const secret = createSecretFromLine(line);
		if (findCommandInSecretInput(secret) === undefined)
			return handleTypedCeremonySecret(screen, secret, pending);
	}
	const command = parseLineCommand(line);
	return command === undefined
		? handleAnswer(model, line, validate, now)
		: handleCommand(model, command, now);
}

function handleCommand(model: WizardViewModel, command: LineCommand, now: number): LineResult {
	const { name, argument } = command;
	switch (name) {
		case 'help':
			return { output: renderCommandHelp(model) };
		case 'repeat':
			return { output: renderModelChanges(model, undefined, { now, last: now }) };
		case 'details':
			return { output: renderCurrentScreenDetails(model, now) };
		case 'find':
			return { output: searchScreen(model, argument) };
		case 'show':
			return { output: renderItemOrGroup(model, argument) };
		case 'go':
			return goToAnswer(model, argument);
		case 'back':
			return createLineResultForAction({ type: 'back' });
		default: {
			// During a run, quit asks whether to stop it.
			const runs = ['progress', 'plan', 'ceremony'].includes(model.screen.kind);
			return createLineResultForAction({ type: runs ? 'interrupt' : 'leave' });
		}
	}
}

/** Goes to the answer that a name identifies by its key or label. */
function goToAnswer(model: WizardViewModel, name: string): LineResult {
	if (!['question', 'details', 'checks', 'review'].includes(model.screen.kind))
		return createLineResultForOutput('Answers cannot be changed from here.');
	if (name === '') return { output: renderItems(listAnswers(model)) };
	const found = matchItems(listDestinations(model), name);
	const [only] = found;
	if (only === undefined)
		return createLineResultForOutput(`No answer matches ${name}. Type go to list all answers.`);
	if (found.length === 1) return createLineResultForAction({ type: 'go', key: only.name });
	return createLineResultForOutput(
		`${found.length} answers match; type go and one of these names:`,
		...found.map((item) => `  ${item.name}: ${item.label}`),
	);
}

function handleAnswer(
	model: WizardViewModel,
	line: string,
	validate: ValidateValue,
	now: number,
): LineResult {
	const { screen } = model;
	const input = line.trim().toLowerCase();
	switch (screen.kind) {
		case 'welcome':
			return handleWelcomeLine(screen, line);
		case 'question':
			return handleQuestionLine(screen, line, validate);
		case 'details':
			return handleDetailsLine(model, line.trim());
		case 'checks':
			return handleChecksLine(screen, line.trim());
		case 'review':
			return handleReviewLine(screen, input);
		case 'plan':
			return handlePlanLine(screen, input);
		case 'failure':
			return handleChoiceLine(screen.choices, line);
		case 'done':
			return input === ''
				? createLineResultForAction({ type: 'leave' })
				: createLineResultForOutput('Press Enter to quit.');
		case 'ceremony':
			return handleCeremonyLine(screen, line);
		case 'progress':
			if (input === 'stop') return createLineResultForAction({ type: 'interrupt' });
			return input === ''
				? { output: renderCurrentScreenDetails(model, now) }
				: createLineResultForOutput(
						'The run is in progress. Type details for progress, stop to stop the run, or help.',
					);
		case 'busy':
			return createLineResultForOutput('Please wait.');
	}
}

/** Handles a line at a screen of choices; the first available one is the default. */
function handleChoiceLine(choices: readonly Choice[], line: string): LineResult {
	const choice = line.trim() === '' ? findFirstAvailableChoice(choices) : findChoice(line, choices);
	if (choice === undefined)
		return createLineResultForOutput(`Type a number from 1 to ${choices.length}.`);
	return createLineResultForChoice(choice, { type: 'choose', value: choice.value });
}

/** Handles a line at the welcome screen: a session name or a choice. */
function handleWelcomeLine({ namePrompt, choices }: WelcomeScreen, line: string): LineResult {
	if (namePrompt === undefined) return handleChoiceLine(choices, line);
	const name = line.trim().replace(/^"(.*)"$/, '$1');
	return createLineResultForAction({
		type: 'name',
		name: name === '' ? namePrompt.suggestion : name,
	});
}

const isContinue = (input: string): boolean => input === '' || input.toLowerCase() === 'on';

function handleDetailsLine(model: WizardViewModel, input: string): LineResult {
	if (isContinue(input)) return createLineResultForAction({ type: 'on' });
	const name = /^reset\s+(.+)$/i.exec(input)?.[1];
	if (name === undefined)
		return createLineResultForOutput(
			'Press Enter to continue, or type show NAME, go NAME, reset NAME or help.',
		);
	const found = matchItems(listScreenItems(model), name);
	const [only] = found;
	return only === undefined || found.length > 1
		? createLineResultForOutput(`${found.length} settings match ${name}; type the full name.`)
		: createLineResultForAction({ type: 'reset', key: only.name });
}

/** Handles a line at the checks (`again` is the former word for `retry`). */
function handleChecksLine(screen: ChecksScreen, input: string): LineResult {
	const retry = /^(?:retry|again)(?:\s+(.+))?$/i.exec(input);
	if (retry !== null) {
		const id = retry[1];
		if (id === undefined) return createLineResultForAction({ type: 'recheck' });
		return screen.checks.some((check) => check.id === id)
			? createLineResultForAction({ type: 'recheck', id })
			: createLineResultForOutput(`There is no check ${id}.`);
	}
	if (!isContinue(input))
		return createLineResultForOutput(
			'Press Enter to continue, type retry to run the checks again, or help.',
		);
	if (screen.canContinue) return createLineResultForAction({ type: 'on' });
	return createLineResultForOutput(
		screen.running > 0
			? 'Checks are still running. Please wait.'
			: 'There is a blocker. Fix it and type retry, or type go NAME to change an answer.',
	);
}

/** Handles a line at the review, which only `start` confirms (`begin` is the former word). */
function handleReviewLine({ problems }: ReviewScreen, input: string): LineResult {
	if (!['start', 'begin'].includes(input))
		return createLineResultForOutput(
			'Nothing has started. Type start to start the run, go NAME to change an answer, or help.',
		);
	if (problems.length === 0) return createLineResultForAction({ type: 'on' });
	return { output: renderProblems(problems) };
}

/** Handles a line at a plan, which only `apply` applies. */
function handlePlanLine({ plan: { confirm, destroys } }: PlanScreen, input: string): LineResult {
	switch (input) {
		case 'apply':
			if (confirm === undefined) return createLineResultForAction({ type: 'apply' });
			return {
				output: [
					`This plan destroys ${formatCount(destroys.length, 'resource')}. To apply it, type: ${confirm}`,
					'Anything else cancels.',
				],
				pending: {
					kind: 'confirm',
					type: confirm,
					action: { type: 'apply' },
					refusal: `Nothing was applied: the text does not match ${confirm}.`,
				},
			};
		case 'save':
			return createLineResultForAction({ type: 'save-plan' });
		case 'cancel':
		case 'not now':
		case 'not-now':
			return createLineResultForAction({ type: 'not-now' });
		default:
			return createLineResultForOutput(
				'Nothing was applied. Type apply to apply the plan, cancel to go back, or help.',
			);
	}
}

/** Handles a line at the stop confirmation, which only the exact word confirms. */
function handleStopLine(stop: StopConfirmation, line: string): LineResult {
	const word = stop.type ?? 'stop';
	const input = stop.type === undefined ? line.trim().toLowerCase() : line.trim();
	if (input === word) return createLineResultForAction({ type: 'stop-answer', stop: true });
	if (input === '') return createLineResultForAction({ type: 'stop-answer', stop: false });
	return createLineResultForOutput(
		`The text does not match. Type ${word} to stop, or press Enter to continue.`,
	);
}
