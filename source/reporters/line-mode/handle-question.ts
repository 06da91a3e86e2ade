import { parseMapLine } from '../../wizard/parse-map-line.ts';
import type { Choice, QuestionScreen } from '../../wizard/wizard-view-model.ts';
import {
	createLineResultForAction,
	createLineResultForChoice,
	createLineResultForOutput,
	type LineResult,
} from './line-commands.ts';
import { acceptsOnlyChoices, findChoice, getChoices, tryParseJson } from './render-question.ts';

/** Returns the problem with a value, as determined by the wizard. */
export type ValidateValue = (value: unknown) => string | undefined;

type ParsedValue = { choice: Choice } | { value: unknown } | { problem: string };

/** Handles a line at a question: an answer, unless it is a command. */
export function handleQuestionLine(
	screen: QuestionScreen,
	line: string,
	validate: ValidateValue,
): LineResult {
	const input = line.trim();
	if (input === '') return submitCurrentValue(screen);
	if (screen.lookup !== undefined && input.toLowerCase() === 'lookup')
		return createLineResultForAction({ type: 'look-up-again' });
	const several = screen.valueKind === 'multiline' || screen.valueKind === 'map';
	if (several && input.toLowerCase() !== 'none')
		return handleMultilineInput(screen, [], line, validate);
	return submit(screen, parseLine(screen, input, validate));
}

function submitCurrentValue(screen: QuestionScreen): LineResult {
	const { value, optional } = screen;
	if (value === undefined && !optional)
		return createLineResultForOutput(
			'An answer is required; there is no default. Type help for details.',
		);
	const choice = getChoices(screen).find((one) => one.value === String(value));
	return submit(screen, choice === undefined ? { value } : { choice });
}

function submit({ valueKind }: QuestionScreen, parsed: ParsedValue): LineResult {
	if ('problem' in parsed) return createLineResultForOutput(parsed.problem);
	if ('value' in parsed) return createLineResultForAction({ type: 'answer', value: parsed.value });
	const { value } = parsed.choice;
	return createLineResultForChoice(parsed.choice, {
		type: 'answer',
		value: valueKind === 'yesno' ? value === 'true' : value,
	});
}

/** Handles a line of a multi-line value; a dot ends it, two dots are a line with one dot. */
export function handleMultilineInput(
	screen: QuestionScreen,
	lines: readonly string[],
	line: string,
	validate: ValidateValue,
): LineResult {
	if (line === '.')
		return lines.length === 0
			? createLineResultForOutput('Nothing was typed.')
			: submit(screen, parseLines(screen, lines, validate));
	const input = /^\.\.+$/.test(line) ? line.slice(1) : line;
	const pending = { kind: 'lines', lines: [...lines, input] } as const;
	if (lines.length > 0) return { pending };
	const output = [
		'Continue. A line with a single dot ends the value; for a line with one dot, type two.',
	];
	return { output, pending };
}

/** Parses a typed line as a value for the current question. */
function parseLine(screen: QuestionScreen, input: string, validate: ValidateValue): ParsedValue {
	const choices = getChoices(screen);
	const quoted = /^"(.*)"$/.exec(input)?.[1];
	if (acceptsOnlyChoices(screen)) return parseChoice(screen, quoted ?? input);
	// The valid empty value of the question.
	if (input.toLowerCase() === 'none')
		return { value: [undefined, '', [], {}].find((value) => validate(value) === undefined) };
	switch (screen.valueKind) {
		case 'secret':
			return parseSecretReference(input);
		case 'list': {
			const items = input.split(',').map((item) => {
				const choice = findChoice(item, choices, { whole: true });
				return choice === undefined || choice.refusal !== undefined ? item.trim() : choice.value;
			});
			return { value: items.filter(Boolean) };
		}
		case 'number':
			return { value: /^-?\d+(\.\d+)?$/.test(input) ? Number(input) : input };
		default: {
			if (quoted !== undefined) return { value: quoted };
			const choice = findChoice(input, choices, { whole: true });
			return choice === undefined ? { value: input } : { choice };
		}
	}
}

const shortWords: Readonly<Record<string, string>> = {
	y: 'true',
	yes: 'true',
	n: 'false',
	no: 'false',
};

function parseChoice(screen: QuestionScreen, input: string): ParsedValue {
	const choices = getChoices(screen);
	const word = screen.valueKind === 'yesno' ? shortWords[input.toLowerCase()] : undefined;
	const choice = choices.find(({ value }) => value === word) ?? findChoice(input, choices);
	if (choice !== undefined) return { choice };
	return { problem: `There is no choice ${input}. Type a number from 1 to ${choices.length}.` };
}

function parseSecretReference(input: string): ParsedValue {
	const [, kind = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(input) ?? [];
	const name = kind.toLowerCase();
	if (name === 'generate' && rest === '') return { value: { generate: {} } };
	if (['env', 'file', 'command'].includes(name) && rest !== '') return { value: { [name]: rest } };
	return {
		problem:
			'Rejected, and not stored: enter a reference, not the secret. Type generate, env NAME, file PATH or command COMMAND.',
	};
}

/** Parses the lines of a multi-line value. */
function parseLines(
	{ valueKind }: QuestionScreen,
	lines: readonly string[],
	validate: ValidateValue,
): ParsedValue {
	if (valueKind !== 'map') return { value: `${lines.join('\n')}\n` };
	const pairs: { name: string; value: string; quoted: boolean }[] = [];
	for (const line of lines.filter((one) => one.trim() !== '')) {
		const pair = parseMapLine(line);
		if ('problem' in pair)
			return {
				problem:
					pair.problem === 'form'
						? `Not in the form name = value: ${line}. Type all lines again.`
						: `The quotation marks around the value are not complete: ${line}. Type all lines again.`,
			};
		pairs.push(pair);
	}
	const texts = Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
	if (validate(texts) === undefined) return { value: texts };
	// Some maps contain more than text: values are parsed as JSON if text is not valid.
	const parsed = Object.fromEntries(
		pairs.map(({ name, value, quoted }) => [name, quoted ? value : (tryParseJson(value) ?? value)]),
	);
	return { value: validate(parsed) === undefined ? parsed : texts };
}
