import { fileURLToPath } from 'node:url';
import type { Step } from '../../../source/engine/step.ts';
import {
	accountMatchCheck,
	awsProviderCheck,
	credentialsCheck,
	regionMatchCheck,
	terraformCheck,
} from '../../../source/steps/preflight/checks.ts';
import { createPreflightStep } from '../../../source/steps/preflight/step.ts';
import { createIntegerRule } from '../../../source/steps/rules/value-rule.ts';
import { convergeStack } from '../../../source/steps/stack/converge-stack.ts';
import type { Services } from '../../../source/steps/step-context.ts';
import type { TargetDefinition } from '../../../source/targets/target.ts';

const checks = [
	terraformCheck,
	awsProviderCheck,
	credentialsCheck,
	accountMatchCheck,
	regionMatchCheck,
];

const queue: Step<Services> = {
	id: 'queue',
	title: 'Queue',
	summary: 'Creates a queue.',
	needs: ['preflight'],
	installs: true,
	questions: [
		{ key: 'queue.name', label: 'Queue name', help: 'The name of the queue.', kind: 'text' },
		{
			key: 'queue.retention_days',
			label: 'Retention',
			help: 'Days after which a message is deleted.',
			...createIntegerRule(1, 14, 'days'),
			default: 4,
		},
	],
	rules: [],
	intent: () => ['create a queue'],
	async *run(context) {
		const { outputs } = yield* convergeStack(context, {
			stack: 'queue',
			template: fileURLToPath(new URL('template', import.meta.url)),
			variables: {
				name: String(context.answers['queue.name']),
				retention_days: Number(context.answers['queue.retention_days']),
			},
		});
		return { summary: `created ${String(outputs.queue_url)}`, outputs };
	},
};

/** A target of two questions and one stack: what any target needs, and nothing else. */
export const queueTarget: TargetDefinition = {
	id: 'queue',
	label: 'A queue',
	hint: 'for tests',
	steps: [createPreflightStep(checks), queue],
	stacks: ['queue'],
	checks,
	fixedNames: {},
	usualAnswers: {},
	duration: () => 'seconds',
	nextCommands: ({ session }) => [`tfe-wizard status --session ${session}`],
	approval: () => 'create',
	practice: {
		answers: async ({ region }) =>
			[
				'version: 1',
				'target: queue',
				'account: "123456789012"',
				`region: ${region}`,
				'queue:',
				'  name: from-practice',
			].join('\n'),
		overrides: {},
	},
};
