import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECRET_MASK, SecretRegistry } from '../../source/engine/secret-registry.ts';

function registry(...values: string[]): SecretRegistry {
	const secrets = new SecretRegistry();
	for (const value of values) secrets.add(value);
	return secrets;
}

/** Passwords that the questions accept. */
const password = fc.string({
	unit: fc.constantFrom(...'abcxyzABCXYZ0189-_:'),
	minLength: 8,
	maxLength: 40,
});
/** Secrets with any characters, especially ones with a special meaning somewhere. */
const anything = fc.string({
	unit: fc.oneof(
		fc.constantFrom(...'"\\/<>&+%=?#\'!()*~ \n\t$`{}'),
		fc.constantFrom('ü', '漢', '🔑', '\u2028'),
		fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
	),
	minLength: 4,
	maxLength: 40,
});
const surrounding = fc.string({ unit: 'grapheme', maxLength: 30 });
const secretAndText = fc.tuple(fc.oneof(password, anything), surrounding, surrounding);

function bytes(...texts: string[]): Buffer {
	return Buffer.from(texts.join(''), 'utf8');
}

describe('masking removes every form of a secret', () => {
	const forms: [string, (secret: string) => string][] = [
		['plain', (secret) => secret],
		['JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
		['JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
		['URL', (secret) => encodeURIComponent(secret)],
		['a form', (secret) => new URLSearchParams([['', secret]]).toString().slice(1)],
		['hex', (secret) => bytes(secret).toString('hex')],
		['HEX', (secret) => bytes(secret).toString('hex').toUpperCase()],
		['base64', (secret) => bytes(secret).toString('base64').replace(/=+$/, '')],
		['base64url', (secret) => bytes(secret).toString('base64url')],
		['capitals', (secret) => secret.toUpperCase()],
	];

	it.each(forms)('masks the %s form', (_, formOf) => {
		fc.assert(
			fc.property(secretAndText, ([secret, before, after]) => {
				const form = formOf(secret);
				// The text contains it twice, once without separators.
				const masked = registry(secret).mask(`${before}${form}${after} ${form}`);
				expect(masked).not.toContain(form);
				expect(masked).toContain(SECRET_MASK);
			}),
		);
	});

	it('masks it in the base64 of a longer text at all three alignments', () => {
		fc.assert(
			fc.property(
				fc.oneof(password, anything),
				fc.uint8Array({ maxLength: 9 }),
				fc.uint8Array({ maxLength: 9 }),
				fc.constantFrom('base64' as const, 'base64url' as const),
				(secret, before, after, encoding) => {
					const text = Buffer.concat([before, bytes(secret), after]).toString(encoding);
					const masked = registry(secret).mask(text);
					const standing = masked.split(SECRET_MASK).map((part) => part.length);
					// At most the characters that are shared with neighbouring bytes may remain.
					const least = Math.floor((bytes(secret).length * 4) / 3) - 2;
					expect(text.length - standing.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(
						least,
					);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('masks it in plain data of any shape, including keys', () => {
		fc.assert(
			fc.property(password, fc.jsonValue({ maxDepth: 3 }), (secret, value) => {
				const data = { [`x${secret}`]: value, list: [secret, { deep: `a ${secret} b` }], n: 1 };
				expect(JSON.stringify(registry(secret).maskShown({ data }).data)).not.toContain(secret);
			}),
		);
	});

	it('masks several secrets, including one inside another', () => {
		fc.assert(
			fc.property(password, password, surrounding, (one, other, text) => {
				const masked = registry(one, other, `${one}${other}`).mask(`${one}${text}${other}${one}`);
				for (const secret of [one, other]) expect(masked).not.toContain(secret);
			}),
		);
		expect(registry('hunter2', 'hunter2hunter3').mask('<hunter2hunter3>')).toBe(`<${SECRET_MASK}>`);
		expect(registry('hunter2hunter3', 'hunter2').mask('<hunter2hunter3>')).toBe(`<${SECRET_MASK}>`);
	});
});

describe('masking keeps', () => {
	it('data unchanged when no secret is registered', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(registry().maskShown({ value }).value).toEqual(value);
			}),
		);
	});

	it('text, numbers and structure beside a secret', () => {
		const data = { a: 1, b: [true, null, 'text'], c: { d: undefined } };
		expect(registry('hunter2').maskShown({ data }).data).toEqual(data);
		expect(registry('hunter2').mask('hunter3 HUNTER')).toBe('hunter3 HUNTER');
	});

	it('values that are too short to be masked safely', () => {
		const secrets = registry('', 'a', 'abc');
		expect(secrets.size).toBe(0);
		expect(secrets.mask('abc a')).toBe('abc a');
	});

	it('one entry for a value that is added twice', () => {
		expect(registry('hunter2', 'hunter2').size).toBe(1);
	});

	it('other text when a secret has an unpaired surrogate', () => {
		expect(registry('\ud83dabcd').mask('x')).toBe('x');
	});
});

it('treats regular expression characters in a secret literally', () => {
	expect(registry('a.c*[x](y)|^$').mask('a.c*[x](y)|^$ abc')).toBe(`${SECRET_MASK} abc`);
});

it('masks a secret only after it is registered', () => {
	const secrets = registry('first-one');
	expect(secrets.mask('second-one')).toBe('second-one');
	secrets.add('second-one');
	expect(secrets.mask('first-one second-one')).toBe(`${SECRET_MASK} ${SECRET_MASK}`);
});
