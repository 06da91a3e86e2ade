import type { Question } from '../../engine/question.ts';

/** None: all that the install needs is asked by the steps before it. */
export const installQuestions: readonly Question[] = [];
