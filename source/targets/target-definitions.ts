import { ptfeAmiTarget } from './ptfe-ami/target.ts';
import type { TargetDefinition } from './target.ts';

/** Every target, the recommended one first. A new target is a directory and a line here. */
export const targetDefinitions: readonly TargetDefinition[] = [ptfeAmiTarget];
