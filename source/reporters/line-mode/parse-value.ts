import type { Choice, QuestionScreen } from '../../wizard/wizard-model.ts';
import { acceptsOnlyChoices, getChoices } from './question-values.ts';
import { findChoice } from './render-choices.ts';

/** Returns the problem with a value, as determined by the guide. */
export type ValidateValue = (value: unknown) => string | undefined;

export type ParsedValue = { choice: Choice } | { value: unknown } | { problem: string };

/** Parses a typed line as a value for the current question. */
export function parseLine(
	screen: QuestionScreen,
	line: string,
	problemOf: ValidateValue,
): ParsedValue {
	const quoted = /^"(.*)"$/.exec(line.trim())?.[1];
	if (acceptsOnlyChoices(screen)) return readChoice(screen, quoted ?? line);
	if (quoted === undefined && line.trim().toLowerCase() === 'none')
		return { value: blank(problemOf) };
	switch (screen.valueKind) {
		case 'secret':
			return readSecret(line);
		case 'list':
			return {
				value: line
					.split(',')
					.map((item) => picked(screen, item.trim()))
					.filter(Boolean),
			};
		case 'number':
			return { value: /^-?\d+(\.\d+)?$/.test(line.trim()) ? Number(line) : line.trim() };
		default: {
			if (quoted !== undefined) return { value: quoted };
			const choice = findChoice(line, getChoices(screen), { whole: true });
			return choice === undefined ? { value: line.trim() } : { choice };
		}
	}
}

const shortWords: Readonly<Record<string, string>> = {
	y: 'true',
	yes: 'true',
	n: 'false',
	no: 'false',
};

function readChoice(screen: QuestionScreen, line: string): ParsedValue {
	const choices = getChoices(screen);
	const said = line.trim();
	const word = screen.valueKind === 'yesno' ? shortWords[said.toLowerCase()] : undefined;
	const choice = choices.find(({ value }) => value === word) ?? findChoice(said, choices);
	if (choice !== undefined) return { choice };
	return { problem: `There is no choice ${said}. Type a number from 1 to ${choices.length}.` };
}

/** An item of a list: the number of a choice, or the item itself. */
function picked(screen: QuestionScreen, item: string): string {
	const choice = findChoice(item, getChoices(screen), { whole: true });
	return choice === undefined || choice.refusal !== undefined ? item : choice.value;
}

/** The valid empty value of the question. */
function blank(problemOf: ValidateValue): unknown {
	return [undefined, '', [], {}].find((value) => problemOf(value) === undefined);
}

function readSecret(line: string): ParsedValue {
	const [word = '', ...others] = line.trim().split(/\s+/);
	const rest = line.trim().slice(word.length).trim();
	const kind = word.toLowerCase();
	if (kind === 'generate' && others.length === 0) return { value: { generate: {} } };
	if ((kind === 'env' || kind === 'file' || kind === 'command') && rest !== '')
		return { value: { [kind]: rest } };
	return {
		problem:
			'Rejected, and not stored: enter a reference, not the secret. Type generate, env NAME, file PATH or command COMMAND.',
	};
}

/** Parses the lines of a multi-line value. */
export function parseLines(
	screen: QuestionScreen,
	lines: readonly string[],
	problemOf: ValidateValue,
): ParsedValue {
	if (screen.valueKind !== 'map') return { value: `${lines.join('\n')}\n` };
	const pairs: [string, string][] = [];
	for (const line of lines.filter((one) => one.trim() !== '')) {
		const at = line.indexOf('=');
		if (at < 1) return { problem: `Not in the form name = value: ${line}. Type all lines again.` };
		pairs.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
	}
	const texts = Object.fromEntries(pairs);
	if (problemOf(texts) === undefined) return { value: texts };
	// Some maps contain more than text: values are parsed as JSON if text is not valid.
	const parsed = Object.fromEntries(pairs.map(([name, text]) => [name, json(text)]));
	return { value: problemOf(parsed) === undefined ? parsed : texts };
}

function json(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
