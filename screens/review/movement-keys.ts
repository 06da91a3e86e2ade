import type { KeyPress } from '../parts/keyboard.ts';
import type { PointerMove } from './scroll-blocks.ts';

const moves: readonly PointerMove[] = ['pageUp', 'pageDown', 'home', 'end', 'up', 'down'];

/** The pointer move of a key, if any. */
export const toPointerMove = (press: KeyPress): PointerMove | undefined =>
	moves.find((move) => press.is(move));
