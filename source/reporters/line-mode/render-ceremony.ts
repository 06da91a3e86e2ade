import { formatCount } from '../../engine/format.ts';
import type {
	CeremonyProgress,
	ConfirmationPrompt,
	EnterSharePrompt,
	PassphrasePrompt,
	Prompt,
	RevealSharePrompt,
} from '../../vault/ceremony/ceremony-prompts.ts';
import type { TerminalRecorder } from '../../wizard/terminal-recorders.ts';
import type { CeremonyScreen } from '../../wizard/wizard-model.ts';
import { addFullStop, COPY_INDENT } from '../format.ts';
import { renderMenu } from './render-choices.ts';

/** Renders a prompt of a ceremony, or why the last reply was rejected. */
export function renderCeremony(
	screen: CeremonyScreen,
	before: CeremonyScreen | undefined,
	recorders: readonly TerminalRecorder[] = [],
): string[] {
	const { moment, problem } = screen;
	if (before !== undefined) {
		return screen.refused === before.refused || problem === undefined ? [] : [addFullStop(problem)];
	}
	return [
		...momentLines(moment, recorders),
		...(problem === undefined ? [] : [addFullStop(problem)]),
	];
}

function momentLines(moment: Prompt, around: readonly TerminalRecorder[]): string[] {
	switch (moment.kind) {
		case 'agree':
			return agreeLines(moment, around);
		case 'passphrase':
			return passphraseLines(moment);
		case 'next-person':
			return [
				...renderCeremonyHeader(moment.ceremony),
				`Key holder ${moment.number} of ${moment.of}: ${moment.custodian}. Only ${moment.custodian} should be at the terminal now. Nothing secret is displayed yet.`,
				...moment.words,
				`Press Enter when ${moment.custodian} is alone. Type cancel to pause.`,
			];
		case 'reveal':
			return revealLines(moment, around);
		case 'give-share':
			return giveLines(moment);
		case 'decide':
			return [
				...renderCeremonyHeader(moment.ceremony),
				addFullStop(moment.title),
				...moment.words,
				...renderMenu(moment.choices),
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
export function renderCeremonyDetails({ moment: { ceremony } }: CeremonyScreen): string[] {
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

const recorderLines = (around: readonly TerminalRecorder[]): string[] =>
	around.map(({ what, advice }) => `Warning: ${what} ${advice}`);

function agreeLines(moment: ConfirmationPrompt, around: readonly TerminalRecorder[]): string[] {
	const { ceremony, title, will, check, warnings, type, yes, no } = moment;
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
	around: readonly TerminalRecorder[],
): string[] {
	return [
		`Key share of ${custodian}, for ${custodian} only.`,
		...recorderLines(around),
		'Write it down by hand, with its checksum. It is case-sensitive.',
		`Type show to display it once, for at most ${seconds} seconds. Type cancel to pause.`,
	];
}

function giveLines(moment: EnterSharePrompt): string[] {
	const { custodian, words, message, problem, attempt, attempts } = moment;
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
