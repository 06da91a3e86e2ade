import type { Press } from '../parts/keys.ts';
import type { Move } from './blocks.ts';

const moves: readonly Move[] = ['pageUp', 'pageDown', 'home', 'end', 'up', 'down'];

/** The move a key means, if it means one. */
export const moveOf = (press: Press): Move | undefined => moves.find((move) => press.is(move));
