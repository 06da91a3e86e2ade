import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { findKey } from '../e2e/helpers/find-secrets.ts';

const key = createHash('sha256').update('a canary').digest();
const base64 = key.toString('base64');
const hex = key.toString('hex');
const within = (text: string | Buffer) =>
	findKey(key, [
		{ where: 'here', bytes: Buffer.concat(['x', text, 'x'].map((one) => Buffer.from(one))) },
	]);

it.each<[string, string | Buffer]>([
	['as bytes', key],
	['in base64', base64],
	['in the base64 of URLs', key.toString('base64url')],
	['in hex', hex],
	['in capital hex', hex.toUpperCase()],
	['in base64 of its base64', Buffer.from(`a${base64}`).toString('base64')],
	['in base64 of its hex', Buffer.from(`ab${hex}`).toString('base64')],
	[
		'in base64 of a longer text that holds it',
		Buffer.concat([Buffer.from('a'), key]).toString('base64'),
	],
	['in a URL', encodeURIComponent(base64)],
	['in groups, as it is shown', base64.replace(/.{4}/g, '$& ')],
	['in groups, a line each', hex.replace(/.{4}/g, '$&\n')],
	['in groups broken after half of them', base64.replace(/.{4}/g, '$& ').slice(0, 28)],
])('finds a key %s', (_, text) => {
	expect(within(text)).not.toEqual([]);
});

it('does not report a different key', () => {
	const other = createHash('sha256').update('another').digest();
	for (const text of [other, other.toString('base64'), other.toString('hex')])
		expect(within(text)).toEqual([]);
});
