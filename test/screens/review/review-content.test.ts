import { expect, test } from 'vitest';
import {
	findChangedQuestionKey,
	parseAnswerChange,
} from '../../../screens/review/review-content.ts';
import { formatAnswerChanges } from '../../../source/engine/answers/diff-answers.ts';
import { getScreenModel } from '../screen-models.ts';

const { answerSummary } = getScreenModel('review');

test.each([
	[
		{ before: 'a', after: 'b' },
		{ sign: '~', text: 'a -> b' },
	],
	[{ after: 'b' }, { sign: '+', text: 'b' }],
	[{ before: 'a' }, { sign: '-', text: 'a' }],
] as const)('parses the change %o as the engine formats it', (change, wanted) => {
	const [words = ''] = formatAnswerChanges([{ step: 'settings', key: 'settings.fqdn', ...change }]);
	expect(parseAnswerChange(words)).toEqual({ ...wanted, key: 'settings.fqdn' });
	expect(findChangedQuestionKey(words, answerSummary)).toBe('settings.fqdn');
});

test('keeps other text unchanged, without a question to go to', () => {
	expect(parseAnswerChange('the region differs')).toMatchObject({
		key: '',
		text: 'the region differs',
	});
	expect(findChangedQuestionKey('the region differs', answerSummary)).toBeUndefined();
	expect(findChangedQuestionKey('~ settings.gone  a -> b', answerSummary)).toBeUndefined();
});
