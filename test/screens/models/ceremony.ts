import type { CeremonyScreen, GuideModel } from '../../../source/engine/guide/model.ts';
import type {
	AgreeMoment,
	CeremonyView,
	GiveShareMoment,
	Moment,
	PassphraseMoment,
	RevealMoment,
} from '../../../source/engine/moment.ts';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { modelOf, rail } from './common.ts';

const fingerprints = [
	'0c51 9f2e 77ab 4d10 93e6 5b0f 2a8d c417 e05a 6631',
	'b7d2 04e8 1c95 fa36 8e41 70dc 59a3 2b6f 118d 4c7e',
] as const;

/** Shares of nobody's Vault, in base64, 33 bytes each. */
export const SHARES = [
	'q7Jm0wXyT9bKc4Rz2fHsVn8LpGdE1uQaYtBi5oCkMx3W',
	'Zr6Tq1NdUv0PfSgJ7hLxOe2WcBmYk9AiRz4KnXt5Dy8E',
	'H3pVyLs9Ub2QoXf7MzKd6RtCwJn1GaEi0ThBq8YkZv5S',
] as const;

export const secretOf = (text: string): SecretBytes => new SecretBytes(Buffer.from(text));

type States = readonly CeremonyView['custodians'][number]['state'][];

/** A ceremony of three, `at` a stage. */
export function ceremony(
	at: number,
	states: States = ['waiting', 'waiting', 'waiting'],
): CeremonyView {
	const stages = [
		'Prove the old key',
		'Back up',
		'Start',
		'Hand out',
		'Prove',
		'Make it count',
		'Back up again',
	];
	return {
		title: 'Rekey Vault',
		stages: stages.map((title, index) => ({
			title,
			state: index < at ? 'done' : index === at ? 'current' : 'open',
		})),
		custodians: ['security-lead', 'head-of-ops', 'on-call'].map((name, index) => ({
			name,
			...(fingerprints[index] === undefined ? {} : { fingerprint: fingerprints[index] }),
			state: states[index] ?? 'waiting',
		})),
		safe: 'The old key opens it, and the backup of 13:58; the new shares do not count yet.',
	};
}

const agree: AgreeMoment = {
	kind: 'agree',
	step: 'rekey',
	ceremony: ceremony(0),
	title: 'Give Vault to three custodians, any two of whom open it',
	will: [
		'The old key is proven by a dry run, which changes nothing.',
		'A backup is made and confirmed in s3://acme-tfe-data.',
		'Vault makes three new shares, each encrypted to one custodian.',
		'Each custodian proves their share; only then do the new shares count.',
		'/data/vault-unseal-key is removed, and a second backup is made.',
		'From then on every restart of the instance takes two custodians: this cannot be undone.',
	],
	check: [
		{ label: 'security-lead', value: fingerprints[0] },
		{ label: 'head-of-ops', value: fingerprints[1] },
	],
	warnings: ['on-call has no key of their own: their share is shown on this screen.'],
	type: 'rekey acme-prod',
	yes: 'begin',
	no: 'nothing is done',
};

const reveal: RevealMoment = {
	kind: 'reveal',
	step: 'rekey',
	ceremony: ceremony(3, ['received', 'received', 'current']),
	custodian: 'on-call',
	share: secretOf(SHARES[2]),
	checkDigits: '3f9a',
	seconds: 60,
};

const giveShare: GiveShareMoment = {
	kind: 'give-share',
	step: 'rekey',
	ceremony: ceremony(4, ['current', 'received', 'received']),
	custodian: 'security-lead',
	words: ['Decrypt your share on your own machine, and type the 66 characters it prints.'],
	message: {
		file: '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod/shares/ana-ruiz.gpg',
		command: 'gpg --decrypt ana-ruiz.gpg',
	},
	attempt: 1,
	attempts: 3,
};

const { message: _message, ...asked } = giveShare;

const passphrase: PassphraseMoment = {
	kind: 'passphrase',
	step: 'rekey',
	ceremony: ceremony(0),
	title: 'A passphrase for the old key',
	words: [
		'The old key is kept encrypted for as long as a backup from before the rekey matters.',
		'Whoever restores such a backup needs this passphrase. Nothing else opens it.',
	],
	fresh: true,
	minLength: 16,
};

export const moments = {
	agree,
	passphrase,
	passphraseBefore: {
		...passphrase,
		title: 'The passphrase of the old key',
		fresh: false,
		problem: 'That passphrase does not open it',
	},
	nextPerson: {
		kind: 'next-person',
		step: 'rekey',
		ceremony: ceremony(3, ['received', 'received', 'current']),
		custodian: 'on-call',
		number: 3,
		of: 3,
		words: [
			'You are shown one share, write it down by hand, and type it back. It takes two minutes.',
		],
	},
	reveal,
	giveShare,
	typeBack: {
		...asked,
		custodian: 'on-call',
		words: ['Type back what you have written down: so it is sure that you can read it.'],
		problem: 'That is not the share that was shown: character 17 differs',
		attempt: 3,
	},
	decide: {
		kind: 'decide',
		step: 'rekey',
		ceremony: ceremony(2),
		title: 'Somebody else has begun a rekey of this Vault',
		words: ['It began with nonce 5b1f2c3d and asks for 5 shares. It is not of this session.'],
		choices: [
			{ value: 'leave', label: 'Leave it alone', hint: 'the safe choice: ask who began it' },
			{ value: 'cancel', label: 'Cancel theirs, and begin ours' },
		],
	},
} as const satisfies Record<string, Moment>;

/** A moment as a screen. */
export function atMoment(moment: Moment, more: Partial<CeremonyScreen> = {}): GuideModel {
	const screen: CeremonyScreen = {
		kind: 'ceremony',
		step: moment.step,
		moment,
		number: 1,
		refused: 0,
		...more,
	};
	const steps = rail('end').map((step) =>
		step.id === moment.step ? { ...step, state: 'current' as const } : step,
	);
	return modelOf(screen, undefined, { rail: steps });
}

const many = Array.from({ length: 9 }, (_, at) => ({
	name: `Custodian Number ${at + 1}`,
	state: at < 4 ? ('proven' as const) : at === 4 ? ('current' as const) : ('waiting' as const),
}));

export const ceremonies: Record<string, GuideModel> = {
	ceremonyAgree: atMoment(moments.agree),
	ceremonyAgreeProblem: atMoment(moments.agree, {
		refused: 1,
		problem: 'That is not rekey acme-prod; nothing was done',
	}),
	ceremonyPassphrase: atMoment(moments.passphrase),
	ceremonyPassphraseBefore: atMoment(moments.passphraseBefore),
	ceremonyNextPerson: atMoment(moments.nextPerson),
	ceremonyReveal: atMoment(moments.reveal),
	ceremonyGiveShare: atMoment(moments.giveShare),
	ceremonyTypeBack: atMoment(moments.typeBack),
	ceremonyDecide: atMoment(moments.decide),
	ceremonyMany: atMoment({ ...moments.nextPerson, ceremony: { ...ceremony(3), custodians: many } }),
};
