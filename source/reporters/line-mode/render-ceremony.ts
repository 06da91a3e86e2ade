import { escapeLine } from '../../engine/escape-for-terminal.ts';
import { onFatalSignal } from '../../engine/fatal-signals.ts';
import { formatCount } from '../../engine/format.ts';
import type {
	CeremonyProgress,
	ConfirmationPrompt,
	EnterSharePrompt,
	PassphrasePrompt,
	Prompt,
	RevealSharePrompt,
} from '../../vault/ceremony/ceremony-prompt-types.ts';
import type { DetectedTerminalRecorder } from '../../wizard/detect-terminal-recorders.ts';
import { formatShareRows } from '../../wizard/format-share.ts';
import type { CeremonyScreen } from '../../wizard/wizard-view-model.ts';
import { addFullStop, COPY_INDENT } from '../format.ts';
import { renderMenu } from './render-question.ts';

/** Renders a prompt of a ceremony, or why the last reply was rejected. */
export function renderCeremony(
	screen: CeremonyScreen,
	before: CeremonyScreen | undefined,
	recorders: readonly DetectedTerminalRecorder[] = [],
): string[] {
	const { prompt, problem } = screen;
	if (before !== undefined) {
		return screen.refused === before.refused || problem === undefined ? [] : [addFullStop(problem)];
	}
	return [
		...promptLines(prompt, recorders),
		...(problem === undefined ? [] : [addFullStop(problem)]),
	];
}

function promptLines(prompt: Prompt, around: readonly DetectedTerminalRecorder[]): string[] {
	switch (prompt.kind) {
		case 'agree':
			return agreeLines(prompt, around);
		case 'passphrase':
			return passphraseLines(prompt);
		case 'next-person':
			return [
				...renderCeremonyHeader(prompt.ceremony),
				`Key holder ${prompt.number} of ${prompt.of}: ${prompt.custodian}. Only ${prompt.custodian} should be at the terminal now. Nothing secret is displayed yet.`,
				...prompt.words,
				`Press Enter when ${prompt.custodian} is alone. Type cancel to pause.`,
			];
		case 'reveal':
			return revealLines(prompt, around);
		case 'give-share':
			return giveLines(prompt);
		case 'decide':
			return [
				...renderCeremonyHeader(prompt.ceremony),
				addFullStop(prompt.title),
				...prompt.words,
				...renderMenu(prompt.choices),
			];
	}
}

/** Renders the stage, the key holders and the current unseal keys. */
function renderCeremonyHeader(view: CeremonyProgress): string[] {
	const { title, stages, custodians, safe } = view;
	const at = stages.findIndex(({ state }) => state === 'current');
	const stage = stages[at];
	return [
		stage === undefined
			? addFullStop(title)
			: `${title}. Stage ${at + 1} of ${stages.length}: ${addFullStop(stage.title)}`,
		...(custodians.length === 0 ? [] : [custodianWords(custodians)]),
		`Current unseal keys: ${addFullStop(safe)}`,
	];
}

function custodianWords(custodians: CeremonyProgress['custodians']): string {
	const words = {
		waiting: 'waiting',
		current: 'current',
		received: 'has a key share',
		proven: 'verified',
	};
	const each = custodians.map(({ name, state }) => `${name} (${words[state]})`);
	return `${formatCount(custodians.length, 'key holder')}: ${each.join(', ')}.`;
}

/** Renders all details of a ceremony, including fingerprints. */
export function renderCeremonyDetails({ prompt: { ceremony } }: CeremonyScreen): string[] {
	return [
		...renderCeremonyHeader(ceremony),
		...ceremony.stages.map(({ title, state }) => `  ${title}: ${stageWords[state]}`),
		...ceremony.custodians.flatMap(({ name, fingerprint }) =>
			fingerprint === undefined
				? [`  ${name} has no OpenPGP key: the key share is shown here.`]
				: [`  Key of ${name}:`, `${COPY_INDENT}${fingerprint}`],
		),
	];
}

const stageWords = { done: 'done', current: 'in progress', open: 'pending' } as const;

const recorderLines = (around: readonly DetectedTerminalRecorder[]): string[] =>
	around.map(({ what, advice }) => `Warning: ${what} ${advice}`);

function agreeLines(
	prompt: ConfirmationPrompt,
	around: readonly DetectedTerminalRecorder[],
): string[] {
	const { ceremony, title, will, check, warnings, type, yes, no } = prompt;
	return [
		...renderCeremonyHeader(ceremony),
		addFullStop(title),
		...will.map((line, at) => `${at + 1}. ${addFullStop(line)}`),
		...(check.length === 0 ? [] : ['Read these aloud over a second channel and compare them:']),
		...check.flatMap(({ label, value }) => [`  ${label}:`, `${COPY_INDENT}${value}`]),
		...warnings.map((warning) => `Warning: ${addFullStop(warning)}`),
		...recorderLines(around),
		`To ${yes}, type: ${type}`,
		`Anything else does nothing. Type cancel to go back${behindNotNow(no)}`,
	];
}

/** The effect of going back, without the command itself. */
function behindNotNow(no: string): string {
	const rest = no.replace(/^(?:not now|cancel)(?:; |$)/, '');
	return rest === '' ? '.' : `: ${addFullStop(rest)}`;
}

function passphraseLines({ title, words, fresh, minLength, problem }: PassphrasePrompt): string[] {
	return [
		...(problem === undefined ? [] : [addFullStop(problem)]),
		addFullStop(title),
		...words,
		...(fresh ? [`At least ${minLength} characters. Use several words rather than symbols.`] : []),
		'Type it and press Enter; input is hidden. Type cancel to pause.',
	];
}

