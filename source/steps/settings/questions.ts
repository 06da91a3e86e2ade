import type { Question } from '../../engine/question.ts';
import { accessSettings } from './access.ts';
import { databaseSettings } from './database.ts';
import { machineSettings } from './machine.ts';
import { requiredSettings } from './required.ts';
import { storageSettings } from './storage.ts';

/**
 * One question for each variable of templates/aws-standard, with the same name, except for the
 * subnets, which come from the network step. `settings.instance_role_policies` is not a variable:
 * the policies are attached next to the module.
 */
export const settingsQuestions: readonly Question[] = [
	...requiredSettings,
	...accessSettings,
	...machineSettings,
	...databaseSettings,
	...storageSettings,
];
