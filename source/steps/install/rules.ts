import type { Rule } from '../../engine/question.ts';

export const installRules: readonly Rule[] = [];
