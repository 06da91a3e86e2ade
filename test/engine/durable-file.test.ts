import { createHash, randomBytes } from 'node:crypto';
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readFileMatchingSha256, writeFileOnceDurably } from '../../source/engine/durable-file.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';

const root = createDirectoryForEachTest();
afterEach(() => {
	chmodSync(root, 0o700);
});

const bytes = randomBytes(3000);
const sum = createHash('sha256').update(bytes).digest('hex');
const refused = expect.objectContaining({ fault: 'refused' });
const mode = (path: string) => statSync(path).mode & 0o777;

test('stores bytes readable by this user only and leaves no other file', () => {
	const folder = join(root, 'session', 'shares');
	expect(writeFileOnceDurably(join(folder, '1.pgp'), bytes)).toBe(sum);
	expect(readFileMatchingSha256(join(folder, '1.pgp'), sum)).toEqual(bytes);
	expect(readdirSync(folder)).toEqual(['1.pgp']);
	expect(mode(join(folder, '1.pgp'))).toBe(0o600);
	expect([mode(folder), mode(join(root, 'session'))]).toEqual([0o700, 0o700]);
});

test('accepts the same bytes again and stores an empty file', () => {
	const path = join(root, 'x');
	expect(writeFileOnceDurably(path, bytes)).toEqual(writeFileOnceDurably(path, bytes));
	writeFileOnceDurably(join(root, 'empty'), Buffer.alloc(0));
	expect(readFileSync(join(root, 'empty'))).toEqual(Buffer.alloc(0));
	expect(readdirSync(root).toSorted()).toEqual(['empty', 'x']);
});

test.each([
	['other bytes', Buffer.from('other')],
	['only the first bytes', bytes.subarray(0, 100)],
	['more bytes', Buffer.concat([bytes, bytes])],
	['no bytes', Buffer.alloc(0)],
])('does not change an existing file with %s', (_title, there) => {
	const path = join(root, 'x');
	writeFileSync(path, there);
	expect(() => writeFileOnceDurably(path, bytes)).toThrow(refused);
	expect(readFileSync(path)).toEqual(there);
	expect(readdirSync(root)).toEqual(['x']);
});

test('rejects symbolic links and directories', () => {
	writeFileSync(join(root, 'elsewhere'), bytes);
	symlinkSync('elsewhere', join(root, 'link'));
	symlinkSync('nowhere', join(root, 'dangling'));
	mkdirSync(join(root, 'folder'));
	for (const name of ['link', 'dangling', 'folder']) {
		expect(() => writeFileOnceDurably(join(root, name), bytes), name).toThrow();
	}
	expect(readdirSync(root).toSorted()).toEqual(['dangling', 'elsewhere', 'folder', 'link']);
});

test('rejects a stored file that is missing or has changed', () => {
	const path = join(root, 'x');
	writeFileOnceDurably(path, bytes);
	writeFileSync(path, Buffer.from(bytes).fill(0, 0, 1));
	expect(() => readFileMatchingSha256(path, sum)).toThrow(/has changed/);
	rmSync(path);
	expect(() => readFileMatchingSha256(path, sum)).toThrow(/is missing/);
});

test('names the file that prevents the directory from being created', () => {
	writeFileSync(join(root, 'file'), '');
	const path = join(root, 'file', 'sub', 'x');
	expect(() => writeFileOnceDurably(path, bytes)).toThrow(
		`${join(root, 'file')} is a file, not a directory`,
	);
});
