import type { Action } from '../../engine/guide/model.ts';
import type { RevealMoment } from '../../engine/moment.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';

/** Result of a typed line. */
export interface Heard {
	/** Lines to print. */
	say?: readonly string[];
	act?: Action;
	/** A key share to show now. */
	reveal?: RevealMoment;
	/** Pending input that the next line belongs to. */
	talk?: Talk;
}

/** Input of more than one line. */
export type Talk =
	/** A choice with a warning, confirmed by `yes`. */
	| { kind: 'warned'; act: Action }
	/** A plan that destroys resources, confirmed by a name. */
	| { kind: 'confirm'; name: string }
	/** A new passphrase, to be typed again. */
	| { kind: 'again'; first: SecretBytes }
	/** A key share is shown. */
	| { kind: 'shown' }
	/** A multi-line value, ended by a single dot. */
	| { kind: 'lines'; lines: readonly string[] };

export const say = (...lines: string[]): Heard => ({ say: lines });
export const act = (action: Action): Heard => ({ act: action });
