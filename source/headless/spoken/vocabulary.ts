import type { Screen } from '../../engine/guide/model.ts';

/** A word one can type, and what it does. */
interface Word {
	/** As it is typed, capitals standing for something of one's own. */
	say: string;
	does: string;
	on: readonly Screen['kind'][] | 'all';
}

const LOOKUP = 'lookup';

const words: readonly Word[] = [
	{ say: 'Enter', does: 'takes what stands there', on: ['welcome', 'question', 'failure', 'done'] },
	{ say: 'Enter', does: 'goes on', on: ['checks', 'details'] },
	{ say: 'a number, or the words of a choice', does: 'takes it', on: ['welcome', 'failure'] },
	{ say: 'a number, or a value', does: 'answers', on: ['question'] },
	{ say: 'none', does: 'leaves it blank', on: ['question'] },
	{
		say: '"a value"',
		does: 'answers with exactly that, though it be one of these words',
		on: ['question'],
	},
	{
		say: 'find TEXT',
		does: 'reads what has the text in it',
		on: ['question', 'details', 'checks', 'plan', 'review'],
	},
	{ say: LOOKUP, does: 'looks up again what can be chosen', on: ['question'] },
	{ say: 'again', does: 'checks again; again and a name checks one', on: ['checks'] },
	{ say: 'show NAME', does: 'reads one of them whole', on: ['details', 'checks', 'plan'] },
	{ say: 'reset NAME', does: 'gives a setting its default back', on: ['details'] },
	{ say: 'begin', does: 'begins; each plan is shown before it is applied', on: ['review'] },
	{ say: 'apply', does: 'applies exactly this plan', on: ['plan'] },
	{ say: 'save', does: 'saves the plan as text', on: ['plan'] },
	{ say: 'not now', does: 'leaves everything as it is', on: ['plan'] },
	{ say: 'stop', does: 'asks whether to stop after what runs now', on: ['progress'] },
	{
		say: 'back',
		does: 'goes back',
		on: ['question', 'details', 'checks', 'review', 'plan', 'done'],
	},
	{
		say: 'go NAME',
		does: 'goes to any answer; go alone reads them',
		on: ['question', 'details', 'checks', 'review'],
	},
	{ say: 'details', does: 'tells more', on: 'all' },
	{ say: 'repeat', does: 'says it all again', on: 'all' },
	{ say: 'leave', does: 'leaves; everything is kept', on: 'all' },
];

/** The words that do something where one is. */
export function wordLines(screen: Screen): string[] {
	const { kind } = screen;
	const looksUp = kind === 'question' && screen.lookup !== undefined;
	return words
		.filter(({ on }) => on === 'all' || on.includes(kind))
		.filter((word) => word.say !== LOOKUP || looksUp)
		.map(({ say, does }) => `  ${say}: ${does}`);
}

/** What a typed line asks for: one of the common words and what stands behind it. */
export interface Spoken {
	word: string;
	rest: string;
}

const ALONE = ['back', 'help', 'repeat', 'details', 'leave', 'go'];
const WITH_MORE = ['go', 'find', 'show'];

/** The common word a line is; undefined when it is an answer. */
export function commonWord(line: string): Spoken | undefined {
	const [first = '', ...others] = line.trim().split(/\s+/);
	const word = first.toLowerCase();
	const rest = others.join(' ');
	const common = rest === '' ? ALONE.includes(word) : WITH_MORE.includes(word);
	return common ? { word, rest } : undefined;
}
