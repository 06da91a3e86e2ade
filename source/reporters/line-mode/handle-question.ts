import type { Choice, QuestionScreen } from '../../wizard/wizard-model.ts';
import { createActionResult, createOutputResult, type LineResult } from './line-result.ts';
import { type ParsedValue, parseLine, parseLines, type ValidateValue } from './parse-value.ts';
import { getChoices } from './question-values.ts';
import { renderChoices, renderMatchingChoices } from './render-choices.ts';
import { addFullStop } from './sentences.ts';

/** Handles a line at a question: an answer, unless it is a command. */
export function handleQuestionLine(
	screen: QuestionScreen,
	line: string,
	problemOf: ValidateValue,
): LineResult {
	const input = line.trim();
	if (input === '') return standing(screen);
	if (screen.lookup !== undefined && input.toLowerCase() === 'lookup')
		return createActionResult({ type: 'look-up-again' });
	const several = screen.valueKind === 'multiline' || screen.valueKind === 'map';
	if (several && input.toLowerCase() !== 'none')
		return handleMultilineInput(screen, [], line, problemOf);
	return answered(screen, parseLine(screen, line, problemOf));
}

/** Enter submits the current value. */
function standing(screen: QuestionScreen): LineResult {
	if (screen.value === undefined && !screen.optional)
		return createOutputResult('An answer is required; there is no default. Type help for details.');
	const choice = getChoices(screen).find(({ value }) => value === String(screen.value));
	return choice === undefined
		? createActionResult({ type: 'answer', value: screen.value })
		: answered(screen, { choice });
}

function answered(screen: QuestionScreen, read: ParsedValue): LineResult {
	if ('problem' in read) return createOutputResult(read.problem);
	if ('choice' in read) return taken(read.choice, answerOf(screen, read.choice));
	return createActionResult({ type: 'answer', value: read.value });
}

function answerOf({ valueKind }: QuestionScreen, { value }: Choice): unknown {
	return valueKind === 'yesno' ? value === 'true' : value;
}

function taken({ label, refusal, warning }: Choice, value: unknown): LineResult {
	if (refusal !== undefined)
		return createOutputResult(`${label} is unavailable: ${addFullStop(refusal)}`);
	const action = { type: 'answer', value } as const;
	if (warning === undefined) return createActionResult(action);
	return {
		say: [addFullStop(warning), `Type yes to select ${label}; anything else cancels.`],
		talk: { kind: 'warned', act: action },
	};
}

/** Handles a line of a multi-line value; a dot ends it, two dots are a line with one dot. */
export function handleMultilineInput(
	screen: QuestionScreen,
	lines: readonly string[],
	line: string,
	problemOf: ValidateValue,
): LineResult {
	if (line !== '.') {
		const input = /^\.\.+$/.test(line) ? line.slice(1) : line;
		return {
			talk: { kind: 'lines', lines: [...lines, input] },
			...(lines.length === 0
				? {
						say: [
							'Continue. A line with a single dot ends the value; for a line with one dot, type two.',
						],
					}
				: {}),
		};
	}
	return lines.length === 0
		? createOutputResult('Nothing was typed.')
		: answered(screen, parseLines(screen, lines, problemOf));
}

/** Renders the choices of a question that contain a text. */
export function searchChoices(screen: QuestionScreen, text: string): string[] {
	const choices = getChoices(screen);
	if (choices.length === 0) return ['This question has no choices.'];
	return text === '' ? renderChoices(choices) : renderMatchingChoices(choices, text);
}
