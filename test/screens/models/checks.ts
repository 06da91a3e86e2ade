import type {
	CheckItem,
	ChecksScreen,
	WizardViewModel,
} from '../../../source/wizard/wizard-view-model.ts';
import { createScreenModel, secondsAgo } from './create-screen-model.ts';

const bad: readonly CheckItem[] = [
	{
		id: 'certificate-region',
		title: 'The certificate is in the region of the load balancer',
		severity: 'blocker',
		result: 'fail',
		found:
			'the certificate arn:aws:acm:us-east-1:123456789012:certificate/9f210000-0000-4000-8000-00000000000b is in us-east-1, the load balancer will be in us-west-2',
		fix: 'aws acm request-certificate --region us-west-2 --domain-name tfe.acme.example --validation-method DNS',
	},
	{
		id: 'elastic-ip-quota',
		title: 'The Elastic IP quota is sufficient',
		severity: 'warning',
		result: 'fail',
		found: '4 of 5 in use, 2 needed. Request an increase or share one NAT gateway',
		fix: 'aws service-quotas request-service-quota-increase --region us-west-2 --service-code ec2 --quota-code L-0263D0A3 --desired-value 10',
	},
	{
		id: 'credentials-expire',
		title: 'The credentials outlast the installation',
		severity: 'warning',
		result: 'fail',
		found: 'they expire in 38 min; an installation takes 25 to 40',
		fix: 'Sign in again, then check again.',
	},
	{
		id: 'can-delete-database',
		title: 'The credentials may delete a database',
		severity: 'info',
		result: 'unknown',
		found: 'denied: iam:SimulatePrincipalPolicy; this is not a failure',
	},
];

const names = [
	['terraform', 'Terraform 1.11 or later is installed', '/usr/local/bin/terraform 1.11.4'],
	['provider', 'The AWS provider is available', 'hashicorp/aws 6.21.0 from registry.terraform.io'],
	['ssh', 'The OpenSSH client is installed', 'OpenSSH_9.6p1'],
	[
		'credentials',
		'The AWS credentials are valid',
		'arn:aws:sts::123456789012:assumed-role/platform-admin/j.doe@acme.example',
	],
	['account', 'The credentials belong to the configured AWS account', '123456789012'],
	['region', 'AWS_REGION matches the answers', 'us-west-2'],
	['region-enabled', 'The AWS region exists and is enabled for the account', 'us-west-2, opted in'],
	[
		'state-bucket-name',
		'The state bucket name is available or belongs to this account',
		'acme-tfe-state is available',
	],
	['data-bucket-name', 'The data bucket is available', 'tfe-tfe.acme.example-data'],
	['network-name', 'The network name is available', 'tfe-acme-prod is available'],
	['user-name', 'The IAM user name is available', 'tfe-deploy is available'],
	['installation-name', 'The installation ID is not in use', 'none of 3 role names is in use'],
] as const;

/** `count` checks that passed: the real ones, then one quota after the other. */
const passed = (count: number): CheckItem[] =>
	Array.from({ length: count }, (_, index) => {
		const [id, title, found] = names[index] ?? [
			`quota-${index - names.length + 1}`,
			`EC2 quota ${index - names.length + 1} is sufficient`,
			`${index} of 100 in use`,
		];
		return { id, title, found, severity: 'blocker', result: 'pass' };
	});

const running: CheckItem = {
	id: 'image-launchable',
	title: 'The AMI can be launched',
	severity: 'blocker',
	result: 'running',
	found: 'dry run of ami-0a1b2c3d4e5f60005 in us-west-2a',
};

const waits: CheckItem = {
	id: 'certificate-covers',
	title: 'The certificate covers the hostname',
	severity: 'blocker',
	result: 'unknown',
	found: 'not checked: the certificate cannot be read from us-west-2',
	blockedBy: 'certificate-region',
};

const base: ChecksScreen = {
	kind: 'checks',
	step: 'preflight',
	checks: [],
	running: 0,
	since: secondsAgo(4),
	seconds: 4.1,
	waiting: 0,
	canContinue: false,
};

export const checksModels: Record<string, WizardViewModel> = {
	checksRunning: createScreenModel(
		{
			...base,
			checks: [
				...bad.slice(1, 2),
				running,
				{ ...running, id: 'ssh', title: 'The OpenSSH client is installed', found: '' },
				...passed(2),
			],
			running: 2,
			waiting: 9,
			seconds: undefined,
		},
		'preflight',
	),
	checksBad: createScreenModel({ ...base, checks: [...bad, ...passed(36)] }, 'preflight'),
	checksBlocked: createScreenModel(
		{ ...base, checks: [...bad.slice(0, 1), waits, ...passed(12)], waiting: 3 },
		'preflight',
	),
	checksWarned: createScreenModel(
		{ ...base, checks: [...bad.slice(1), ...passed(36)], canContinue: true },
		'preflight',
	),
	checksPassed: createScreenModel({ ...base, checks: passed(12), canContinue: true }, 'preflight'),
};
