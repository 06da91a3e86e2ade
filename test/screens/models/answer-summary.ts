import type {
	AnswerSummaryLine,
	AnswerSummaryStep,
} from '../../../source/wizard/wizard-view-model.ts';

const line = (
	key: string,
	label: string,
	value: string,
	more: Partial<AnswerSummaryLine> = {},
): AnswerSummaryLine => ({ key, label, value, source: 'given', confirmed: true, ...more });

/** The answers of a usual installation, as long as real ones are. */
export const sampleAnswerSummary: readonly AnswerSummaryStep[] = [
	{
		id: 'preflight',
		title: 'Preflight',
		lines: [
			line('target', 'Target', 'ptfe-ami', { source: 'default' }),
			line('account', 'AWS account', '123456789012'),
			line('region', 'AWS region', 'us-west-2'),
		],
	},
	{
		id: 'network',
		title: 'Network',
		lines: [
			line('network', 'VPC', 'create', { source: 'default' }),
			line('network.create.name', 'VPC name', 'tfe-acme-prod', { source: 'derived' }),
			line('network.create.cidr', 'VPC CIDR block', '10.20.0.0/16'),
			line('network.create.single_nat_gateway', 'Use a single NAT gateway?', 'no', {
				source: 'default',
				group: 'Network details',
			}),
		],
	},
	{
		id: 'access',
		title: 'Access',
		lines: [line('access', 'Installation credentials', 'current')],
	},
	{
		id: 'state',
		title: 'State',
		lines: [
			line('state', 'Terraform state backend', 's3'),
			line('state.s3.bucket', 'State bucket', 'acme-tfe-state'),
			line('state.s3.prefix', 'State key prefix', 'acme-prod', {
				source: 'derived',
				group: 'State bucket details',
			}),
		],
	},
	{
		id: 'settings',
		title: 'Settings',
		lines: [
			line('settings.fqdn', 'Hostname (FQDN)', 'tfe.acme.example'),
			line(
				'settings.cert_id',
				'Load balancer certificate',
				'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
			),
			line('settings.ami_id', 'AMI', 'ami-0a1b2c3d4e5f60005'),
			line(
				'settings.db_password',
				'Database password',
				'from environment variable TFE_DB_PASSWORD',
			),
			line('settings.key_name', 'EC2 key pair', 'acme-operations'),
			line('settings.bucket_name', 'Application data bucket', 'tfe-tfe.acme.example-data', {
				source: 'derived',
			}),
			line('settings.installation_id', 'Installation ID', '5f1c7a52-6d0e-5b7c-9a53-0d6a1f0c8e21', {
				source: 'derived',
			}),
			line(
				'settings.external_cidr_blocks',
				'CIDR blocks allowed to reach the load balancer',
				'198.51.100.0/24, 203.0.113.0/24',
				{ group: 'Network access' },
			),
			line('settings.instance_type', 'EC2 instance type', 'm5.2xlarge', {
				source: 'default',
				confirmed: false,
				group: 'Instance',
			}),
			line(
				'settings.tags',
				'Resource tags',
				'owner = platform, cost-center = 4711, data-class = confidential',
				{ group: 'Tags and permissions' },
			),
			line('settings.db_multi_az', 'Run a standby in a second availability zone?', 'yes', {
				source: 'default',
				confirmed: false,
				group: 'Database',
			}),
			line(
				'settings.kms_key_id',
				'KMS key',
				'arn:aws:kms:us-west-2:123456789012:key/0d2f6f6e-4d1b-4a41-8b57-a0a2a1d0c9f4',
				{ group: 'Bucket and encryption' },
			),
		],
	},
];
