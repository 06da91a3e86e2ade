import { type HclValue, hclAttributes } from '../terraform/hcl.ts';

/**
 * The services whose calls are sent to the practice cloud, by the names of the provider's
 * `endpoints` block (hashicorp/aws 5.100; `terraform validate` refuses unknown names): all that the
 * templates use, and what an operator's additions are likely to use.
 */
export const practiceServices = [
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
export function practiceAwsConfig(endpoint: string, region: string): string {
	return [
		'# PRACTICE ONLY: sends every AWS call to the practice cloud on this computer.',
		...['[profile practice]', `region = ${region}`, `endpoint_url = ${endpoint}`, ''],
	].join('\n');
}

/**
 * The text of a stack's `practice_override.tf`. Terraform merges it with the `provider "aws"` block
 * of the stack; with this file, `terraform plan` needs no AWS variables.
 */
export function practiceOverride(
	stack: string,
	endpoint: string,
	region: string,
	credentials: { accessKeyId: string; secretAccessKey: string },
): string {
	const provider = block('provider "aws"', [
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
		...argumentLines('    ', Object.fromEntries(practiceServices.map((name) => [name, endpoint]))),
		'  }',
	]);
	return [HEADER, provider, ...(quirks[stack] ?? [])].join('\n');
}

// moto ignores the Condition of a Deny, so the policy would deny all access. It respects the case
// of an action, which IAM ignores, so this spelling is the same policy only to AWS.
const tlsLocal = block('locals', [
	'  # The same to AWS, which ignores case. The practice cloud ignores conditions and would deny',
	'  # every request otherwise.',
	'  tls_only_actions = ["S3:*"]',
]);

// moto stores no parameters of a parameter group and returns the tags of a launch template in two
// places: without this, every plan of a finished installation would have changes.
const forgotten = [
	'# The practice cloud returns these differently from AWS; the difference is not a change.',
	ignoring('aws_db_parameter_group', 'parameter'),
	ignoring('aws_launch_template', 'tag_specifications, tags, tags_all'),
].join('\n');

const noRefresh = block('resource "aws_autoscaling_group" "main"', [
	'  # The practice cloud does not support instance refresh.',
	'  dynamic "instance_refresh" {',
	'    for_each = []',
	'    content {',
	'      strategy = "Rolling"',
	'    }',
	'  }',
]);

const noForce = block('resource "aws_iam_user" "deploy"', [
	'  # The practice cloud cannot list service-specific credentials, which force_destroy requires.',
	'  force_destroy = false',
]);

/** Workarounds for differences between moto and AWS, by stack. */
const quirks: Readonly<Record<string, readonly string[]>> = {
	install: [tlsLocal, forgotten, noRefresh],
	access: [noForce],
};

function ignoring(resource: string, argument: string): string {
	return block(`resource "${resource}" "main"`, [
		'  lifecycle {',
		`    ignore_changes = [${argument}]`,
		'  }',
	]);
}

function block(opening: string, lines: readonly string[]): string {
	return [`${opening} {`, ...lines, '}', ''].join('\n');
}

/** Arguments in the layout of `terraform fmt`, one per line. */
function argumentLines(indent: string, settings: Readonly<Record<string, HclValue>>): string[] {
	return hclAttributes(settings, indent).trimEnd().split('\n');
}
