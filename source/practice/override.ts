import { type HclValue, hclAttributes } from '../terraform/hcl.ts';

/**
 * The services whose calls are led to the practice cloud, by the names of the provider's
 * `endpoints` block (hashicorp/aws 5.100; `terraform validate` refuses an unknown one). All that
 * the templates use, and what an operator's own additions beside them are likely to use.
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

/** The name of the AWS configuration file that lies beside the override file. */
export const PRACTICE_CONFIG_FILE = 'practice_aws_config';
/** An expression, and no text: the file is found wherever terraform is started. */
const CONFIG_FILES = `["\${path.module}/${PRACTICE_CONFIG_FILE}"]`;

/**
 * A shared AWS configuration with one profile. Its `endpoint_url` reaches the services that the
 * override file does not list, so that none of them is asked at AWS.
 */
export function practiceAwsConfig(endpoint: string, region: string): string {
	return [
		'# PRACTICE ONLY: sends every AWS call to the practice cloud on this computer.',
		...['[profile practice]', `region = ${region}`, `endpoint_url = ${endpoint}`, ''],
	].join('\n');
}

/**
 * The text of a stack's `practice_override.tf`. It merges with the `provider "aws"` block the
 * stack has; with this file, a plain `terraform plan` needs no AWS variable at all.
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
			// The default of 25 would turn every fault inside the practice cloud into minutes of waiting.
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

// moto ignores the Condition of a Deny, so that the policy would lock everybody out; it minds the
// case of an action, which IAM does not, so that this spelling is the same policy to AWS only.
const tlsLocal = block('locals', [
	'  # The same to AWS, which ignores case. The practice cloud ignores conditions and would deny',
	'  # every request otherwise.',
	'  tls_only_actions = ["S3:*"]',
]);

// moto keeps no parameters of a parameter group, and tells of tags of a launch template in two
// places: without this, every plan of a finished installation would find something to change.
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

/** What moto does otherwise than AWS, made up for by stack. */
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

/** Arguments as `terraform fmt` has them, a line each. */
function argumentLines(indent: string, settings: Readonly<Record<string, HclValue>>): string[] {
	return hclAttributes(settings, indent).trimEnd().split('\n');
}
