import type { Press } from '../parts/keys.ts';
import type { Move } from './blocks.ts';

const moves: readonly Move[] = ['pageUp', 'pageDown', 'home', 'end', 'up', 'down'];

/** The pointer move of a key, if any. */
export const moveOf = (press: Press): Move | undefined => moves.find((move) => press.is(move));
