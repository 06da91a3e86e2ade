import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asWizardError, faults, WizardError } from '../../source/engine/errors.ts';

describe('the table of faults', () => {
	it('is what callers script against: these codes never change', () => {
		const codes = Object.entries(faults).map(([fault, { exitCode }]) => [fault, exitCode]);
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

	it('gives no two faults one code, and none that a shell keeps for itself', () => {
		const codes = Object.values(faults).map(({ exitCode }) => exitCode);
		expect(new Set(codes).size).toBe(codes.length);
		// 126 and 127: the shell could not run a command; above 128: killed by a signal.
		for (const code of codes) expect(code === 130 || (code > 0 && code < 126)).toBe(true);
	});
});

describe('a WizardError', () => {
	it('knows its kind and its code', () => {
		const error = new WizardError('locked', { message: 'Held.' });
		expect(error).toMatchObject({ kind: 'yours', exitCode: 7, message: 'Held.' });
		expect(error).toBeInstanceOf(Error);
	});

	it('with more facts keeps those it had, its own first', () => {
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

describe('what is thrown by others', () => {
	it('a WizardError stays itself', () => {
		const error = new WizardError('usage', { message: 'No.' });
		expect(asWizardError(error)).toBe(error);
	});

	it.each([
		['ENOSPC', 'The disk is full: /x/y.'],
		['EDQUOT', 'The disk quota is used up: /x/y.'],
		['EROFS', 'The file system is read-only: /x/y.'],
		['EACCES', '/x/y may not be accessed by this user.'],
		['ENAMETOOLONG', '/x/y has a path that is longer than the system allows.'],
		['ELOOP', '/x/y is a link that leads in circles.'],
		['ENOTDIR', '/x/y does not exist: a part of its path is not a folder.'],
		['ETXTBSY', '/x/y is a program that is being written to.'],
	])('%s is outside of us, and the run can be taken up again', (code, message) => {
		const thrown = Object.assign(new Error(`${code}: write`), { code, path: '/x/y' });
		const error = asWizardError(thrown);
		expect(error).toMatchObject({ fault: 'command', exitCode: 5, message });
		expect(error.facts.next?.join()).toContain('run the same command again');
		expect(error.cause).toBe(thrown);
	});

	it('a real system error names the file', () => {
		const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-errors-'));
		try {
			writeFileSync(join(folder, 'file'), '');
			readFileSync(join(folder, 'missing'));
			expect.unreachable();
		} catch (thrown) {
			expect(asWizardError(thrown).message).toBe(`${join(folder, 'missing')} does not exist.`);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it('everything else is a fault of ours, with where it happened', () => {
		const error = asWizardError(new TypeError('x is not a function'));
		expect(error).toMatchObject({ fault: 'internal', exitCode: 1, kind: 'ours' });
		expect(error.message).toContain('x is not a function');
		expect(error.facts.details?.[0]).toMatch(/^at /);
	});

	it.each([['a text'], [undefined], [null], [42]])('%j is told too', (thrown) => {
		expect(asWizardError(thrown).message).toContain(String(thrown));
	});
});
