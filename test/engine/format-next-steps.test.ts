import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	deduplicateNextSteps,
	formatRequiredFixes,
	labelNextSteps,
} from '../../source/engine/format-next-steps.ts';

const AGAIN = 'Run the same command again.';
const RESUME = 'tfe-wizard practice --session practice';

describe('nextSteps', () => {
	it.each<[string, string[], string[]]>([
		['a duplicate line', ['vault status', 'vault status.'], ['vault status']],
		[
			'advice that an earlier line ends with',
			['Change the password, then run the same command again.', 'Then run the same command again.'],
			['Change the password, then run the same command again.'],
		],
		[
			'advice and the command that does the same',
			[AGAIN, `${RESUME} (resumes)`, `tfe-wizard practice --stop --session practice (ends it)`],
			[`${RESUME} (resumes)`, `tfe-wizard practice --stop --session practice (ends it)`],
		],
		[
			'a command with and without its comment',
			[RESUME, `${RESUME} (resumes)`],
			[`${RESUME} (resumes)`],
		],
		['advice in two wordings', [AGAIN, 'Run the same command again: it resumes.'], [AGAIN]],
		[
			'advice to resume',
			['Free disk space, then run the same command again to resume.', AGAIN],
			['Free disk space, then run the same command again to resume.'],
		],
		[
			'advice at the end of two lines',
			['Set A, then run the same command again.', 'Set B, then run the same command again.'],
			['Set A.', 'Set B, then run the same command again.'],
		],
		['a prefix that repeats the label', ['x', 'or x'], ['x']],
	])('removes %s', (_, lines, expected) => {
		expect(deduplicateNextSteps(lines)).toEqual(expected);
	});

	it('keeps distinct lines in order', () => {
		const lines = [
			'aws sts get-caller-identity',
			'Sign in again.',
			'Then run the same command again.',
		];
		expect(deduplicateNextSteps(lines)).toEqual(lines);
		expect(deduplicateNextSteps([AGAIN, `tfe-wizard practice --stop`])).toEqual([
			AGAIN,
			'tfe-wizard practice --stop',
		]);
	});

	it('always returns at least one line and no duplicates', () => {
		const line = fc.constantFrom(
			...[AGAIN, 'Then run the same command again.', RESUME, `${RESUME} (resumes)`],
			...['Set A, then run the same command again.', 'vault status', 'or vault status', 'Fix it.'],
		);
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
				const steps = deduplicateNextSteps(lines);
				expect(steps.length).toBeGreaterThan(0);
				expect(new Set(steps).size).toBe(steps.length);
				expect(steps.filter((step) => /same command/i.test(step)).length).toBeLessThanOrEqual(1);
				expect(deduplicateNextSteps(steps)).toEqual(steps);
			}),
		);
	});
});

describe('labelledSteps', () => {
	it('labels steps that follow and steps that are alternatives', () => {
		const lines = [
			...formatRequiredFixes(['export A=1', 'chmod 600 f', 'export A=1']),
			'Then run the same command again.',
			'vault status',
			'or wait',
		];
		expect(labelNextSteps(lines).map(({ label, text }) => `${label}: ${text}`)).toEqual([
			'next: export A=1',
			'and: chmod 600 f',
			'then: run the same command again.',
			'or: vault status',
			'or: wait',
		]);
	});
});
