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
] as const)('%o is taken apart as the engine words it', (change, wanted) => {
	const [words = ''] = formatChanges([
		{ step: 'settings', label: 'Name', key: 'settings.fqdn', ...change },
	]);
	expect(changeOf(words)).toEqual({ ...wanted, key: 'settings.fqdn' });
	expect(keyOfChange(words, ticket)).toBe('settings.fqdn');
});

test('other words are kept as they are, and lead nowhere', () => {
	expect(changeOf('the region is another')).toMatchObject({
		key: '',
		text: 'the region is another',
	});
	expect(keyOfChange('the region is another', ticket)).toBeUndefined();
	expect(keyOfChange('~ settings.gone  a -> b', ticket)).toBeUndefined();
});
