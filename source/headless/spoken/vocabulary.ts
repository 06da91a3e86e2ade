import type { GuideModel, Screen } from '../../engine/guide/model.ts';
import { sentence } from './moment.ts';
import { type Way, waysToAnswer } from './ways-to-answer.ts';
import { examplesOn } from './word-examples.ts';

type Place = Screen['kind'];

/** A word one can type, and what it does. */
interface Word {
	/** As it is typed, capitals standing for something of one's own. */
	say: string;
	does: string;
	on: readonly Place[] | 'all';
	/** Only at a question that has them. */
	only?: 'choices' | 'lookup';
}

const ANSWERS: readonly Place[] = ['question', 'details', 'checks', 'review'];

const words: readonly Word[] = [
	{
		say: 'find TEXT',
		does: 'reads the choices with the text in them',
		on: ['question'],
		only: 'choices',
	},
	{
		say: 'find TEXT',
		does: 'reads whatever has the text in it',
		on: ['details', 'checks', 'plan', 'review'],
	},
	{ say: 'lookup', does: 'looks up again what there is', on: ['question'], only: 'lookup' },
	{ say: 'again', does: 'makes all checks again', on: ['checks'] },
	{ say: 'again NAME', does: 'makes one check again', on: ['checks'] },
	{ say: 'show NAME', does: 'reads one group, or one setting, whole', on: ['details'] },
	{ say: 'show NAME', does: 'reads one check whole', on: ['checks'] },
	{ say: 'show NAME', does: 'reads one group, or one resource, whole', on: ['plan'] },
	{ say: 'reset NAME', does: 'gives a setting its default back', on: ['details'] },
	{ say: 'begin', does: 'begins; each plan is shown before it is applied', on: ['review'] },
	{ say: 'apply', does: 'applies exactly this plan', on: ['plan'] },
	{ say: 'save', does: 'saves the plan as text', on: ['plan'] },
	{ say: 'not now', does: 'applies nothing and goes back to the answers', on: ['plan'] },
	{ say: 'stop', does: 'asks whether to stop after what runs now', on: ['progress'] },
	{ say: 'back', does: 'goes back', on: [...ANSWERS, 'done'] },
	{ say: 'not now', does: 'stops here, where it is safe', on: ['ceremony'] },
	{ say: 'back', does: 'does the same', on: ['plan', 'ceremony'] },
	{ say: 'go NAME', does: 'goes to any answer', on: ANSWERS },
	{ say: 'go', does: 'reads all answers, with their names', on: ANSWERS },
	{ say: 'details', does: 'tells more of the question', on: ['question'] },
	{ say: 'details', does: 'reads all of them', on: ['details', 'checks'] },
	{ say: 'details', does: 'reads every resource with all of it', on: ['plan'] },
	{ say: 'details', does: 'reads stages, custodians and their keys', on: ['ceremony'] },
	{ say: 'details', does: 'tells how far it is, and where the log is', on: ['progress'] },
	{ say: 'details', does: 'reads what Terraform said, or all answers so far', on: ['failure'] },
	{ say: 'details', does: 'reads all of what was made', on: ['done'] },
	{ say: 'details', does: 'reads all answers so far', on: ['welcome', 'busy', 'review'] },
	{ say: 'repeat', does: 'says all of it again', on: 'all' },
	{ say: 'leave', does: 'asks whether to stop, and then leaves', on: ['progress'] },
	{ say: 'leave', does: 'stops before this plan, and leaves; everything is kept', on: ['plan'] },
	{ say: 'leave', does: 'stops here, where it is safe, and leaves', on: ['ceremony'] },
	{
		say: 'leave',
		does: 'leaves; everything is kept',
		on: ['welcome', 'busy', ...ANSWERS, 'failure', 'done'],
	},
];

/** The words that do something where one is, with an example of each that needs one. */
export function wordLines(model: GuideModel): string[] {
	const { screen } = model;
	const { has, examples } = examplesOn(model);
	const others = words.filter(({ on, only }) => {
		if (on !== 'all' && !on.includes(screen.kind)) return false;
		return only === undefined || has.includes(only);
	});
	return [
		...waysToAnswer(screen),
		...others.map(({ say, does }): Way => ({ say, does, example: examples[say] })),
	].map(wayLine);
}

function wayLine({ say, does, example }: Way): string {
	return `  ${say}: ${sentence(does)}${example === undefined ? '' : ` For example: ${example}`}`;
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
