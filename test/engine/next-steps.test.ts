import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf, labelledSteps, nextSteps } from '../../source/engine/next-steps.ts';

const AGAIN = 'Run the same command again.';
const RESUME = 'tfe-wizard practice --session practice';

describe('what leads on from an error', () => {
	it.each<[string, string[], string[]]>([
		['a line twice', ['vault status', 'vault status.'], ['vault status']],
		[
			'advice that a line before ends with',
			['Change the password, then run the same command again.', 'Then run the same command again.'],
			['Change the password, then run the same command again.'],
		],
		[
			'advice and the command it means',
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
			'advice at the end of two lines',
			['Set A, then run the same command again.', 'Set B, then run the same command again.'],
			['Set A.', 'Set B, then run the same command again.'],
		],
		['a word that the label says already', ['x', 'or x'], ['x']],
	])('does not say twice: %s', (_, lines, expected) => {
		expect(nextSteps(lines)).toEqual(expected);
	});

	it('keeps what is said once, in order', () => {
		const lines = [
			'aws sts get-caller-identity',
			'Sign in again.',
			'Then run the same command again.',
		];
		expect(nextSteps(lines)).toEqual(lines);
		expect(nextSteps([AGAIN, `tfe-wizard practice --stop`])).toEqual([
			AGAIN,
			'tfe-wizard practice --stop',
		]);
	});

	it('never ends up with nothing, nor with the same line or advice twice', () => {
		const line = fc.constantFrom(
			...[AGAIN, 'Then run the same command again.', RESUME, `${RESUME} (resumes)`],
			...['Set A, then run the same command again.', 'vault status', 'or vault status', 'Fix it.'],
		);
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
				const steps = nextSteps(lines);
				expect(steps.length).toBeGreaterThan(0);
				expect(new Set(steps).size).toBe(steps.length);
				expect(steps.filter((step) => /same command/i.test(step)).length).toBeLessThanOrEqual(1);
				expect(nextSteps(steps)).toEqual(steps);
			}),
		);
	});
});

describe('labels', () => {
	it('say what follows upon what, and what is another way', () => {
		const lines = [
			...allOf(['export A=1', 'chmod 600 f', 'export A=1']),
			'Then run the same command again.',
			'vault status',
			'or wait',
		];
		expect(labelledSteps(lines).map(({ label, text }) => `${label}: ${text}`)).toEqual([
			'next: export A=1',
			'and: chmod 600 f',
			'then: run the same command again.',
			'or: vault status',
			'or: wait',
		]);
	});
});
