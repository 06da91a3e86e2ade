import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { formatShareRows, getShareTextLength } from '../../source/wizard/format-share.ts';
import { SecretInputBuffer } from '../../source/wizard/secret-input-buffer.ts';

const taken = (input: SecretInputBuffer) => input.take().use((bytes) => bytes.toString());

describe('SecretInputBuffer', () => {
	it('returns the typed text once and is empty afterwards', () => {
		const input = new SecretInputBuffer();
		for (const key of 'päss wörd') input.type(key);
		expect(input.count).toBe(9);
		expect(taken(input)).toBe('päss wörd');
		expect(input.count).toBe(0);
		expect(taken(input)).toBe('');
	});

	it('deletes whole characters and ignores control characters', () => {
		const input = new SecretInputBuffer();
		input.type('a\u001Bö€\r\n\t');
		expect(input.count).toBe(3);
		input.backspace();
		expect(input.count).toBe(2);
		input.backspace();
		expect(taken(input)).toBe('a');
		input.backspace();
		expect(taken(input)).toBe('');
	});

	it('ignores whitespace when configured to', () => {
		const input = new SecretInputBuffer({ blanks: 'left-out' });
		input.type(' q7Jm 0wXy\nT9bK ');
		expect(taken(input)).toBe('q7Jm0wXyT9bK');
	});

	it('wipes the bytes passed to it and never exceeds its buffer', () => {
		const input = new SecretInputBuffer();
		const bytes = Buffer.alloc(5000, 'x');
		input.typeBytes(bytes);
		expect(bytes.every((byte) => byte === 0)).toBe(true);
		expect(input.count).toBe(4096);
	});

	it('counts and returns any typed text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
				const input = new SecretInputBuffer();
				input.type(text);
				const kept = [...text].filter((one) => one >= ' ' && one !== '\u007F');
				expect(input.count).toBe(kept.length);
				expect(taken(input)).toBe(kept.join(''));
			}),
		);
	});
});

describe('shareRows', () => {
	const rows = (bytes: Buffer, perRow: number) =>
		formatShareRows(new SecretBytes(Buffer.from(bytes)), perRow, 1).map(String);

	it('splits text into groups of four', () => {
		expect(rows(Buffer.from('q7Jm0wXyT9bKc4'), 2)).toEqual(['q7Jm 0wXy', 'T9bK c4']);
	});

	it('encodes bytes as base64', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (array) => {
				const bytes = Buffer.concat([Buffer.from([0]), array]);
				expect(rows(bytes, 3).join(' ').replaceAll(' ', '')).toBe(bytes.toString('base64'));
				const share = new SecretBytes(Buffer.from(bytes));
				expect(getShareTextLength(share)).toBe(bytes.toString('base64').length);
			}),
		);
	});

	it('returns nothing for a wiped share', () => {
		const share = new SecretBytes(Buffer.from('abcd'));
		share.wipe();
		expect(getShareTextLength(share)).toBe(0);
		expect(formatShareRows(share, 6, 2)).toEqual([]);
	});
});
