import { settingsQuestions } from '../../../source/targets/ptfe-ami/settings/questions.ts';
import type { QuestionScreen, WizardViewModel } from '../../../source/wizard/wizard-view-model.ts';
import { createScreenModel } from './create-screen-model.ts';
import { sampleSubnets } from './subnets.ts';

/** A question screen built from the real question, with its label, help and rule. */
function setting(key: string, more: Partial<QuestionScreen>): QuestionScreen {
	const question = settingsQuestions.find((q) => q.key === key);
	if (question === undefined) throw new Error(`unknown setting ${key}`);
	return {
		kind: 'question',
		step: 'settings',
		key,
		label: question.label,
		help: question.help,
		rule: question.rule,
		example: typeof question.example === 'string' ? question.example : undefined,
		variableAlias: question.variableAlias && `2018 variable: ${question.variableAlias.name}`,
		valueKind: question.kind,
		value: question.default,
		source: question.default === undefined ? 'none' : 'default',
		optional: question.optional ?? false,
		options: [],
		detail: question.group !== undefined,
		number: 3,
		of: 7,
		...more,
	};
}

const access: QuestionScreen = {
	kind: 'question',
	step: 'access',
	key: 'access',
	label: 'Installation credentials',
	help: 'Administrator access is recommended, for this installation only: Terraform Enterprise uses its own instance role. A least-privilege user needs more permissions for everything that Terraform Enterprise manages.',
	valueKind: 'variant',
	value: 'current',
	source: 'default',
	optional: false,
	options: [
		{
			value: 'current',
			label: 'Current credentials',
			hint: 'arn:aws:sts::123456789012:assumed-role/platform-admin/j.doe@acme.example',
		},
		{
			value: 'user',
			label: 'New least-privilege IAM user',
			hint: '2 policies, 214 actions',
			warning:
				'The user has these permissions in the whole account. You create its access key yourself.',
		},
	],
	detail: false,
	number: 1,
	of: 1,
};

const lookup: QuestionScreen = {
	...access,
	step: 'network',
	key: 'network.existing.instance_subnet_id',
	label: 'Instance subnet',
	help: 'A private subnet with outbound internet access. The load balancer and the database use the same VPC.',
	rule: 'subnet- followed by 8 or 17 hexadecimal digits',
	example: 'subnet-0a1b2c3d4e5f60001',
	valueKind: 'text',
	value: undefined,
	source: 'none',
	options: [],
	number: 2,
	of: 4,
	lookup: { state: 'found', subject: 'subnets of us-west-2', choices: sampleSubnets },
};

const script = `#!/bin/sh
set -eu
# Trust the TLS-inspecting proxy.
curl -fsS https://pki.acme.example/root.pem > /usr/local/share/ca-certificates/acme.crt
update-ca-certificates
`;

const screens: Record<string, QuestionScreen> = {
	questionVariant: access,
	questionText: setting('settings.fqdn', { number: 1 }),
	questionTextProblem: setting('settings.fqdn', {
		number: 1,
		value: 'https://tfe.acme.example/',
		source: 'given',
		problem: '"https://tfe.acme.example/" is a URL; enter only the hostname: tfe.acme.example',
	}),
	questionDerived: setting('settings.bucket_name', {
		value: 'tfe-tfe.acme.example-data',
		source: 'derived',
		defaultSource: 'tfe-FQDN-data, truncated to the S3 limit',
		number: 6,
	}),
	questionLookup: lookup,
	questionLooking: {
		...lookup,
		lookup: { state: 'looking', subject: 'subnets of us-west-2', choices: [] },
	},
	questionDenied: {
		...lookup,
		lookup: {
			state: 'denied',
			subject: 'subnets of us-west-2',
			choices: [],
			reason: 'denied: ec2:DescribeSubnets',
		},
	},
	questionChoice: setting('settings.archivist_sse', {
		options: [
			{ value: '', label: 'Bucket default', hint: 'aws:kms with the key below' },
			{ value: 'AES256', label: 'AES256', hint: 'S3 managed keys' },
			{ value: 'aws:kms', label: 'aws:kms', hint: 'KMS key' },
		],
	}),
	questionYesno: setting('settings.db_deletion_protection', {
		options: [
			{ value: 'true', label: 'Yes' },
			{
				value: 'false',
				label: 'No',
				warning: 'Anyone allowed to delete databases can then delete this one with all its data.',
			},
		],
	}),
	questionNumber: setting('settings.db_size_gb', {}),
	questionList: setting('settings.external_cidr_blocks', {
		value: ['198.51.100.0/24', '203.0.113.0/24'],
		source: 'given',
	}),
	questionMap: setting('settings.tags', {
		value: { owner: 'platform', 'cost-center': '4711', 'data-class': 'confidential' },
		source: 'given',
	}),
	questionMultiline: setting('settings.startup_script', { value: script, source: 'given' }),
	questionSecret: setting('settings.db_password', { number: 4 }),
	questionBecause: setting('settings.cert_id', {
		value: 'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
		source: 'given',
		reopenedBy: ['region', 'settings.fqdn'],
		number: 2,
	}),
};

export const questionModels: Record<string, WizardViewModel> = Object.fromEntries(
	Object.entries(screens).map(([name, screen]) => [name, createScreenModel(screen, screen.step)]),
);
