import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followFileLines } from '../../source/terraform/command-logs.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

async function read(path: string, chunkBytes: number, ended = () => true): Promise<string[]> {
	const lines: string[] = [];
	for await (const batch of followFileLines(path, { ended, chunkBytes, pollMs: 1 }))
		lines.push(...batch);
	return lines;
}

test('yields any text line by line for any chunk size', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '));
	await fc.assert(
		fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 40 }), async (lines, size) => {
			writeFileSync(path, lines.map((text) => `${text}\n`).join(''));
			expect(await read(path, size)).toEqual(lines);
		}),
		{ numRuns: 300 },
	);
});

test('reads a file written in pieces that split characters', async () => {
	const folder = createTemporaryDirectory();
	const piece = fc.uint8Array({ minLength: 1, maxLength: 5 });
	let run = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(piece), fc.integer({ min: 1, max: 7 }), async (sizes, chunk) => {
			const text = 'eins\nzwei äöü €\n🦊 drei\nhalf';
			const bytes = Buffer.from(text);
			const path = join(folder, String(run++));
			writeFileSync(path, '');
			let written = 0;
			// Each poll of an unfinished file lets the writer continue a little.
			const ended = () => {
				const size = sizes.shift()?.length ?? bytes.length;
				appendFileSync(path, bytes.subarray(written, written + size));
				written += size;
				return written >= bytes.length;
			};
			expect(await read(path, chunk, ended)).toEqual(text.split('\n'));
		}),
		{ numRuns: 100 },
	);
});

test('reads lines written just before the end', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	writeFileSync(path, 'first\n');
	let looks = 0;
	const ended = () => {
		looks += 1;
		if (looks === 5) appendFileSync(path, 'last words');
		return looks >= 5;
	};
	expect(await read(path, 1024, ended)).toEqual(['first', 'last words']);
});

test('yields a line of 10 MB in one piece', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	const long = 'x'.repeat(10_000_000);
	writeFileSync(path, `a\n${long}\nb\n`);
	const lines = await read(path, 64 * 1024);
	expect(lines.map(({ length }) => length)).toEqual([1, 10_000_000, 1]);
});

test('yields nothing for an empty file that has ended', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	writeFileSync(path, '');
	expect(await read(path, 16)).toEqual([]);
});

test('removes carriage returns before newlines', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	writeFileSync(path, 'a\r\n\r\nb\r\n');
	expect(await read(path, 2)).toEqual(['a', '', 'b']);
	expect(await read(path, 100)).toEqual(['a', '', 'b']);
});

test('truncates an oversized line and yields the following lines whole', async () => {
	const path = join(createTemporaryDirectory(), 'log');
	writeFileSync(path, `one\n${'x'.repeat(50_000)}\n\ntwo\n${'y'.repeat(50_000)}`);
	const lines: string[] = [];
	const cut: number[] = [];
	const options = { ended: () => true, chunkBytes: 4_096, mostLineBytes: 10_000 };
	for await (const batch of followFileLines(path, {
		...options,
		onCut: (bytes) => cut.push(bytes),
	}))
		lines.push(...batch);
	expect(lines).toEqual([
		'one',
		`${'x'.repeat(4_096)}… (line of 50000 bytes, truncated)`,
		'',
		'two',
		`${'y'.repeat(4_096)}… (line of 50000 bytes, truncated)`,
	]);
	expect(cut).toEqual([50_000, 50_000]);
});
