import { expect, test } from 'vitest';
import {
	findSharedKeyProblems,
	formatFingerprint,
} from '../../../source/vault/pgp/find-shared-keys.ts';
import type { CustodianKey } from '../../../source/vault/pgp/parse-custodian-key.ts';

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
const kinds = (...given: Parameters<typeof findSharedKeyProblems>) =>
	findSharedKeyProblems(...given).map(({ kind, names }) => [kind, ...names]);

test('accepts different keys for all custodians', () => {
	expect(findSharedKeyProblems([ada, bob, eve], 2)).toEqual([]);
	expect(findSharedKeyProblems([ada], 1)).toEqual([]);
});

test('reports one key for two custodians', () => {
	const twin = { name: 'Adas deputy', key: key('a') };
	expect(kinds([ada, twin, bob, eve], 3)).toEqual([['same-key', 'Ada', 'Adas deputy']]);
	expect(kinds([ada, bob, twin, eve], 2)).toEqual([
		['same-key', 'Ada', 'Adas deputy'],
		['quorum', 'Ada', 'Adas deputy'],
	]);
	const [, quorum] = findSharedKeyProblems([ada, bob, twin, eve], 2);
	expect(quorum?.what).toContain('AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA');
	expect(quorum?.what).toContain('receives 2 shares, and 2 are required');
});

test('treats two primary keys with the same decryption subkey as one', () => {
	const disguised = { name: 'Mallory', key: key('c', 'a') };
	expect(kinds([ada, bob, disguised], 3)).toEqual([['same-key', 'Ada', 'Mallory']]);
});

test('reports a threshold of one for every custodian', () => {
	expect(kinds([ada, bob], 1)).toEqual([
		['quorum', 'Ada'],
		['quorum', 'Bob'],
	]);
});

test('groups fingerprints in fours, as gpg prints them', () => {
	expect(formatFingerprint('27b254e38bfed09f1724a93f31fa97d8ee74389f')).toBe(
		'27B2 54E3 8BFE D09F 1724 A93F 31FA 97D8 EE74 389F',
	);
});
