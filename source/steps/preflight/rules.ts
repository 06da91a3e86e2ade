import type { Rule } from '../../engine/question.ts';

/** None yet: each answer of this step stands alone; what AWS says to them is a check's matter. */
export const preflightRules: readonly Rule[] = [];
