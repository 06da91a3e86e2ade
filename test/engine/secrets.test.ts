import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK, SecretRegistry } from '../../source/engine/secrets.ts';

function registry(...values: string[]): SecretRegistry {
	const secrets = new SecretRegistry();
	for (const value of values) secrets.add(value);
	return secrets;
}

/** Passwords as the questions allow them. */
const password = fc.string({
	unit: fc.constantFrom(...'abcxyzABCXYZ0189-_:'),
	minLength: 8,
	maxLength: 40,
});
/** Secrets as others make them: any characters, those with a meaning somewhere above all. */
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

describe('no form of a secret survives, whatever stands around it', () => {
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

	it.each(forms)('%s', (_, formOf) => {
		fc.assert(
			fc.property(secretAndText, ([secret, before, after]) => {
				const form = formOf(secret);
				// A text that holds it twice, once glued to its neighbours.
				const masked = registry(secret).mask(`${before}${form}${after} ${form}`);
				expect(masked).not.toContain(form);
				expect(masked).toContain(MASK);
			}),
		);
	});

	it('base64 of a longer text that holds it, at each of the three alignments', () => {
		fc.assert(
			fc.property(
				fc.oneof(password, anything),
				fc.uint8Array({ maxLength: 9 }),
				fc.uint8Array({ maxLength: 9 }),
				fc.constantFrom('base64' as const, 'base64url' as const),
				(secret, before, after, encoding) => {
					const text = Buffer.concat([before, bytes(secret), after]).toString(encoding);
					const masked = registry(secret).mask(text);
					const standing = masked.split(MASK).map((part) => part.length);
					// Of the middle, which alone tells of the secret, at most the characters shared
					// with a neighbour are left.
					const least = Math.floor((bytes(secret).length * 4) / 3) - 2;
					expect(text.length - standing.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(
						least,
					);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('in plain data of any shape, keys included', () => {
		fc.assert(
			fc.property(password, fc.jsonValue({ maxDepth: 3 }), (secret, value) => {
				const data = { [`x${secret}`]: value, list: [secret, { deep: `a ${secret} b` }], n: 1 };
				expect(JSON.stringify(registry(secret).maskDeep(data))).not.toContain(secret);
			}),
		);
	});

	it('of several secrets, one within another included', () => {
		fc.assert(
			fc.property(password, password, surrounding, (one, other, text) => {
				const masked = registry(one, other, `${one}${other}`).mask(`${one}${text}${other}${one}`);
				for (const secret of [one, other]) expect(masked).not.toContain(secret);
			}),
		);
		expect(registry('hunter2', 'hunter2hunter3').mask('<hunter2hunter3>')).toBe(`<${MASK}>`);
		expect(registry('hunter2hunter3', 'hunter2').mask('<hunter2hunter3>')).toBe(`<${MASK}>`);
	});
});

describe('what is no secret', () => {
	it('stays as it is when nothing is known', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(registry().maskDeep(value)).toEqual(value);
			}),
		);
	});

	it('stays as it is beside a secret: text, numbers, shapes', () => {
		const data = { a: 1, b: [true, null, 'text'], c: { d: undefined } };
		expect(registry('hunter2').maskDeep(data)).toEqual(data);
		expect(registry('hunter2').mask('hunter3 HUNTER')).toBe('hunter3 HUNTER');
	});

	it('values too short to be told from innocent text are not masked, nor counted', () => {
		const secrets = registry('', 'a', 'abc');
		expect(secrets.size).toBe(0);
		expect(secrets.mask('abc a')).toBe('abc a');
	});

	it('a value counts once', () => {
		expect(registry('hunter2', 'hunter2').size).toBe(1);
	});

	it('half a character does no harm', () => {
		expect(registry('\ud83dabcd').mask('x')).toBe('x');
	});
});

it('what regular expressions mean by a character means nothing here', () => {
	expect(registry('a.c*[x](y)|^$').mask('a.c*[x](y)|^$ abc')).toBe(`${MASK} abc`);
});

it('text masked before a secret was known stays; text after is hidden', () => {
	const secrets = registry('first-one');
	expect(secrets.mask('second-one')).toBe('second-one');
	secrets.add('second-one');
	expect(secrets.mask('first-one second-one')).toBe(`${MASK} ${MASK}`);
});
