import type { WizardModel } from '../../wizard/wizard-model.ts';
import { goToAnswer } from './go-to-answer.ts';
import {
	createSecretFromLine,
	expectsSecret,
	findSecretCommand,
	handleCeremonyLine,
	handleRevealLine,
	handleSecret,
} from './handle-ceremony.ts';
import { handlePlanConfirmation, handlePlanLine } from './handle-plan.ts';
import { handleMultilineInput, handleQuestionLine } from './handle-question.ts';
import {
	handleChecksLine,
	handleChoiceLine,
	handleDetailsLine,
	handleReviewLine,
	handleStopLine,
	handleWelcomeLine,
} from './handle-setup-screens.ts';
import { type LineCommand, parseLineCommand, renderCommandHelp } from './line-commands.ts';
import {
	createActionResult,
	createOutputResult,
	type LineResult,
	type PendingInput,
} from './line-result.ts';
import type { ValidateValue } from './parse-value.ts';
import { renderDetails, renderScreenItem, searchScreen } from './render-details.ts';
import { renderChanges } from './render-screen.ts';

/** Interprets a typed line for the current screen. Has no side effects. */
export function handleLine(
	model: WizardModel,
	line: string,
	{ talk, problemOf, now }: { talk?: PendingInput; problemOf: ValidateValue; now: number },
): LineResult {
	const { stop, screen } = model;
	if (stop !== undefined) return handleStopLine(stop, line);
	if (talk?.kind === 'warned')
		return line.trim().toLowerCase() === 'yes'
			? createActionResult(talk.act)
			: createOutputResult('Cancelled.');
	if (talk?.kind === 'confirm') return handlePlanConfirmation(talk.name, line);
	if (talk?.kind === 'lines' && screen.kind === 'question')
		return handleMultilineInput(screen, talk.lines, line, problemOf);
	if (talk?.kind === 'shown' && screen.kind === 'ceremony' && screen.moment.kind === 'reveal')
		return handleRevealLine(screen.moment, line);
	if (expectsSecret(screen)) {
		const secret = createSecretFromLine(line);
		if (findSecretCommand(secret) === undefined) return handleSecret(screen, secret, talk);
	}
	const spoken = parseLineCommand(line);
	return spoken === undefined
		? hearAnswer(model, line, problemOf, now)
		: hearWord(model, spoken, now);
}

function hearWord(model: WizardModel, { word, rest }: LineCommand, now: number): LineResult {
	const { screen } = model;
	switch (word) {
		case 'help':
			return createOutputResult(
				...(screen.kind === 'question' ? [screen.help] : []),
				'You can type:',
				...renderCommandHelp(model),
			);
		case 'repeat':
			return { say: renderChanges(model, undefined, { now, last: now }) };
		case 'details':
			return { say: renderDetails(model, now) };
		case 'find':
			return { say: searchScreen(model, rest) };
		case 'show':
			return { say: renderScreenItem(screen, rest) };
		case 'go':
			return canGo(model)
				? goToAnswer(model, rest)
				: createOutputResult('Answers cannot be changed from here.');
		case 'back':
			return createActionResult({ type: 'back' });
		default:
			// During a run, quit asks whether to stop it.
			return createActionResult({ type: isRunning(model) ? 'interrupt' : 'leave' });
	}
}

function hearAnswer(
	model: WizardModel,
	line: string,
	problemOf: ValidateValue,
	now: number,
): LineResult {
	const { screen } = model;
	switch (screen.kind) {
		case 'welcome':
			return handleWelcomeLine(screen, line);
		case 'question':
			return handleQuestionLine(screen, line, problemOf);
		case 'details':
			return handleDetailsLine(screen, line);
		case 'checks':
			return handleChecksLine(screen, line);
		case 'review':
			return handleReviewLine(screen, line);
		case 'plan':
			return handlePlanLine(screen, line);
		case 'failure':
			return handleChoiceLine(screen, line);
		case 'done':
			return line.trim() === ''
				? createActionResult({ type: 'leave' })
				: createOutputResult('Press Enter to quit.');
		case 'ceremony':
			return handleCeremonyLine(screen, line);
		case 'progress':
			if (line.trim().toLowerCase() === 'stop') return createActionResult({ type: 'interrupt' });
			return line.trim() === ''
				? { say: renderDetails(model, now) }
				: createOutputResult(
						'The run is in progress. Type details for progress, stop to stop the run, or help.',
					);
		case 'busy':
			return createOutputResult('Please wait.');
	}
}

const isRunning = ({ screen: { kind } }: WizardModel) =>
	['progress', 'plan', 'ceremony'].includes(kind);
const canGo = ({ screen: { kind } }: WizardModel) =>
	['question', 'details', 'checks', 'review'].includes(kind);
