import { expect, test } from 'vitest';
import type { CustodianKey } from '../../../source/vault/pgp/custodian-key.ts';
import { custodianProblems, fingerprintGroups } from '../../../source/vault/pgp/custodians.ts';

const fingerprint = (digit: string) => digit.repeat(40);
const key = (digit: string, subkey = digit): CustodianKey => ({
	fingerprint: fingerprint(digit),
	encryptionKeyId: subkey.repeat(16),
	algorithm: 'RSA 3072',
	userIds: [],
	base64: '',
});
const ada = { name: 'Ada', key: key('a') };
const bob = { name: 'Bob', key: key('b') };
const eve = { name: 'Eve', key: key('e') };
const kinds = (...given: Parameters<typeof custodianProblems>) =>
	custodianProblems(...given).map(({ kind, names }) => [kind, ...names]);

test('a key of their own for each: nothing to say', () => {
	expect(custodianProblems([ada, bob, eve], 2)).toEqual([]);
	expect(custodianProblems([ada], 1)).toEqual([]);
});

test('one key for two', () => {
	const twin = { name: 'Adas deputy', key: key('a') };
	expect(kinds([ada, twin, bob, eve], 3)).toEqual([['same-key', 'Ada', 'Adas deputy']]);
	expect(kinds([ada, bob, twin, eve], 2)).toEqual([
		['same-key', 'Ada', 'Adas deputy'],
		['quorum', 'Ada', 'Adas deputy'],
	]);
	const [, quorum] = custodianProblems([ada, bob, twin, eve], 2);
	expect(quorum?.what).toContain('AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA');
	expect(quorum?.what).toContain('2 of the 2 shares');
});

test('two primary keys that decrypt with the same subkey are one', () => {
	const disguised = { name: 'Mallory', key: key('c', 'a') };
	expect(kinds([ada, bob, disguised], 3)).toEqual([['same-key', 'Ada', 'Mallory']]);
});

test('a threshold of one lets everybody in', () => {
	expect(kinds([ada, bob], 1)).toEqual([
		['quorum', 'Ada'],
		['quorum', 'Bob'],
	]);
});

test('fingerprints in fours, as gpg prints them', () => {
	expect(fingerprintGroups('27b254e38bfed09f1724a93f31fa97d8ee74389f')).toBe(
		'27B2 54E3 8BFE D09F 1724 A93F 31FA 97D8 EE74 389F',
	);
});
