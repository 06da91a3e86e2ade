import { countOf } from '../../engine/counts.ts';
import type { CeremonyScreen } from '../../engine/guide/model.ts';
import type {
	AgreeMoment,
	CeremonyView,
	GiveShareMoment,
	Moment,
	PassphraseMoment,
	RevealMoment,
} from '../../engine/moment.ts';
import type { Recorder } from '../../engine/recorders.ts';
import { choiceLines } from './choices.ts';
import { sentence } from './sentences.ts';
import { COPY_MARK } from './wrap.ts';

/** Renders a prompt of a ceremony, or why the last reply was rejected. */
export function sayCeremony(
	screen: CeremonyScreen,
	before: CeremonyScreen | undefined,
	around: readonly Recorder[] = [],
): string[] {
	const { moment, problem } = screen;
	if (before !== undefined) {
		return screen.refused === before.refused || problem === undefined ? [] : [sentence(problem)];
	}
	return [...momentLines(moment, around), ...(problem === undefined ? [] : [sentence(problem)])];
}

function momentLines(moment: Moment, around: readonly Recorder[]): string[] {
	switch (moment.kind) {
		case 'agree':
			return agreeLines(moment, around);
		case 'passphrase':
			return passphraseLines(moment);
		case 'next-person':
			return [
				...ceremonyLines(moment.ceremony),
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
				...ceremonyLines(moment.ceremony),
				sentence(moment.title),
				...moment.words,
				'Type a number:',
				...choiceLines(moment.choices, moment.choices[0]?.value),
			];
	}
}

/** Renders the stage, the key holders and the current unseal keys. */
export function ceremonyLines(view: CeremonyView): string[] {
	const { title, stages, custodians, safe } = view;
	const at = stages.findIndex(({ state }) => state === 'current');
	const stage = stages[at];
	return [
		stage === undefined
			? sentence(title)
			: `${title}. Stage ${at + 1} of ${stages.length}: ${sentence(stage.title)}`,
		...(custodians.length === 0 ? [] : [custodianWords(custodians)]),
		`Current unseal keys: ${sentence(safe)}`,
	];
}

function custodianWords(custodians: CeremonyView['custodians']): string {
	const words = {
		waiting: 'waiting',
		current: 'current',
		received: 'has a key share',
		proven: 'verified',
	};
	const each = custodians.map(({ name, state }) => `${name} (${words[state]})`);
	return `${countOf(custodians.length, 'key holder')}: ${each.join(', ')}.`;
}

/** Renders all details of a ceremony, including fingerprints. */
export function ceremonyDetails({ moment: { ceremony } }: CeremonyScreen): string[] {
	return [
		...ceremonyLines(ceremony),
		...ceremony.stages.map(({ title, state }) => `  ${title}: ${stageWords[state]}`),
		...ceremony.custodians.flatMap(({ name, fingerprint }) =>
			fingerprint === undefined
				? [`  ${name} has no OpenPGP key: the key share is shown here.`]
				: [`  Key of ${name}:`, `${COPY_MARK}${fingerprint}`],
		),
	];
}

const stageWords = { done: 'done', current: 'in progress', open: 'pending' } as const;

const recorderLines = (around: readonly Recorder[]): string[] =>
	around.map(({ what, advice }) => `Warning: ${what} ${advice}`);

function agreeLines(moment: AgreeMoment, around: readonly Recorder[]): string[] {
	const { ceremony, title, will, check, warnings, type, yes, no } = moment;
	return [
		...ceremonyLines(ceremony),
		sentence(title),
		...will.map((line, at) => `${at + 1}. ${sentence(line)}`),
		...(check.length === 0 ? [] : ['Read these aloud over a second channel and compare them:']),
		...check.flatMap(({ label, value }) => [`  ${label}:`, `${COPY_MARK}${value}`]),
		...warnings.map((warning) => `Warning: ${sentence(warning)}`),
		...recorderLines(around),
		`To ${yes}, type: ${type}`,
		`Anything else does nothing. Type cancel to go back${behindNotNow(no)}`,
	];
}

/** The effect of going back, without the command itself. */
function behindNotNow(no: string): string {
	const rest = no.replace(/^(?:not now|cancel)(?:; |$)/, '');
	return rest === '' ? '.' : `: ${sentence(rest)}`;
}

function passphraseLines({ title, words, fresh, minLength, problem }: PassphraseMoment): string[] {
	return [
		...(problem === undefined ? [] : [sentence(problem)]),
		sentence(title),
		...words,
		...(fresh ? [`At least ${minLength} characters. Use several words rather than symbols.`] : []),
		'Type it and press Enter; input is hidden. Type cancel to pause.',
	];
}

function revealLines({ custodian, seconds }: RevealMoment, around: readonly Recorder[]): string[] {
	return [
		`Key share of ${custodian}, for ${custodian} only.`,
		...recorderLines(around),
		'Write it down by hand, with its checksum. It is case-sensitive.',
		`Type show to display it once, for at most ${seconds} seconds. Type cancel to pause.`,
	];
}

function giveLines(moment: GiveShareMoment): string[] {
	const { custodian, words, message, problem, attempt, attempts } = moment;
	return [
		...(problem === undefined ? [] : [sentence(problem)]),
		`Key share of ${custodian}.`,
		...words,
		...(message === undefined
			? []
			: [
					'It is in this file, encrypted with their public key:',
					`${COPY_MARK}${message.file}`,
					'Decrypt it with:',
					`${COPY_MARK}${message.command}`,
				]),
		`Attempt ${attempt} of ${attempts}. Type all of it and press Enter; input is hidden and whitespace is ignored. Type cancel to pause.`,
	];
}
