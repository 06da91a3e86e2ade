import type { Action } from '../../engine/guide/model.ts';
import type { RevealMoment } from '../../engine/moment.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';

/** What a typed line leads to. */
export interface Heard {
	/** What is said at once. */
	say?: readonly string[];
	act?: Action;
	/** A share that is to be shown now. */
	reveal?: RevealMoment;
	/** What the next line belongs to; without one, the screen. */
	talk?: Talk;
}

/** A talk of more than one line. */
export type Talk =
	/** A choice with a warning: `yes` takes it. */
	| { kind: 'warned'; act: Action }
	/** A plan that destroys: only the name applies it. */
	| { kind: 'confirm'; name: string }
	/** A new passphrase: it is typed once more. */
	| { kind: 'again'; first: SecretBytes }
	/** A share is on the terminal. */
	| { kind: 'shown' }
	/** A value of several lines; a single dot ends it. */
	| { kind: 'lines'; lines: readonly string[] };

export const say = (...lines: string[]): Heard => ({ say: lines });
export const act = (action: Action): Heard => ({ act: action });
