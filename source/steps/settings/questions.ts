import type { Question } from '../../engine/question.ts';
import { networkAccessQuestions } from './access.ts';
import { databaseQuestions } from './database.ts';
import { instanceQuestions } from './machine.ts';
import { requiredQuestions } from './required.ts';
import { storageQuestions } from './storage.ts';

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
