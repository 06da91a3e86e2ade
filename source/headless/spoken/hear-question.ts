import type { Choice, QuestionScreen } from '../../engine/guide/model.ts';
import { choiceLines, foundLines } from './choices.ts';
import { act, type Heard, say } from './heard.ts';
import { type ProblemOf, type Read, readLine, readLines } from './read-value.ts';
import { sentence } from './sentences.ts';
import { choicesOf } from './value-words.ts';

/** Handles a line at a question: an answer, unless it is a command. */
export function hearQuestion(screen: QuestionScreen, line: string, problemOf: ProblemOf): Heard {
	const said = line.trim();
	if (said === '') return standing(screen);
	if (screen.lookup !== undefined && said.toLowerCase() === 'lookup')
		return act({ type: 'look-up-again' });
	const several = screen.valueKind === 'multiline' || screen.valueKind === 'map';
	if (several && said.toLowerCase() !== 'none') return hearLines(screen, [], line, problemOf);
	return answered(screen, readLine(screen, line, problemOf));
}

/** Enter submits the current value. */
function standing(screen: QuestionScreen): Heard {
	if (screen.value === undefined && !screen.optional)
		return say('An answer is required; there is no default. Type help for details.');
	const choice = choicesOf(screen).find(({ value }) => value === String(screen.value));
	return choice === undefined
		? act({ type: 'answer', value: screen.value })
		: answered(screen, { choice });
}

function answered(screen: QuestionScreen, read: Read): Heard {
	if ('problem' in read) return say(read.problem);
	if ('choice' in read) return taken(read.choice, answerOf(screen, read.choice));
	return act({ type: 'answer', value: read.value });
}

function answerOf({ valueKind }: QuestionScreen, { value }: Choice): unknown {
	return valueKind === 'yesno' ? value === 'true' : value;
}

function taken({ label, refusal, warning }: Choice, value: unknown): Heard {
	if (refusal !== undefined) return say(`${label} is unavailable: ${sentence(refusal)}`);
	const action = { type: 'answer', value } as const;
	if (warning === undefined) return act(action);
	return {
		say: [sentence(warning), `Type yes to select ${label}; anything else cancels.`],
		talk: { kind: 'warned', act: action },
	};
}

/** Handles a line of a multi-line value; a dot ends it, two dots are a line with one dot. */
export function hearLines(
	screen: QuestionScreen,
	lines: readonly string[],
	line: string,
	problemOf: ProblemOf,
): Heard {
	if (line !== '.') {
		const said = /^\.\.+$/.test(line) ? line.slice(1) : line;
		return {
			talk: { kind: 'lines', lines: [...lines, said] },
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
		? say('Nothing was typed.')
		: answered(screen, readLines(screen, lines, problemOf));
}

/** Renders the choices of a question that contain a text. */
export function findChoices(screen: QuestionScreen, text: string): string[] {
	const choices = choicesOf(screen);
	if (choices.length === 0) return ['This question has no choices.'];
	return text === '' ? choiceLines(choices) : foundLines(choices, text);
}
