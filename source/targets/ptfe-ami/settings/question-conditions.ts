import type { Answers } from '../../../engine/question.ts';
import {
	readBooleanAnswer,
	readListAnswer,
	readTextAnswer,
} from '../../../steps/rules/read-answers.ts';

// When a setting applies, with the text that says so. A missing flag is treated as its default.

export const rdsCondition = {
	when: (answers: Answers) => !readBooleanAnswer(answers, 'settings.local_db', false),
	asked: 'when settings.local_db is false',
};

export const volumesCondition = {
	when: (answers: Answers) =>
		readBooleanAnswer(answers, 'settings.local_redis', true) ||
		readBooleanAnswer(answers, 'settings.local_db', false),
	asked: 'when settings.local_redis or settings.local_db is true',
};

export const elastiCacheCondition = {
	when: (answers: Answers) => !readBooleanAnswer(answers, 'settings.local_redis', true),
	asked: 'when settings.local_redis is false',
};

export const managedBucketCondition = {
	when: (answers: Answers) => readBooleanAnswer(answers, 'settings.manage_bucket', true),
	asked: 'when settings.manage_bucket is true',
};

/** Asked only when another text setting is not empty. */
export function createTextSetCondition(key: string) {
	return {
		when: (answers: Answers) => readTextAnswer(answers, key) !== '',
		asked: `when ${key} is set`,
	};
}

/** Asked only when another list setting is empty. */
export function createListEmptyCondition(key: string) {
	return {
		when: (answers: Answers) => readListAnswer(answers, key).length === 0,
		asked: `when ${key} is empty`,
	};
}
