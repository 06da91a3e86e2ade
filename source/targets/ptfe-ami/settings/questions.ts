import type { Question } from '../../../engine/question.ts';
import { databaseQuestions } from './database-questions.ts';
import { instanceQuestions } from './instance-questions.ts';
import { networkAccessQuestions } from './network-access-questions.ts';
import { requiredQuestions } from './required-questions.ts';
import { storageQuestions } from './storage-questions.ts';

/**
 * One question for each variable of templates/aws-standard, with the same name, except for the
 * subnets, which come from the network step. `settings.instance_role_policies` is not a variable:
 * the policies are attached next to the module.
 */
export const settingsQuestions: readonly Question[] = [
	...requiredQuestions,
	...networkAccessQuestions,
	...instanceQuestions,
	...databaseQuestions,
	...storageQuestions,
];
