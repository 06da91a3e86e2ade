import { ptfeAmiTarget } from '../../../source/targets/ptfe-ami/target.ts';
import type { TargetDefinition } from '../../../source/targets/target.ts';
import { queueTarget } from './target.ts';

export const targetDefinitions: readonly TargetDefinition[] = [ptfeAmiTarget, queueTarget];
