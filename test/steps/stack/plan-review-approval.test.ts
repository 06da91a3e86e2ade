import { describe, expect, it } from 'vitest';
import { approvalLevels } from '../../../source/engine/step.ts';
import {
	createApprovalError,
	getRequiredApproval,
	isApproved,
} from '../../../source/steps/stack/plan-review.ts';

const none = { create: 0, update: 0, delete: 0, replace: 0 };

it.each([
	[none, 'none'],
	[{ ...none, create: 3 }, 'create'],
	[{ ...none, create: 3, update: 1 }, 'change'],
	[{ ...none, update: 1 }, 'change'],
	[{ ...none, create: 3, delete: 1 }, 'destroy'],
	[{ ...none, create: 3, update: 2, replace: 1 }, 'destroy'],
] as const)('a plan with %j requires the approval %s', (counts, needed) => {
	expect(getRequiredApproval(counts)).toBe(needed);
});

it('an approval includes all lower ones, and no higher one', () => {
	for (const [has, given] of approvalLevels.entries())
		for (const [wants, needed] of approvalLevels.entries())
			expect(isApproved(given, needed)).toBe(has >= wants);
});

describe('a plan that is not approved', () => {
	const facts = {
		stack: 'network',
		counts: { ...none, create: 3, replace: 1 },
		destroys: ['aws_vpc.this (will be replaced)'],
		file: '/plans/network.tfplan',
		textFile: '/plans/network.txt',
	};
	const command = 'tfe-wizard install --session acme';

	it('is refused with the destroyed resources, the plan files and the command that approves it', () => {
		const error = createApprovalError(facts, 'create', 'destroy', command);
		expect(error.exitCode).toBe(6);
		expect(error.message).toContain(
			'Approval required for the network plan: 3 to create, 1 to replace',
		);
		expect(error.facts).toMatchObject({
			expected: '--approve destroy (this run has --approve create)',
			details: [
				'destroys aws_vpc.this (will be replaced)',
				'plan (text): /plans/network.txt',
				'plan (binary): /plans/network.tfplan',
				'nothing was applied',
			],
			next: ['less /plans/network.txt', 'tfe-wizard install --session acme --approve destroy'],
		});
	});

	it('of a run without approval names only the required approval', () => {
		const error = createApprovalError(facts, 'none', 'create', command);
		expect(error.facts.expected).toBe('--approve create');
	});
});