function revealLines(
	{ custodian, seconds }: RevealSharePrompt,
	around: readonly DetectedTerminalRecorder[],
): string[] {
	return [
		`Key share of ${custodian}, for ${custodian} only.`,
		...recorderLines(around),
		'Write it down by hand, with its checksum. It is case-sensitive.',
		`Type show to display it once, for at most ${seconds} seconds. Type cancel to pause.`,
	];
}

function giveLines(prompt: EnterSharePrompt): string[] {
	const { custodian, words, message, problem, attempt, attempts } = prompt;
	return [
		...(problem === undefined ? [] : [addFullStop(problem)]),
		`Key share of ${custodian}.`,
		...words,
		...(message === undefined
			? []
			: [
					'It is in this file, encrypted with their public key:',
					`${COPY_INDENT}${message.file}`,
					'Decrypt it with:',
					`${COPY_INDENT}${message.command}`,
				]),
		`Attempt ${attempt} of ${attempts}. Type all of it and press Enter; input is hidden and whitespace is ignored. Type cancel to pause.`,
	];
}

const ENTER = '\u001B[?1049h\u001B[2J\u001B[H';
const LEAVE = '\u001B[2J\u001B[H\u001B[?1049l';
/** Clears the scrollback (xterm's control sequences, ED 3). */
const FORGET = '\u001B[3J';
/** Terminals without known capabilities, which cannot be cleared. */
const UNKNOWN = ['', 'dumb', 'unknown'];
const WIDTH = 80;

/** Warning for a terminal that cannot be cleared. */
const keepsAll: DetectedTerminalRecorder = {
	name: 'terminal',
	what: 'This terminal cannot be cleared, so no key share is shown on it.',
	advice:
		'Run the rekey in another terminal (TERM sets its type), or use an OpenPGP key for each key holder.',
};

interface ShareDisplayRefusal {
	words: string;
	/** Whether it can never be shown on this terminal. */
	forGood: boolean;
}

interface ShareDisplay {
	readonly shown: boolean;
	/** Warnings about this terminal, to be printed before a key share is shown. */
	readonly warnings: readonly DetectedTerminalRecorder[];
	/**
	 * Shows a key share until it is hidden or its time limit is reached.
	 *
	 * @param over Called when it has to be hidden, after its time limit or a resize of the terminal.
	 * @returns Why it cannot be shown; undefined if it is shown.
	 */
	show(prompt: RevealSharePrompt, over: () => void): ShareDisplayRefusal | undefined;
	hide(): void;
}

type Stdout = NodeJS.WritableStream & { isTTY?: boolean; rows?: number; columns?: number };

/**
 * Shows one key share on the alternate screen. Some terminals have none or may not use it (tmux:
 * alternate-screen off), and clearing the main screen moves its contents to the scrollback. So each
 * row is erased first, and no row may scroll.
 */
export function createShareDisplay(stdout: Stdout, env: NodeJS.ProcessEnv): ShareDisplay {
	const clears = !UNKNOWN.includes(env.TERM ?? '');
	let timer: NodeJS.Timeout | undefined;
	let shown = false;
	let height = 0;
	let scrolled = false;
	let resized = () => {};
	let endSignals = () => {};

	const hide = () => {
		if (!shown) return;
		shown = false;
		clearTimeout(timer);
		process.removeListener('exit', hide);
		stdout.removeListener('resize', resized);
		endSignals();
		const rows = Math.max(height, stdout.rows ?? 0);
		const empty = Array.from({ length: rows }, (_, at) => `\u001B[${at + 1};1H\u001B[2K`);
		stdout.write(`${empty.join('')}${scrolled ? FORGET : ''}${LEAVE}`);
	};
	return {
		get shown() {
			return shown;
		},
		warnings: clears ? [] : [keepsAll],
		show({ custodian, share, checkDigits, seconds }, over) {
			if (stdout.isTTY !== true)
				return notShown(
					'A key share is shown only on a terminal, and the output is not a terminal.',
				);
			if (!clears) return notShown(keepsAll.what, keepsAll.advice);
			const rows = formatShareRows(share, 1, 0);
			const title = `Key share of ${escapeLine(custodian)}, ${rows.length} groups of four:`;
			// The title, the groups, the checksum, the hint and a prompt.
			height = Math.ceil(title.length / (stdout.columns || WIDTH)) + rows.length + 3;
			// Some terminals do not report their size: then it is 0.
			if (stdout.rows && stdout.rows < height) {
				for (const bytes of rows) bytes.fill(0);
				return {
					words: `A key share needs ${height} rows, and this terminal has ${stdout.rows}: enlarge it, then type show.`,
					forGood: false,
				};
			}
			shown = true;
			scrolled = !stdout.rows;
			process.once('exit', hide);
			endSignals = onFatalSignal(hide);
			// Rows that no longer fit are in the scrollback by now.
			resized = () => {
				scrolled = true;
				over();
			};
			stdout.once('resize', resized);
			stdout.write(`${ENTER}${title}\n`);
			for (const [at, bytes] of rows.entries()) {
				stdout.write(`${String(at + 1).padStart(2)}: `);
				stdout.write(bytes, () => bytes.fill(0));
				stdout.write('\n');
			}
			stdout.write(`Checksum: ${checkDigits}\nPress Enter once it is written down.\n`);
			timer = setTimeout(over, seconds * 1000);
			timer.unref();
			return undefined;
		},
		hide,
	};
}

/** Pauses the ceremony, which can be resumed at this point. */
const notShown = (...words: string[]): ShareDisplayRefusal => ({
	words: [...words, 'The rekey is paused; resume it in another terminal.'].join(' '),
	forGood: true,
});
