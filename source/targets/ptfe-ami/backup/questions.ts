import type { Question } from '../../../engine/question.ts';
import { booleanRule } from '../../../steps/rules/value-rule.ts';

export const backupQuestions: readonly Question[] = [
	{
		key: 'backup',
		label: 'Create and confirm a backup at the end?',
		help: 'Whether to create a backup after the install and wait until it is in the bucket: new, not empty, encrypted. The instance also creates a backup every hour and at a clean shutdown.',
		kind: 'yesno',
		...booleanRule,
		when: (answers) => answers.instance === 'ssh',
		asked: 'when the instance is reached over SSH',
		default: true,
	},
];
