import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes, toWizardError, WizardError } from '../../source/engine/errors.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

describe('the error table', () => {
	it('keeps the exit codes that scripts rely on', () => {
		const codes = Object.entries(errorCodes).map(([fault, { exitCode }]) => [fault, exitCode]);
		expect(Object.fromEntries(codes)).toEqual({
			internal: 1,
			usage: 2,
			answers: 3,
			preflight: 4,
			command: 5,
			refused: 6,
			locked: 7,
			timeout: 8,
			cancelled: 130,
		});
	});

	it('uses unique exit codes and none that a shell reserves', () => {
		const codes = Object.values(errorCodes).map(({ exitCode }) => exitCode);
		expect(new Set(codes).size).toBe(codes.length);
		// 126 and 127: the shell could not run a command; above 128: killed by a signal.
		for (const code of codes) expect(code === 130 || (code > 0 && code < 126)).toBe(true);
	});
});

describe('a WizardError', () => {
	it('has a kind and an exit code', () => {
		const error = new WizardError('locked', { message: 'Held.' });
		expect(error).toMatchObject({ kind: 'yours', exitCode: 7, message: 'Held.' });
		expect(error).toBeInstanceOf(Error);
	});

	it('keeps its own facts first when more are added', () => {
		const cause = new Error('deep');
		const error = new WizardError('command', {
			message: 'Failed.',
			expected: 'luck',
			details: ['one'],
			next: ['first'],
			cause,
		});
		const more = error.with({ details: ['two'], next: ['second'], log: '/a/log' });
		expect(more.facts).toMatchObject({
			message: 'Failed.',
			expected: 'luck',
			details: ['one', 'two'],
			next: ['first', 'second'],
			log: '/a/log',
		});
		expect(more.cause).toBe(cause);
		expect(more.fault).toBe('command');
		expect(error.facts.details).toEqual(['one']);
	});
});

describe('asWizardError', () => {
	it('returns a WizardError unchanged', () => {
		const error = new WizardError('usage', { message: 'No.' });
		expect(toWizardError(error)).toBe(error);
	});

	it.each([
		['ENOSPC', 'The disk is full: /x/y.'],
		['EDQUOT', 'The disk quota is exceeded: /x/y.'],
		['EROFS', 'The file system is read-only: /x/y.'],
		['EACCES', '/x/y is not accessible to this user.'],
		['ENAMETOOLONG', '/x/y has a path that is longer than the system allows.'],
		['ELOOP', '/x/y has too many levels of symbolic links.'],
		['ENOTDIR', '/x/y does not exist: a part of its path is not a directory.'],
		['ETXTBSY', '/x/y is an executable that is open for writing.'],
	])('turns %s into a command error with advice to resume', (code, message) => {
		const thrown = Object.assign(new Error(`${code}: write`), { code, path: '/x/y' });
		const error = toWizardError(thrown);
		expect(error).toMatchObject({ fault: 'command', exitCode: 5, message });
		expect(error.facts.next?.join()).toContain('run the same command again');
		expect(error.cause).toBe(thrown);
	});

	it('names the file of a real system error', () => {
		const folder = createTemporaryDirectory();
		try {
			writeFileSync(join(folder, 'file'), '');
			readFileSync(join(folder, 'missing'));
			expect.unreachable();
		} catch (thrown) {
			expect(toWizardError(thrown).message).toBe(`${join(folder, 'missing')} does not exist.`);
		}
	});

	it('turns any other error into an internal error with its stack', () => {
		const error = toWizardError(new TypeError('x is not a function'));
		expect(error).toMatchObject({ fault: 'internal', exitCode: 1, kind: 'ours' });
		expect(error.message).toContain('x is not a function');
		expect(error.facts.details?.[0]).toMatch(/^at /);
	});

	it.each([['a text'], [undefined], [null], [42]])(
		'includes a thrown %j in the message',
		(thrown) => {
			expect(toWizardError(thrown).message).toContain(String(thrown));
		},
	);
});
