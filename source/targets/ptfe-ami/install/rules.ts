import type { AnswerRule } from '../../../engine/question.ts';

export const installRules: readonly AnswerRule[] = [];
