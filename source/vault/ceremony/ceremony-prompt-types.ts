import type { SecretBytes } from '../../engine/secret-bytes.ts';

/**
 * A request to the operator during a step: to confirm, to see a secret or to enter one. Secrets are
 * shown on the alternate screen only and leave no trace.
 */
export type Prompt =
	| ConfirmationPrompt
	| PassphrasePrompt
	| NextKeyHolderPrompt
	| RevealSharePrompt
	| EnterSharePrompt
	| ChoicePrompt;

/** A prompt without what all prompts have, which the ceremony adds. */
export type PromptContent = WithoutHeader<Prompt>;
type WithoutHeader<P> = P extends unknown
	? Omit<P, keyof PromptHeader> & Partial<PromptHeader>
	: never;

interface PromptHeader {
	step: string;
	ceremony: CeremonyProgress;
}

/** The progress of a rekey, shown at the top of each of its screens. Contains no secret. */
export interface CeremonyProgress {
	/** "Rekey Vault", "Prove the new shares". */
	title: string;
	/** Past and future stages, in order. */
	stages: readonly { title: string; state: 'done' | 'current' | 'open' }[];
	custodians: readonly {
		name: string;
		/** Fingerprint of the key holder's own key in groups of four; undefined when the share is shown here. */
		fingerprint?: string;
		state: 'waiting' | 'current' | 'received' | 'proven';
	}[];
	/** Which storage and unseal keys currently work together, in one sentence. */
	safe: string;
}

/** Shows what will happen and waits for typed confirmation. Reply: `agreed`. */
export interface ConfirmationPrompt extends PromptHeader {
	kind: 'agree';
	title: string;
	/** The actions in order, then what cannot be undone, then what to prepare. */
	will: readonly string[];
	/** Values to verify over a second channel: fingerprints with their owners. */
	check: readonly { label: string; value: string }[];
	warnings: readonly string[];
	/** The text to type exactly; the default is to go back. */
	type: string;
	/** The label of the confirm button: "Start", "Commit the new key shares". */
	yes: string;
	no: string;
}

/** Asks for a new passphrase (typed twice) or for the existing one. Reply: `secret`. */
export interface PassphrasePrompt extends PromptHeader {
	kind: 'passphrase';
	title: string;
	words: readonly string[];
	/** True: typed twice, with at least `minLength` characters. */
	fresh: boolean;
	minLength: number;
	problem?: string;
}

/** Shown between two key holders, without secrets. Reply: `agreed` (ready) or back. */
export interface NextKeyHolderPrompt extends PromptHeader {
	kind: 'next-person';
	custodian: string;
	/** Counts from 1. */
	number: number;
	of: number;
	/** What happens when the key holder is alone at the screen. */
	words: readonly string[];
}

/** Shows one share to one key holder after a key press, for a limited time. Reply: `agreed`. */
export interface RevealSharePrompt extends PromptHeader {
	kind: 'reveal';
	custodian: string;
	/** Shown on the alternate screen only, in groups of four. The front end must not copy it. */
	share: SecretBytes;
	/** First four hex digits of its SHA-256, to verify the written copy. */
	checkDigits: string;
	/** Seconds until it is hidden. */
	seconds: number;
}

/** A key holder enters their share, typed or decrypted. Reply: `secret`. */
export interface EnterSharePrompt extends PromptHeader {
	kind: 'give-share';
	custodian: string;
	words: readonly string[];
	/** For a key holder with their own key: the encrypted file and the command that decrypts it. */
	message?: { file: string; command: string };
	problem?: string;
	attempt: number;
	attempts: number;
}

/** A choice that only the operator can make; the first is the safe default. Reply: `chosen`. */
export interface ChoicePrompt extends PromptHeader {
	kind: 'decide';
	title: string;
	words: readonly string[];
	choices: readonly { value: string; label: string; hint?: string }[];
}

export type PromptReply =
	| { kind: 'agreed' }
	/** Postponed: the step stops at a safe point. */
	| { kind: 'not-now' }
	| { kind: 'secret'; secret: SecretBytes }
	| { kind: 'chosen'; value: string };

/** The operator who can respond to prompts during a rekey. */
export interface OperatorPrompter {
	/**
	 * Shows a prompt and waits for the reply.
	 *
	 * @throws WizardError `cancelled` when the run is stopped in the meantime; the screen is cleared.
	 */
	prompt(prompt: Prompt): Promise<PromptReply>;
}
