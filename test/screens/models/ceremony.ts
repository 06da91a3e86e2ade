import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import type {
	CeremonyProgress,
	ConfirmationPrompt,
	EnterSharePrompt,
	PassphrasePrompt,
	Prompt,
	RevealSharePrompt,
} from '../../../source/vault/ceremony/ceremony-prompt-types.ts';
import type { CeremonyScreen, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createSampleStepper, createScreenModel } from './create-screen-model.ts';

const fingerprints = [
	'0c51 9f2e 77ab 4d10 93e6 5b0f 2a8d c417 e05a 6631',
	'b7d2 04e8 1c95 fa36 8e41 70dc 59a3 2b6f 118d 4c7e',
] as const;

/** Made-up key shares in base64, 33 bytes each. */
export const SAMPLE_SHARES = [
	'q7Jm0wXyT9bKc4Rz2fHsVn8LpGdE1uQaYtBi5oCkMx3W',
	'Zr6Tq1NdUv0PfSgJ7hLxOe2WcBmYk9AiRz4KnXt5Dy8E',
	'H3pVyLs9Ub2QoXf7MzKd6RtCwJn1GaEi0ThBq8YkZv5S',
] as const;

export const createSecretBytes = (text: string): SecretBytes => new SecretBytes(Buffer.from(text));

type States = readonly CeremonyProgress['custodians'][number]['state'][];

/** A ceremony of three, `at` a stage. */
export function createCeremonyProgress(
	at: number,
	states: States = ['waiting', 'waiting', 'waiting'],
): CeremonyProgress {
	const stages = [
		'Verify the key',
		'Back up',
		'Start',
		'Hand out shares',
		'Verify shares',
		'Commit',
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
		safe: 'The current unseal key unseals Vault; the new shares are not committed yet.',
	};
}

const agree: ConfirmationPrompt = {
	kind: 'agree',
	step: 'rekey',
	ceremony: createCeremonyProgress(0),
	title: 'Split the Vault unseal key among three key holders, two of whom can unseal Vault',
	will: [
		'A dry run verifies the current unseal key without changing anything.',
		'A backup is created and confirmed in s3://acme-tfe-data.',
		'Vault creates three new key shares, each encrypted for one key holder.',
		'Each key holder verifies their share; only then are the new shares committed.',
		'/data/vault-unseal-key is removed, and a second backup is created.',
		'From then on every restart of the instance needs two key holders: this cannot be undone.',
	],
	check: [
		{ label: 'security-lead', value: fingerprints[0] },
		{ label: 'head-of-ops', value: fingerprints[1] },
	],
	warnings: ['on-call has no PGP key: their share is shown on this screen.'],
	type: 'rekey acme-prod',
	yes: 'start the rekey',
	no: 'nothing changes',
};

const reveal: RevealSharePrompt = {
	kind: 'reveal',
	step: 'rekey',
	ceremony: createCeremonyProgress(3, ['received', 'received', 'current']),
	custodian: 'on-call',
	share: createSecretBytes(SAMPLE_SHARES[2]),
	checkDigits: '3f9a',
	seconds: 60,
};

const giveShare: EnterSharePrompt = {
	kind: 'give-share',
	step: 'rekey',
	ceremony: createCeremonyProgress(4, ['current', 'received', 'received']),
	custodian: 'security-lead',
	words: ['Decrypt your share on your own computer, then type the 66 characters it prints.'],
	message: {
		file: '/home/j.doe/.local/share/tfe-wizard/sessions/acme-prod/shares/ana-ruiz.gpg',
		command: 'gpg --decrypt ana-ruiz.gpg',
	},
	attempt: 1,
	attempts: 3,
};

const { message: _message, ...asked } = giveShare;

const passphrase: PassphrasePrompt = {
	kind: 'passphrase',
	step: 'rekey',
	ceremony: createCeremonyProgress(0),
	title: 'Passphrase for the current unseal key',
	words: [
		'The key is stored encrypted for as long as backups from before the rekey are needed.',
		'Restoring such a backup requires this passphrase; nothing else decrypts the key.',
	],
	fresh: true,
	minLength: 16,
};

export const samplePrompts = {
	agree,
	passphrase,
	passphraseBefore: {
		...passphrase,
		title: 'Passphrase of the old unseal key',
		fresh: false,
		problem: 'The passphrase does not decrypt it',
	},
	nextPerson: {
		kind: 'next-person',
		step: 'rekey',
		ceremony: createCeremonyProgress(3, ['received', 'received', 'current']),
		custodian: 'on-call',
		number: 3,
		of: 3,
		words: [
			'You will see one key share, write it down by hand and type it back. It takes two minutes.',
		],
	},
	reveal,
	giveShare,
	typeBack: {
		...asked,
		custodian: 'on-call',
		words: ['Type the share back to verify that you can read what you wrote down.'],
		problem: 'The text does not match the share that was shown: character 17 differs',
		attempt: 3,
	},
	decide: {
		kind: 'decide',
		step: 'rekey',
		ceremony: createCeremonyProgress(2),
		title: 'Another rekey of this Vault is in progress',
		words: ['Its nonce is 5b1f2c3d and it needs 5 shares. This session did not start it.'],
		choices: [
			{ value: 'leave', label: 'Do not change it', hint: 'the safe choice: ask who started it' },
			{ value: 'cancel', label: 'Cancel it and start a new rekey' },
		],
	},
} as const satisfies Record<string, Prompt>;

/** A prompt as a screen. */
export function createPromptModel(
	prompt: Prompt,
	more: Partial<CeremonyScreen> = {},
): WizardViewModel {
	const screen: CeremonyScreen = {
		kind: 'ceremony',
		step: prompt.step,
		prompt,
		number: 1,
		refused: 0,
		...more,
	};
	const steps = createSampleStepper('end').map((step) =>
		step.id === prompt.step ? { ...step, state: 'current' as const } : step,
	);
	return createScreenModel(screen, undefined, { stepper: steps });
}

const many = Array.from({ length: 9 }, (_, at) => ({
	name: `Key Holder Number ${at + 1}`,
	state: at < 4 ? ('proven' as const) : at === 4 ? ('current' as const) : ('waiting' as const),
}));

export const ceremonyModels: Record<string, WizardViewModel> = {
	ceremonyAgree: createPromptModel(samplePrompts.agree),
	ceremonyAgreeProblem: createPromptModel(samplePrompts.agree, {
		refused: 1,
		problem: 'The text does not match rekey acme-prod; nothing was changed',
	}),
	ceremonyPassphrase: createPromptModel(samplePrompts.passphrase),
	ceremonyPassphraseBefore: createPromptModel(samplePrompts.passphraseBefore),
	ceremonyNextPerson: createPromptModel(samplePrompts.nextPerson),
	ceremonyReveal: createPromptModel(samplePrompts.reveal),
	ceremonyGiveShare: createPromptModel(samplePrompts.giveShare),
	ceremonyTypeBack: createPromptModel(samplePrompts.typeBack),
	ceremonyDecide: createPromptModel(samplePrompts.decide),
	ceremonyMany: createPromptModel({
		...samplePrompts.nextPerson,
		ceremony: { ...createCeremonyProgress(3), custodians: many },
	}),
};
