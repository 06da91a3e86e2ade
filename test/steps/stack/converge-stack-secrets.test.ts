import { describe, expect, it } from 'vitest';
import { SecretRegistry } from '../../../source/engine/secret-registry.ts';
import { assertNoSecretInPlan } from '../../../source/steps/stack/converge-stack.ts';
import { parsePlanSummary } from '../../../source/terraform/plan-summary.ts';

const NAME = 'settings.db_password (environment variable DB)';

/** What `terraform show -json` prints for one resource and one output. */
const plan = parsePlanSummary(
	JSON.stringify({
		format_version: '1.2',
		terraform_version: '1.11.0',
		applyable: true,
		complete: true,
		resource_changes: [
			{
				address: 'aws_lb.main',
				type: 'aws_lb',
				name: 'main',
				change: {
					actions: ['create'],
					before: null,
					after: { name: 'acme-frontend' },
					after_unknown: {},
					before_sensitive: false,
					after_sensitive: {},
				},
			},
		],
		output_changes: {
			url: {
				actions: ['create'],
				before: null,
				after: 'https://tfe.example.com',
				after_unknown: false,
				before_sensitive: false,
				after_sensitive: false,
			},
		},
	}),
);

function check(secret: string): void {
	const secrets = new SecretRegistry();
	secrets.add(secret, NAME);
	const session = { name: 'acme', record: { practice: false } };
	assertNoSecretInPlan({ secrets, session } as never, 'install', plan);
}

describe('a secret that is part of a planned name', () => {
	it.each([
		['frontend', 'aws_lb.main name'],
		['example.', 'output url'],
	])('is rejected before the first apply: %s', (secret, place) => {
		expect(() => check(secret)).toThrow(
			expect.objectContaining({
				fault: 'answers',
				message: `The install plan contains the value of ${NAME}; nothing was applied.`,
				facts: expect.objectContaining({ details: [place] }),
			}),
		);
	});

	it('is not reported if the plan does not contain it', () => {
		expect(() => check('Practice-0-secret')).not.toThrow();
	});
});
