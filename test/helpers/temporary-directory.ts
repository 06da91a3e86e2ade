import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, onTestFinished, TestRunner } from 'vitest';

const create = (parent = tmpdir()): string => mkdtempSync(join(parent, 'test-'));
const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

/**
 * Creates a directory. It is removed after the test that called this, or, outside of a test, after
 * all tests of the file or `describe` block.
 */
export function createTemporaryDirectory(parent?: string): string {
	const path = create(parent);
	if (TestRunner.getCurrentTest() === undefined) afterAll(() => remove(path));
	else onTestFinished(() => remove(path));
	return path;
}

/** The path of a directory that exists, empty, at the start of each test of the file or `describe` block. */
export function createDirectoryForEachTest(parent?: string): string {
	const path = create(parent);
	beforeEach(() => {
		mkdirSync(path, { recursive: true, mode: 0o700 });
	});
	afterEach(() => remove(path));
	return path;
}
