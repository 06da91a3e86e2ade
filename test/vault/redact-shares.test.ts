import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redactShares } from '../../source/vault/redact-shares.ts';

/** Bytes of a test share, different for each number. */
const bytes = (length: 32 | 33, which: number): Buffer =>
	Buffer.concat([
		createHash('sha256').update(`share ${which}`).digest(),
		Buffer.from([which]),
	]).subarray(0, length);

const groups = (text: string): string[] => text.match(/.{1,4}/g) ?? [];

const forms: Record<string, (share: Buffer) => string> = {
	hex: (share) => share.toString('hex'),
	HEX: (share) => share.toString('hex').toUpperCase(),
	base64: (share) => share.toString('base64'),
	'base64 without padding': (share) => share.toString('base64').replaceAll('=', ''),
	base64url: (share) => share.toString('base64url'),
	'groups of four': (share) => groups(share.toString('base64')).join(' '),
	'groups of four with two spaces': (share) => groups(share.toString('base64')).join('  '),
	'groups of four of hex': (share) => groups(share.toString('hex')).join(' '),
	'numbered groups': (share) =>
		groups(share.toString('base64'))
			.map((group, at) => `${String(at + 1).padStart(2)}: ${group}`)
			.join('\n'),
};

describe.each([32, 33] as const)('a share of %d bytes', (length) => {
	it.each(Object.keys(forms))('is hidden as %s', (name) => {
		for (let which = 0; which < 200; which++) {
			const text = forms[name]?.(bytes(length, which)) ?? '';
			for (const [before, behind] of [
				['', ''],
				['+ printf ', ' > /dev/card'],
				["it is '", "'."],
				['share=', '\nand more'],
			] as const) {
				const left = redactShares(`${before}${text}${behind}`);
				const parts = groups(text).filter((part) => part.length === 4);
				expect(
					parts.filter((part) => left.includes(part)),
					left,
				).toEqual([]);
			}
		}
	});
});

it.each([
	'/var/lib/operators-of-the-installation/sessions/default/rekey/share-1-ann.gpg',
	'gpg: decryption failed: No secret key',
	'gpg: encrypted with rsa4096 key, ID 4D109F2E77AB0C51, created 2026-01-02',
	'gpg:                using RSA key 0C519F2E77AB4D1093E65B0F2A8DC417E05A6631',
	'the card was not here when this ran, so open it with your main hand',
])('keeps text without shares: %s', (text) => {
	expect(redactShares(text)).toBe(text);
});
