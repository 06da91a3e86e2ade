import type { Question } from '../../../engine/question.ts';

/** None: earlier steps ask everything that the install needs. */
export const installQuestions: readonly Question[] = [];
