import { expect, test } from 'vitest';
import { changeOf, keyOfChange } from '../../../screens/review/change.ts';
import { formatChanges } from '../../../source/engine/answers/diff.ts';
import { modelNamed } from '../models.ts';

const { ticket } = modelNamed('review');

test.each([
	[
		{ before: 'a', after: 'b' },
		{ sign: '~', text: 'a -> b' },
	],
	[{ after: 'b' }, { sign: '+', text: 'b' }],
	[{ before: 'a' }, { sign: '-', text: 'a' }],
] as const)('parses the change %o as the engine formats it', (change, wanted) => {
	const [words = ''] = formatChanges([
		{ step: 'settings', label: 'Name', key: 'settings.fqdn', ...change },
	]);
	expect(changeOf(words)).toEqual({ ...wanted, key: 'settings.fqdn' });
	expect(keyOfChange(words, ticket)).toBe('settings.fqdn');
});

test('keeps other text unchanged, without a question to go to', () => {
	expect(changeOf('the region differs')).toMatchObject({
		key: '',
		text: 'the region differs',
	});
	expect(keyOfChange('the region differs', ticket)).toBeUndefined();
	expect(keyOfChange('~ settings.gone  a -> b', ticket)).toBeUndefined();
});
