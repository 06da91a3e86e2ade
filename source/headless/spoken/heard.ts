import type { Action } from '../../engine/guide/model.ts';

/** What a typed line leads to. */
export interface Heard {
	/** What is said at once. */
	say?: readonly string[];
	act?: Action;
	/** What the next line belongs to; without one, the screen. */
	talk?: Talk;
}

/** A talk of more than one line. */
export type Talk =
	/** A choice with a warning: `yes` takes it. */
	| { kind: 'warned'; act: Action }
	/** A plan that destroys: only the name applies it. */
	| { kind: 'confirm'; name: string }
	/** A value of several lines; a single dot ends it. */
	| { kind: 'lines'; lines: readonly string[] };

export const say = (...lines: string[]): Heard => ({ say: lines });
export const act = (action: Action): Heard => ({ act: action });
