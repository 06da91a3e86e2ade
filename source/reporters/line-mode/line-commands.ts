import type { WizardModel, WizardScreen } from '../../wizard/wizard-model.ts';
import { getCommandExamples } from './command-examples.ts';
import { getInputHints, type InputHint } from './input-hints.ts';
import { addFullStop } from './sentences.ts';

type Place = WizardScreen['kind'];

/** A command and its effect. */
interface Word {
	/** As typed; capitals are placeholders. */
	say: string;
	does: string;
	on: readonly Place[] | 'all';
	/** Only at a question with choices, or with a lookup. */
	only?: 'choices' | 'lookup';
}

const ANSWERS: readonly Place[] = ['question', 'details', 'checks', 'review'];

const words: readonly Word[] = [
	{
		say: 'find TEXT',
		does: 'lists the choices that contain the text',
		on: ['question'],
		only: 'choices',
	},
	{
		say: 'find TEXT',
		does: 'lists everything that contains the text',
		on: ['details', 'checks', 'plan', 'review'],
	},
	{ say: 'lookup', does: 'repeats the lookup', on: ['question'], only: 'lookup' },
	{ say: 'retry', does: 'runs all checks again', on: ['checks'] },
	{ say: 'retry NAME', does: 'runs one check again', on: ['checks'] },
	{ say: 'show NAME', does: 'shows a group or a setting in full', on: ['details'] },
	{ say: 'show NAME', does: 'shows a check in full', on: ['checks'] },
	{ say: 'show NAME', does: 'shows a group or a resource in full', on: ['plan'] },
	{ say: 'reset NAME', does: 'resets a setting to its default', on: ['details'] },
	{ say: 'start', does: 'starts the run; each plan is shown before it is applied', on: ['review'] },
	{ say: 'apply', does: 'applies exactly this plan', on: ['plan'] },
	{ say: 'save', does: 'saves the plan as text', on: ['plan'] },
	{ say: 'cancel', does: 'applies nothing and goes back to the answers', on: ['plan'] },
	{ say: 'stop', does: 'asks whether to stop after the operations in progress', on: ['progress'] },
	{ say: 'back', does: 'goes back', on: [...ANSWERS, 'done'] },
	{ say: 'cancel', does: 'pauses here, where it is safe', on: ['ceremony'] },
	{ say: 'back', does: 'does the same', on: ['plan', 'ceremony'] },
	{ say: 'go NAME', does: 'goes to any answer', on: ANSWERS },
	{ say: 'go', does: 'lists all answers, with their names', on: ANSWERS },
	{ say: 'details', does: 'shows more about the question', on: ['question'] },
	{ say: 'details', does: 'lists everything on this screen', on: ['details', 'checks'] },
	{ say: 'details', does: 'lists every resource with all attributes', on: ['plan'] },
	{ say: 'details', does: 'lists stages, key holders and their keys', on: ['ceremony'] },
	{ say: 'details', does: 'shows progress and the path of the log', on: ['progress'] },
	{ say: 'details', does: 'shows the Terraform errors, or all answers so far', on: ['failure'] },
	{ say: 'details', does: 'lists all outputs', on: ['done'] },
	{ say: 'details', does: 'lists all answers so far', on: ['welcome', 'busy', 'review'] },
	{ say: 'repeat', does: 'repeats the full text', on: 'all' },
	{ say: 'quit', does: 'asks whether to stop, and then quits', on: ['progress'] },
	{ say: 'quit', does: 'stops before this plan, and quits; progress is saved', on: ['plan'] },
	{ say: 'quit', does: 'pauses here, where it is safe, and quits', on: ['ceremony'] },
	{
		say: 'quit',
		does: 'quits; progress is saved',
		on: ['welcome', 'busy', ...ANSWERS, 'failure', 'done'],
	},
];

/** Renders the commands that apply to the current screen, with examples. */
export function renderCommandHelp(model: WizardModel): string[] {
	const { screen } = model;
	const { has, examples } = getCommandExamples(model);
	const others = words.filter(({ on, only }) => {
		if (on !== 'all' && !on.includes(screen.kind)) return false;
		return only === undefined || has.includes(only);
	});
	return [
		...getInputHints(screen),
		...others.map(({ say, does }): InputHint => ({ say, does, example: examples[say] })),
	].map(wayLine);
}

function wayLine({ say, does, example }: InputHint): string {
	return `  ${say}: ${addFullStop(does)}${example === undefined ? '' : ` For example: ${example}`}`;
}

/** A common command and its argument. */
export interface LineCommand {
	word: string;
	rest: string;
}

/** `leave` is the former word for `quit`. */
const ALONE = ['back', 'help', 'repeat', 'details', 'quit', 'leave', 'go'];
const WITH_MORE = ['go', 'find', 'show'];

/** Parses a line as a common command; undefined if it is an answer. */
export function parseLineCommand(line: string): LineCommand | undefined {
	const [first = '', ...others] = line.trim().split(/\s+/);
	const word = first.toLowerCase();
	const rest = others.join(' ');
	const common = rest === '' ? ALONE.includes(word) : WITH_MORE.includes(word);
	return common ? { word, rest } : undefined;
}
