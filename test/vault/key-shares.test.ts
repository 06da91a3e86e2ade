import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { split } from 'shamir-secret-sharing';
import { describe, expect, it, test } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import {
	checkShareConsistency,
	computeCheckDigits,
	formatShareAsBase64,
	formatShareAsHex,
	parseKeyShare,
} from '../../source/vault/key-shares.ts';

const secret = (bytes: Uint8Array) => new SecretBytes(Buffer.from(bytes));
const bytesOf = (share: SecretBytes) => share.use((bytes) => Buffer.from(bytes));

function parsed(text: string): Buffer {
	const share = parseKeyShare(Buffer.from(text));
	if (!(share instanceof SecretBytes)) throw new Error(share.what);
	return bytesOf(share);
}

function refusal(text: string): string {
	const share = parseKeyShare(Buffer.from(text));
	if (share instanceof SecretBytes) throw new Error('taken for a share');
	expect(share.expected).not.toBe('');
	expect(share.next).not.toEqual([]);
	return share.what;
}

const shares = fc
	.constantFrom(32, 33)
	.chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
	.map((bytes) => Buffer.from(bytes));

describe('parsing a share', () => {
	test('accepts any share in every notation', () => {
		fc.assert(
			fc.property(shares, (share) => {
				const base64 = share.toString('base64');
				const hex = share.toString('hex');
				const ways = [
					base64,
					base64.replace('=', ''),
					`Key 1: ${base64}\n`,
					`Unseal Key 12: ${base64}`,
					base64.replace(/.{4}/g, '$& '),
					base64.replace(/.{22}/g, '$&\r\n\t'),
					hex,
					hex.toUpperCase(),
					hex.replace(/.{4}/g, '$& '),
					formatShareAsBase64(secret(share)).toString(),
					formatShareAsHex(secret(share)).toString(),
				];
				for (const way of ways) expect(parsed(way)).toEqual(share);
			}),
		);
	});

	test('formats shares like other programs', () => {
		fc.assert(
			fc.property(shares, (share) => {
				expect(formatShareAsBase64(secret(share)).toString()).toBe(share.toString('base64'));
				expect(formatShareAsHex(secret(share)).toString()).toBe(share.toString('hex'));
			}),
		);
	});

	test('reports what is wrong without showing any of it', () => {
		const base64 = randomBytes(33).toString('base64');
		expect(refusal('')).toBe('The input is empty.');
		expect(refusal(' \r\n')).toBe('The input is empty.');
		expect(refusal(base64.slice(0, 40))).toBe('It has 40 characters without spaces: too few.');
		expect(refusal(base64 + base64)).toBe('It has 88 characters without spaces: too many.');
		expect(refusal('ab'.repeat(31))).toBe('It has 62 characters without spaces: too few.');
		expect(refusal('ab'.repeat(34))).toBe('It has 68 characters without spaces: too many.');
		expect(refusal(`${'ab'.repeat(32)}O0`)).toMatch(/character 65 is not 0-9 or a-f/);
		expect(refusal(`${base64.slice(0, 4)} -${base64.slice(5)}`)).toMatch(/^Character 5 is neither/);
		expect(refusal(`${base64.slice(0, 9)}=${base64.slice(10)}`)).toMatch(/^Character 10 is "="/);
		expect(refusal(`${'A'.repeat(42)}B=`)).toMatch(/last character is not valid/);
		expect(refusal('s.hunter2hunter2')).not.toContain('hunter');
	});
});

test('computes check digits like sha256sum over the bytes', () => {
	const share = randomBytes(33);
	const sum = createHash('sha256').update(share).digest('hex');
	expect(computeCheckDigits(secret(share))).toBe(sum.slice(0, 4));
});

const make = async (n: number, t: number) =>
	(await split(new Uint8Array(randomBytes(32)), n, t)).map(secret);

describe('checking shares against each other', () => {
	it.each([
		[1, 1],
		[2, 2],
		[3, 2],
		[5, 3],
		[5, 5],
		[10, 4],
		[255, 2],
	])('accepts %i shares with a threshold of %i', async (n, t) => {
		const all = t === 1 ? [secret(randomBytes(32))] : await make(n, t);
		expect(await checkShareConsistency(all, t)).toEqual({ ok: true });
		expect(all.every((share) => share.length >= 32)).toBe(true);
	});

	test('rejects one wrong bit anywhere in any of them', async () => {
		const all = await make(5, 3);
		await fc.assert(
			fc.asyncProperty(fc.nat(4), fc.nat(31), fc.nat(7), async (which, at, bit) => {
				const wrong = all.map((share, index) => {
					const bytes = bytesOf(share);
					if (index === which) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
					return secret(bytes);
				});
				const result = await checkShareConsistency(wrong, 3);
				expect(result).toMatchObject({ ok: false });
				if (which === 4 && !result.ok) expect(result.why).toContain('do not match the others: 5');
				if (which < 3 && !result.ok) expect(result.why).toContain('At least one');
			}),
			{ numRuns: 200 },
		);
	});

	test('rejects shares of two rekeys', async () => {
		const [ours, theirs] = [await make(5, 3), await make(200, 3)];
		const taken = new Set(ours.map((share) => bytesOf(share)[32]));
		const foreign = theirs.find((share) => !taken.has(bytesOf(share)[32]));
		if (foreign === undefined) throw new Error('none');
		expect(await checkShareConsistency([...ours.slice(0, 4), foreign], 3)).toMatchObject({
			ok: false,
		});
	});

	test('rejects a threshold lower than the real one', async () => {
		expect(await checkShareConsistency(await make(5, 3), 2)).toMatchObject({ ok: false });
	});

	test('rejects what is not a set of shares', async () => {
		const all = await make(3, 2);
		const [first] = all;
		if (first === undefined) throw new Error('none');
		const why = async (shares: SecretBytes[], t: number) => {
			const result = await checkShareConsistency(shares, t);
			return result.ok ? '' : result.why;
		};
		expect(await why([first], 2)).toMatch(/Too few key shares: 1 of 2 required/);
		expect(await why([...all, first], 2)).toMatch(/Key shares 1 and 4 are the same/);
		expect(await why([first, secret(randomBytes(32))], 2)).toMatch(/Key share 2 has 32 bytes/);
		expect(await why([first, secret(Buffer.alloc(33))], 2)).toMatch(/Key share 2 is not valid/);
		expect(await why([first], 1)).toMatch(/one key of 32 bytes/);
		expect(await why([], 0)).not.toBe('');
	});
});
