import type { Question } from '../../engine/question.ts';
import { yesNo } from '../rules/value-rule.ts';

export const backupQuestions: readonly Question[] = [
	{
		key: 'backup',
		label: 'Make a backup at the end, and confirm it?',
		help: 'The machine backs up every hour and when it is shut down in order. This makes one now and waits until it is seen in the bucket: newer, not empty, encrypted.',
		kind: 'yesno',
		...yesNo,
		when: (answers) => answers.instance === 'ssh',
		asked: 'when the instance is reached over SSH',
		default: true,
	},
];
