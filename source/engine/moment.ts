import type { SecretBytes } from './secret-bytes.ts';

/**
 * A moment in which a step needs a person present: to agree, to be handed a secret, to give one.
 * What is secret in it is shown on the alternate screen alone, and leaves
 * no trace behind.
 */
export type Moment =
	| AgreeMoment
	| PassphraseMoment
	| NextPersonMoment
	| RevealMoment
	| GiveShareMoment
	| DecideMoment;

/** Where a ceremony has come to, for the head of every one of its screens. Nothing secret. */
export interface CeremonyView {
	/** "Rekey Vault", "Prove the new shares". */
	title: string;
	/** What has happened and what comes, in order. */
	stages: readonly { title: string; state: 'done' | 'current' | 'open' }[];
	custodians: readonly {
		name: string;
		/** Fingerprint of their own key in groups of four, or undefined: wrapped here, shown here. */
		fingerprint?: string;
		state: 'waiting' | 'current' | 'received' | 'proven';
	}[];
	/** Which pair of storage and key opens Vault right now, in one sentence. */
	safe: string;
}

/** Shows what will happen and waits for a word that is typed. Reply: `agreed`. */
export interface AgreeMoment {
	kind: 'agree';
	step: string;
	ceremony: CeremonyView;
	title: string;
	/** What will be done, in order; then what cannot be undone; then what to have ready. */
	will: readonly string[];
	/** Facts to check on a second channel: fingerprints with their owners. */
	check: readonly { label: string; value: string }[];
	warnings: readonly string[];
	/** To be typed exactly; the default answer is to go back. */
	type: string;
	/** The button in words: "begin", "make the new shares count". */
	yes: string;
	no: string;
}

/** Asks for a new passphrase (typed twice) or for the one given before. Reply: `secret`. */
export interface PassphraseMoment {
	kind: 'passphrase';
	step: string;
	ceremony: CeremonyView;
	title: string;
	words: readonly string[];
	/** Typed twice and held to `minLength` characters. */
	fresh: boolean;
	minLength: number;
	problem?: string;
}

/** Between two people: nothing secret is on the screen. Reply: `agreed` (ready) or back. */
export interface NextPersonMoment {
	kind: 'next-person';
	step: string;
	ceremony: CeremonyView;
	custodian: string;
	/** Counts from 1. */
	number: number;
	of: number;
	/** What will happen when they are alone at the screen. */
	words: readonly string[];
}

/** Hands one share to one person: hidden until a key is pressed, blank again by itself. Reply: `agreed`. */
export interface RevealMoment {
	kind: 'reveal';
	step: string;
	ceremony: CeremonyView;
	custodian: string;
	/** Shown on the alternate screen alone, in groups of four. Whoever draws it keeps no copy. */
	share: SecretBytes;
	/** First four hex digits of its SHA-256, to compare what was written down. */
	checkDigits: string;
	/** Seconds it stays shown. */
	seconds: number;
}

/** One person gives their share: typed back, or decrypted by themselves. Reply: `secret`. */
export interface GiveShareMoment {
	kind: 'give-share';
	step: string;
	ceremony: CeremonyView;
	custodian: string;
	words: readonly string[];
	/** For who has a key of their own: the file and the command that opens it. */
	message?: { file: string; command: string };
	problem?: string;
	attempt: number;
	attempts: number;
}

/** A choice only a person can make; the first is the safe default. Reply: `chosen`. */
export interface DecideMoment {
	kind: 'decide';
	step: string;
	ceremony: CeremonyView;
	title: string;
	words: readonly string[];
	choices: readonly { value: string; label: string; hint?: string }[];
}

export type MomentReply =
	| { kind: 'agreed' }
	/** Not now: nothing more is done, the step stops where it is safe. */
	| { kind: 'not-now' }
	| { kind: 'secret'; secret: SecretBytes }
	| { kind: 'chosen'; value: string };
