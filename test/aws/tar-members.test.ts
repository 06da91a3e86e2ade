import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTarMemberNames } from '../../source/aws/tar-members.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const folder = createTemporaryDirectory();
const LONG = `data/${'deep/'.repeat(24)}vault-unseal-key`;
const LONGER = `data/${'deeper/'.repeat(40)}${'n'.repeat(120)}`;
const NAMES = ['data/vault-unseal-key', 'data/größe', LONG, LONGER];

beforeAll(() => {
	for (const [at, name] of NAMES.entries()) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		// Lengths around the block size.
		writeFileSync(join(folder, name), 'x'.repeat([0, 511, 512, 70_000][at] ?? 0));
	}
});

const packed = (format: string, names: readonly string[]) =>
	execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', ...names], {
		maxBuffer: 10 * 1024 * 1024,
	});
/** Splits data into chunks of this length, like a stream. */
async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
async function namesIn(bytes: Buffer, length = bytes.length): Promise<string[]> {
	const names: string[] = [];
	for await (const name of readTarMemberNames(inPieces(bytes, length))) names.push(name);
	return names;
}

describe('member names of an archive created by the real tar', () => {
	it.each([
		['gnu', NAMES],
		['pax', NAMES],
		['ustar', NAMES.slice(0, 3)],
		['v7', NAMES.slice(0, 2)],
	])('are read in the format %s for any chunk size', async (format, names) => {
		const bytes = packed(format, names);
		for (const length of [bytes.length, 4096, 700]) {
			expect(await namesIn(bytes, length)).toEqual(names);
		}
	});

	it('list a directory before its contents', async () => {
		const [first, ...rest] = await namesIn(packed('gnu', ['data']));
		expect(first).toBe('data/');
		expect(rest).toEqual(expect.arrayContaining(NAMES));
	});

	it('are refused for data that is not an archive or is truncated', async () => {
		await expect(namesIn(Buffer.alloc(2048, 'no'))).rejects.toThrow('not a tar archive');
		const bytes = packed('gnu', NAMES);
		await expect(namesIn(bytes.subarray(0, 2_000))).rejects.toThrow('truncated');
		await expect(namesIn(Buffer.alloc(0))).rejects.toThrow('truncated');
	});
});
