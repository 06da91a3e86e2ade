import { expect, test } from 'vitest';
import {
	describeSharedKeys,
	formatFingerprint,
} from '../../../source/vault/pgp/describe-shared-keys.ts';

const fingerprint = (digit: string) => digit.repeat(40);
const key = (digit: string, subkey = digit) => ({
	fingerprint: fingerprint(digit),
	encryptionKeyId: subkey.repeat(16),
});
const ada = { name: 'Ada', key: key('a') };
const bob = { name: 'Bob', key: key('b') };
const eve = { name: 'Eve', key: key('e') };

test('accepts different keys for all custodians', () => {
	const nothing = { warnings: [], problems: [] };
	expect(describeSharedKeys([ada, bob, eve], 2)).toEqual(nothing);
	expect(describeSharedKeys([ada], 1)).toEqual(nothing);
});

const printed = Array(10).fill('AAAA').join(' ');

test('reports one key for two custodians', () => {
	const twin = { name: 'Adas deputy', key: key('a') };
	const warnings = [`The same key (${printed}) is used for Ada and Adas deputy.`];
	expect(describeSharedKeys([ada, twin, bob, eve], 3)).toEqual({ warnings, problems: [] });
	expect(describeSharedKeys([ada, bob, twin, eve], 2)).toEqual({
		warnings,
		problems: [
			`The holder of key ${printed} can unseal Vault alone: the key receives 2 shares, and 2 are required.`,
		],
	});
});

test('treats two primary keys with the same decryption subkey as one', () => {
	const disguised = { name: 'Mallory', key: key('c', 'a') };
	expect(describeSharedKeys([ada, bob, disguised], 3).warnings).toEqual([
		`The same key (${printed}) is used for Ada and Mallory.`,
	]);
});

test('reports a threshold of one for every custodian', () => {
	const { warnings, problems } = describeSharedKeys([ada, bob], 1);
	expect(warnings).toEqual([]);
	expect(problems.map((text) => text.slice(0, 22))).toEqual([
		'The holder of key AAAA',
		'The holder of key BBBB',
	]);
});

test('groups fingerprints in fours, as gpg prints them', () => {
	expect(formatFingerprint('27b254e38bfed09f1724a93f31fa97d8ee74389f')).toBe(
		'27B2 54E3 8BFE D09F 1724 A93F 31FA 97D8 EE74 389F',
	);
});
