import type { Rule } from '../../engine/question.ts';

/** None: the answers of this step do not depend on each other, and checks verify them with AWS. */
export const preflightRules: readonly Rule[] = [];
