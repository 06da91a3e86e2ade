import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { syncStackFiles } from '../../source/terraform/stack-directory.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

const MANIFEST = '.tfe-wizard.json';
const whole = { removeOthers: true, except: ['backend.tf'] };
let folder: string;

beforeEach(() => {
	folder = createTemporaryDirectory();
});

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const manifest = (): Record<string, unknown> => JSON.parse(read(MANIFEST));

describe('a workspace file', () => {
	test('is written once with private permissions and not rewritten while unchanged', () => {
		const nothing = { kept: [], written: [], removed: [] };
		expect(syncStackFiles(folder, { 'a.tf': 'one' })).toEqual({ ...nothing, written: ['a.tf'] });
		expect(statSync(join(folder, 'a.tf')).mode & 0o777).toBe(0o600);
		const before = statSync(join(folder, MANIFEST)).ino;
		expect(syncStackFiles(folder, { 'a.tf': 'one' })).toEqual(nothing);
		expect(statSync(join(folder, MANIFEST)).ino).toBe(before);
	});

	test('is kept if edited, even if the next rendered text differs', () => {
		syncStackFiles(folder, { 'a.tf': 'one' });
		write('a.tf', 'mine');
		expect(syncStackFiles(folder, { 'a.tf': 'one' }).kept).toEqual(['a.tf']);
		expect(syncStackFiles(folder, { 'a.tf': 'two' }).kept).toEqual(['a.tf']);
		expect(read('a.tf')).toBe('mine');
	});

	test('is added to the manifest if an earlier run wrote it without recording it', () => {
		syncStackFiles(folder, { 'a.tf': 'one' });
		const old = read(MANIFEST);
		syncStackFiles(folder, { 'a.tf': 'two' });
		const current = read(MANIFEST);
		write(MANIFEST, old);
		expect(syncStackFiles(folder, { 'a.tf': 'two' }).written).toEqual([]);
		expect(read(MANIFEST)).toBe(current);
		expect(syncStackFiles(folder, { 'a.tf': 'three' }).written).toEqual(['a.tf']);
	});
});

describe('a file that is no longer needed', () => {
	const both = { 'a.tf': 'one', 'policies.tf': 'two' };

	test('is removed if it is unchanged since it was rendered', () => {
		syncStackFiles(folder, both);
		expect(syncStackFiles(folder, { 'a.tf': 'one' }, whole).removed).toEqual(['policies.tf']);
		expect(existsSync(join(folder, 'policies.tf'))).toBe(false);
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});

	test('stays and is reported each time if it was edited', () => {
		syncStackFiles(folder, both);
		write('policies.tf', 'mine');
		for (const _ of [1, 2]) {
			const found = syncStackFiles(folder, { 'a.tf': 'one' }, whole);
			expect(found).toEqual({ kept: ['policies.tf'], written: [], removed: [] });
		}
		expect(read('policies.tf')).toBe('mine');
	});

	test('is removed from the manifest if it was deleted', () => {
		syncStackFiles(folder, both);
		rmSync(join(folder, 'policies.tf'));
		const found = syncStackFiles(folder, { 'a.tf': 'one' }, whole);
		expect(found).toEqual({ kept: [], written: [], removed: [] });
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});

	test('stays if it is foreign, an exception or not requested', () => {
		syncStackFiles(folder, both);
		syncStackFiles(folder, { 'backend.tf': 'here' });
		write('mine.tf', 'mine');
		expect(existsSync(join(folder, 'policies.tf'))).toBe(true);
		syncStackFiles(folder, { 'a.tf': 'one' }, whole);
		expect(readdirSync(folder).sort()).toEqual([MANIFEST, 'a.tf', 'backend.tf', 'mine.tf']);
		expect(Object.keys(manifest()).sort()).toEqual(['a.tf', 'backend.tf']);
	});
});

describe('a run interrupted while it writes', () => {
	/** Renders, but fails at `name` after writing the files before it. */
	function cutOffAt(name: string, files: Record<string, string>) {
		// The draft cannot be written because a directory has its name.
		mkdirSync(join(folder, `${name}.new`));
		expect(() => syncStackFiles(folder, files)).toThrow('EISDIR');
		rmdirSync(join(folder, `${name}.new`));
	}

	test('leaves nothing that the next run treats as an edit', () => {
		syncStackFiles(folder, { 'a.tf': 'a1', 'b.tf': 'b1' });
		cutOffAt('b.tf', { 'a.tf': 'a2', 'b.tf': 'b2' });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a2', 'b1']);
		cutOffAt('b.tf', { 'a.tf': 'a3', 'b.tf': 'b3' });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a3', 'b1']);

		const next = syncStackFiles(folder, { 'a.tf': 'a4', 'b.tf': 'b4' });
		expect(next).toEqual({ kept: [], written: ['a.tf', 'b.tf'], removed: [] });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a4', 'b4']);
		expect(Object.values(manifest()).every((digest) => typeof digest === 'string')).toBe(true);
	});

	test('recovers in a directory without a manifest', () => {
		write('b.tf', 'of an earlier time');
		cutOffAt('b.tf', { 'a.tf': 'a1', 'b.tf': 'b1' });
		expect(syncStackFiles(folder, { 'a.tf': 'a2', 'b.tf': 'b2' }).kept).toEqual([]);
	});

	test('keeps edits made before and after it', () => {
		syncStackFiles(folder, { 'a.tf': 'a1', 'b.tf': 'b1', 'c.tf': 'c1' });
		write('c.tf', 'before');
		cutOffAt('b.tf', { 'a.tf': 'a2', 'b.tf': 'b2', 'c.tf': 'c2' });
		write('a.tf', 'since');
		const next = syncStackFiles(folder, { 'a.tf': 'a3', 'b.tf': 'b3', 'c.tf': 'c3' });
		expect(next).toEqual({ kept: ['a.tf', 'c.tf'], written: ['b.tf'], removed: [] });
	});

	test('recovers after files were removed but not yet recorded', () => {
		syncStackFiles(folder, { 'a.tf': 'a1', 'b.tf': 'b1' });
		const old = read(MANIFEST);
		syncStackFiles(folder, { 'a.tf': 'a1' }, whole);
		write(MANIFEST, old);
		syncStackFiles(folder, { 'a.tf': 'a1' }, whole);
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});
});
