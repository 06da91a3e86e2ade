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
import { renderWorkspace } from '../../source/terraform/workspace.ts';
import { temporaryFolder } from './support.ts';

const MANIFEST = '.tfe-wizard.json';
const whole = { removeOthers: true, except: ['backend.tf'] };
let folder: string;

beforeEach(() => {
	folder = temporaryFolder();
});

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const manifest = (): Record<string, unknown> => JSON.parse(read(MANIFEST));

describe('a file of the workspace', () => {
	test('is written once, kept from others, and not again while it is the same', () => {
		const nothing = { kept: [], written: [], removed: [] };
		expect(renderWorkspace(folder, { 'a.tf': 'one' })).toEqual({ ...nothing, written: ['a.tf'] });
		expect(statSync(join(folder, 'a.tf')).mode & 0o777).toBe(0o600);
		const before = statSync(join(folder, MANIFEST)).ino;
		expect(renderWorkspace(folder, { 'a.tf': 'one' })).toEqual(nothing);
		expect(statSync(join(folder, MANIFEST)).ino).toBe(before);
	});

	test('edited by hand is kept, also when the very next text is another', () => {
		renderWorkspace(folder, { 'a.tf': 'one' });
		write('a.tf', 'mine');
		expect(renderWorkspace(folder, { 'a.tf': 'one' }).kept).toEqual(['a.tf']);
		expect(renderWorkspace(folder, { 'a.tf': 'two' }).kept).toEqual(['a.tf']);
		expect(read('a.tf')).toBe('mine');
	});

	test('written already by a run that did not note it is noted', () => {
		renderWorkspace(folder, { 'a.tf': 'one' });
		const old = read(MANIFEST);
		renderWorkspace(folder, { 'a.tf': 'two' });
		const current = read(MANIFEST);
		write(MANIFEST, old);
		expect(renderWorkspace(folder, { 'a.tf': 'two' }).written).toEqual([]);
		expect(read(MANIFEST)).toBe(current);
		expect(renderWorkspace(folder, { 'a.tf': 'three' }).written).toEqual(['a.tf']);
	});
});

describe('a file that is wanted no more', () => {
	const both = { 'a.tf': 'one', 'policies.tf': 'two' };

	test('goes when it is as it was rendered', () => {
		renderWorkspace(folder, both);
		expect(renderWorkspace(folder, { 'a.tf': 'one' }, whole).removed).toEqual(['policies.tf']);
		expect(existsSync(join(folder, 'policies.tf'))).toBe(false);
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});

	test('stays, and is reported each time, when somebody edited it', () => {
		renderWorkspace(folder, both);
		write('policies.tf', 'mine');
		for (const _ of [1, 2]) {
			const found = renderWorkspace(folder, { 'a.tf': 'one' }, whole);
			expect(found).toEqual({ kept: ['policies.tf'], written: [], removed: [] });
		}
		expect(read('policies.tf')).toBe('mine');
	});

	test('is forgotten when somebody removed it', () => {
		renderWorkspace(folder, both);
		rmSync(join(folder, 'policies.tf'));
		const found = renderWorkspace(folder, { 'a.tf': 'one' }, whole);
		expect(found).toEqual({ kept: [], written: [], removed: [] });
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});

	test('is no file of others, no exception, and nothing at all unless asked for', () => {
		renderWorkspace(folder, both);
		renderWorkspace(folder, { 'backend.tf': 'here' });
		write('mine.tf', 'mine');
		expect(existsSync(join(folder, 'policies.tf'))).toBe(true);
		renderWorkspace(folder, { 'a.tf': 'one' }, whole);
		expect(readdirSync(folder).sort()).toEqual([MANIFEST, 'a.tf', 'backend.tf', 'mine.tf']);
		expect(Object.keys(manifest()).sort()).toEqual(['a.tf', 'backend.tf']);
	});
});

describe('a run cut off while it writes', () => {
	/** Renders, but fails at `name`, having written what comes before. */
	function cutOffAt(name: string, files: Record<string, string>) {
		// The draft of the file cannot be written: a folder has its name.
		mkdirSync(join(folder, `${name}.new`));
		expect(() => renderWorkspace(folder, files)).toThrow('EISDIR');
		rmdirSync(join(folder, `${name}.new`));
	}

	test('leaves nothing that the next takes for an edit, whatever it wants', () => {
		renderWorkspace(folder, { 'a.tf': 'a1', 'b.tf': 'b1' });
		cutOffAt('b.tf', { 'a.tf': 'a2', 'b.tf': 'b2' });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a2', 'b1']);
		cutOffAt('b.tf', { 'a.tf': 'a3', 'b.tf': 'b3' });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a3', 'b1']);

		const next = renderWorkspace(folder, { 'a.tf': 'a4', 'b.tf': 'b4' });
		expect(next).toEqual({ kept: [], written: ['a.tf', 'b.tf'], removed: [] });
		expect([read('a.tf'), read('b.tf')]).toEqual(['a4', 'b4']);
		expect(Object.values(manifest()).every((digest) => typeof digest === 'string')).toBe(true);
	});

	test('in a folder without a manifest as well', () => {
		write('b.tf', 'of an earlier time');
		cutOffAt('b.tf', { 'a.tf': 'a1', 'b.tf': 'b1' });
		expect(renderWorkspace(folder, { 'a.tf': 'a2', 'b.tf': 'b2' }).kept).toEqual([]);
	});

	test('keeps an edit made before and one made since', () => {
		renderWorkspace(folder, { 'a.tf': 'a1', 'b.tf': 'b1', 'c.tf': 'c1' });
		write('c.tf', 'before');
		cutOffAt('b.tf', { 'a.tf': 'a2', 'b.tf': 'b2', 'c.tf': 'c2' });
		write('a.tf', 'since');
		const next = renderWorkspace(folder, { 'a.tf': 'a3', 'b.tf': 'b3', 'c.tf': 'c3' });
		expect(next).toEqual({ kept: ['a.tf', 'c.tf'], written: ['b.tf'], removed: [] });
	});

	test('after files were taken away but before that was noted, is of no consequence', () => {
		renderWorkspace(folder, { 'a.tf': 'a1', 'b.tf': 'b1' });
		const old = read(MANIFEST);
		renderWorkspace(folder, { 'a.tf': 'a1' }, whole);
		write(MANIFEST, old);
		renderWorkspace(folder, { 'a.tf': 'a1' }, whole);
		expect(Object.keys(manifest())).toEqual(['a.tf']);
	});
});
