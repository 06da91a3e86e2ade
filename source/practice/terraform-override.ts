import { formatHclAttributes, type HclValue } from '../terraform/hcl-writer.ts';

/**
 * The services whose calls are sent to the practice cloud, by the names of the provider's
 * `endpoints` block (hashicorp/aws 5.100; `terraform validate` refuses unknown names): all that the
 * templates use, and what an operator's additions are likely to use.
 */
const practiceProviderEndpoints = [
	...['acm', 'autoscaling', 'cloudtrail', 'cloudwatch', 'dynamodb', 'ec2', 'ecr', 'ecs', 'efs'],
	...['elasticache', 'elb', 'elbv2', 'events', 'iam', 'kms', 'lambda', 'logs', 'organizations'],
	...['rds', 'resourcegroups', 'resourcegroupstaggingapi', 'route53', 's3', 's3control'],
	...['secretsmanager', 'servicequotas', 'sns', 'sqs', 'ssm', 'sts', 'wafv2'],
] as const;

const HEADER = `# PRACTICE ONLY. Delete this file before you use this directory for a real installation.
#
# It sends every AWS call of this directory to a practice cloud on this computer. Nothing here
# reaches AWS, and no real credentials are used. Terraform merges a file named *_override.tf
# into the others, so the rest of the directory is the same as in a real installation.
`;

/** The name of the AWS configuration file beside the override file. */
export const PRACTICE_CONFIG_FILE = 'practice_aws_config';
/** An expression instead of a string, so that the file is found from any working directory. */
const CONFIG_FILES = `["\${path.module}/${PRACTICE_CONFIG_FILE}"]`;

/**
 * A shared AWS configuration with one profile. Its `endpoint_url` covers the services that are not
 * listed in the override file, so that none of their calls reaches AWS.
 */
export function formatPracticeAwsConfig(endpoint: string, region: string): string {
	return [
		'# PRACTICE ONLY: sends every AWS call to the practice cloud on this computer.',
		...['[profile practice]', `region = ${region}`, `endpoint_url = ${endpoint}`, ''],
	].join('\n');
}

/**
 * The text of a stack's `practice_override.tf`. Terraform merges it with the `provider "aws"` block
 * of the stack; with this file, `terraform plan` needs no AWS variables.
 *
 * @param overrides Blocks that make up for what the practice cloud cannot do.
 */
export function formatPracticeOverride(
	endpoint: string,
	region: string,
	credentials: { accessKeyId: string; secretAccessKey: string },
	overrides: readonly string[] = [],
): string {
	const provider = terraformBlock('provider "aws"', [
		...argumentLines('  ', {
			region,
			access_key: credentials.accessKeyId,
			secret_key: credentials.secretAccessKey,
			s3_use_path_style: true,
			skip_credentials_validation: true,
			skip_metadata_api_check: true,
			skip_region_validation: true,
			// The default of 25 would turn every fault in the practice cloud into minutes of waiting.
			max_retries: 5,
		}),
		'',
		`  # Replaces the operator's profiles; covers the services not listed below.`,
		'  profile                  = "practice"',
		`  shared_config_files      = ${CONFIG_FILES}`,
		`  shared_credentials_files = ${CONFIG_FILES}`,
		'',
		'  # allowed_account_ids is still checked: the practice cloud has an account too.',
		'  skip_requesting_account_id = false',
		'',
		'  endpoints {',
		...argumentLines(
			'    ',
			Object.fromEntries(practiceProviderEndpoints.map((name) => [name, endpoint])),
		),
		'  }',
	]);
	return [HEADER, provider, ...overrides].join('\n');
}

/** A block as `terraform fmt` writes it. */
export function terraformBlock(opening: string, lines: readonly string[]): string {
	return [`${opening} {`, ...lines, '}', ''].join('\n');
}

/** Arguments in the layout of `terraform fmt`, one per line. */
function argumentLines(indent: string, settings: Readonly<Record<string, HclValue>>): string[] {
	return formatHclAttributes(settings, indent).trimEnd().split('\n');
}
