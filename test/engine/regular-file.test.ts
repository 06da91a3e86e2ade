import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRegularFile, readRegularFileText } from '../../source/engine/regular-file.ts';

let root: string;
beforeAll(() => {
	root = mkdtempSync(join(tmpdir(), 'regular-file-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const refused = (message: string) => expect.objectContaining({ fault: 'refused', message });

it('reads a file up to its size limit', () => {
	const path = join(root, 'file');
	writeFileSync(path, 'ä'.repeat(600));
	expect(readRegularFile(path, 1200)).toEqual(Buffer.from('ä'.repeat(600)));
	expect(readRegularFileText(path)).toBe('ä'.repeat(600));
	expect(() => readRegularFile(path, 1199)).toThrow(
		refused(`${path} is larger than 1 KiB. It was not changed.`),
	);
});

it('reads an empty file, and nothing where there is none', () => {
	const path = join(root, 'empty');
	writeFileSync(path, '');
	expect(readRegularFileText(path)).toBe('');
	expect(readRegularFile(join(root, 'missing'))).toBeUndefined();
});

it('rejects pipes and directories without waiting', () => {
	const pipe = join(root, 'pipe');
	execFileSync('mkfifo', [pipe]);
	mkdirSync(join(root, 'directory'));
	expect(() => readRegularFile(pipe)).toThrow(
		refused(`${pipe} is a named pipe, not a file. It was not changed.`),
	);
	expect(() => readRegularFile(join(root, 'directory'))).toThrow(
		refused(`${join(root, 'directory')} is a directory, not a file. It was not changed.`),
	);
});
