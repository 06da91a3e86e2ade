import type { Answers } from '../../engine/question.ts';
import { flagOf, listOf, textOf } from '../rules/answers.ts';

// When a setting applies, with the text that says so. A missing flag is treated as its default.

export const withDatabase = {
	when: (answers: Answers) => !flagOf(answers, 'settings.local_db', false),
	asked: 'when settings.local_db is false',
};

export const withVolumes = {
	when: (answers: Answers) =>
		flagOf(answers, 'settings.local_redis', true) || flagOf(answers, 'settings.local_db', false),
	asked: 'when settings.local_redis or settings.local_db is true',
};

export const withElastiCache = {
	when: (answers: Answers) => !flagOf(answers, 'settings.local_redis', true),
	asked: 'when settings.local_redis is false',
};

export const withManagedBucket = {
	when: (answers: Answers) => flagOf(answers, 'settings.manage_bucket', true),
	asked: 'when settings.manage_bucket is true',
};

/** Asked only when another text setting is not empty. */
export function withText(key: string) {
	return {
		when: (answers: Answers) => textOf(answers, key) !== '',
		asked: `when ${key} is set`,
	};
}

/** Asked only when another list setting is empty. */
export function withoutList(key: string) {
	return {
		when: (answers: Answers) => listOf(answers, key).length === 0,
		asked: `when ${key} is empty`,
	};
}
