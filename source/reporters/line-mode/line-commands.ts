import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RevealSharePrompt } from '../../vault/ceremony/ceremony-prompt-types.ts';
import type {
	Choice,
	WizardAction,
	WizardScreen,
	WizardViewModel,
} from '../../wizard/wizard-view-model.ts';
import { addFullStop } from '../format.ts';
import { getChoices } from './render-question.ts';

const ANSWERS = ['question', 'details', 'checks', 'review'] as const;

/** The commands of each screen; what answers the screen itself is in its text. */
const commands: readonly (readonly [string, string, readonly WizardScreen['kind'][]])[] = [
	['none', 'leaves the answer empty', ['question']],
	['lookup', 'repeats the lookup', ['question']],
	['find TEXT', 'lists everything that contains the text', [...ANSWERS, 'plan']],
	['show NAME', 'shows a group or an item in full', ['details', 'checks', 'plan']],
	['retry', 'runs all checks again', ['checks']],
	['retry NAME', 'runs one check again', ['checks']],
	['reset NAME', 'resets a setting to its default', ['details']],
	['start', 'starts the run; each plan is shown before it is applied', ['review']],
	['apply', 'applies exactly this plan', ['plan']],
	['save', 'saves the plan as text', ['plan']],
	['cancel', 'applies nothing and goes back to the answers', ['plan']],
	['cancel', 'pauses here, where it is safe', ['ceremony']],
	['stop', 'asks whether to stop after the operations in progress', ['progress']],
	['back', 'goes back', [...ANSWERS, 'plan', 'ceremony', 'done']],
	['go NAME', 'goes to any answer', ANSWERS],
	['go', 'lists all answers, with their names', ANSWERS],
];

const afterAll = [
	'details: shows more, for example all answers, resources or outputs.',
	'repeat: repeats the full text.',
	'quit: quits; progress is saved. During a run, it asks first.',
];

/** Renders the commands that apply to the current screen. */
export function renderCommandHelp({ screen }: WizardViewModel): string[] {
	const applies = (command: string): boolean => {
		if (screen.kind !== 'question') return true;
		if (command === 'none') return allowsNone(screen);
		if (command === 'lookup') return screen.lookup !== undefined;
		return command !== 'find TEXT' || getChoices(screen).length > 0;
	};
	return [
		...(screen.kind === 'question' ? [screen.help] : []),
		'You can type:',
		...commands
			.filter(([command, , kinds]) => kinds.includes(screen.kind) && applies(command))
			.map(([command, effect]) => `  ${command}: ${effect}.`),
		...afterAll.map((line) => `  ${line}`),
		...(screen.kind === 'question'
			? ['To answer with one of these words, type it in quotes: "help"']
			: []),
	];
}

const allowsNone = ({ optional, rule = '', valueKind }: WizardScreen & { kind: 'question' }) =>
	optional || / empty$/.test(rule) || valueKind === 'list' || valueKind === 'map';

/** A command of every screen, and its argument. */
export interface LineCommand {
	name: string;
	argument: string;
}

/** `leave` is the former word for `quit`. */
const WITHOUT_ARGUMENT = ['back', 'help', 'repeat', 'details', 'quit', 'leave', 'go'];
const WITH_ARGUMENT = ['go', 'find', 'show'];

/** Parses a line as a command of every screen; undefined if it is an answer. */
export function parseLineCommand(line: string): LineCommand | undefined {
	const [first = '', ...others] = line.trim().split(/\s+/);
	const name = first.toLowerCase();
	const argument = others.join(' ');
	const known = argument === '' ? WITHOUT_ARGUMENT : WITH_ARGUMENT;
	return known.includes(name) ? { name, argument } : undefined;
}

/** Result of a typed line. */
export interface LineResult {
	/** Lines to print. */
	output?: readonly string[];
	action?: WizardAction;
	/** A key share to show now. */
	reveal?: RevealSharePrompt;
	/** Pending input that the next line belongs to. */
	pending?: PendingInput;
}

/** Input of more than one line. */
export type PendingInput =
	/** An action with consequences, confirmed by typing a text. */
	| { kind: 'confirm'; type: string; action: WizardAction; refusal: string }
	/** A new passphrase, to be typed again. */
	| { kind: 'again'; first: SecretBytes }
	/** A key share is shown. */
	| { kind: 'shown' }
	/** A multi-line value, ended by a single dot. */
	| { kind: 'lines'; lines: readonly string[] };

export const createLineResultForOutput = (...lines: string[]): LineResult => ({ output: lines });
export const createLineResultForAction = (action: WizardAction): LineResult => ({ action });

/** Selects a choice, unless it is unavailable; one with a warning is confirmed first. */
export function createLineResultForChoice(
	{ label, refusal, warning }: Choice,
	action: WizardAction,
): LineResult {
	if (refusal !== undefined)
		return createLineResultForOutput(`${label} is unavailable: ${addFullStop(refusal)}`);
	if (warning === undefined) return createLineResultForAction(action);
	return {
		output: [addFullStop(warning), `Type yes to select ${label}; anything else cancels.`],
		pending: { kind: 'confirm', type: 'yes', action, refusal: 'Cancelled.' },
	};
}
