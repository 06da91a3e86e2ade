import type { Question } from '../../engine/question.ts';
import { accessSettings } from './access.ts';
import { databaseSettings } from './database.ts';
import { machineSettings } from './machine.ts';
import { requiredSettings } from './required.ts';
import { storageSettings } from './storage.ts';

/**
 * One question for each variable of templates/aws-standard, under the same name, but for the
 * subnets, which the network step gives. `settings.instance_role_policies` is no variable: the
 * policies are attached beside the module.
 */
export const settingsQuestions: readonly Question[] = [
	...requiredSettings,
	...accessSettings,
	...machineSettings,
	...databaseSettings,
	...storageSettings,
];
