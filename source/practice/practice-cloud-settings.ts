import { devNull } from 'node:os';
import type { BackendSettingValue, Cloud } from '../aws/cloud.ts';
import { formatHclAttributes, type HclValue } from '../terraform/format-hcl.ts';
import { normalizeLoopbackEndpoint } from './loopback.ts';

/** Accepted only by the practice cloud. */
export const practiceCredentials = {
	accessKeyId: 'practice',
	secretAccessKey: 'practice',
} as const;

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/**
 * The cloud of a practice session: everything that could lead to a real account is pinned to the
 * server at `endpoint` or removed.
 *
 * @param overrides Terraform blocks that make up for what the practice cloud cannot do, by stack.
 * @throws WizardError `refused` if the endpoint is not on loopback.
 */
export function createCloudForPracticeEndpoint(
	endpoint: string,
	region: string,
	overrides: Readonly<Record<string, readonly string[]>> = {},
): Cloud {
	const origin = normalizeLoopbackEndpoint(endpoint);
	const pinned = pinnedVariables(origin, region);
	return {
		practice: true,
		region,
		endpoint: origin,
		credentials: { ...practiceCredentials },
		childEnvironment: (base) => ({ ...withoutClouds(base), ...pinned, ...noProxy(base) }),
		stackFiles: (stack) => ({
			'practice_override.tf': formatPracticeOverride(origin, region, overrides[stack]),
			[PRACTICE_CONFIG_FILE]: formatPracticeAwsConfig(origin, region),
		}),
		s3BackendSettings: backendSettings(origin),
		tlsPolicyAction: 'S3:*',
	};
}

/**
 * Shell lines that point the AWS CLI to the practice cloud.
 *
 * @throws WizardError `refused` if the endpoint is not on loopback.
 */
export function formatAwsCliExports(endpoint: string, region: string): string[] {
	const pinned = Object.entries(pinnedVariables(normalizeLoopbackEndpoint(endpoint), region));
	return [
		// A profile would override the keys; the tokens would be sent with them.
		'unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CA_BUNDLE',
		...pinned.map(([name, value]) => `export ${name}='${value}'`),
		`export NO_PROXY='${LOOPBACK_HOSTS.join(',')}'`,
	];
}

function pinnedVariables(origin: string, region: string): Record<string, string> {
	return {
		AWS_ACCESS_KEY_ID: practiceCredentials.accessKeyId,
		AWS_SECRET_ACCESS_KEY: practiceCredentials.secretAccessKey,
		AWS_REGION: region,
		AWS_DEFAULT_REGION: region,
		AWS_ENDPOINT_URL: origin,
		AWS_EC2_METADATA_DISABLED: 'true',
		AWS_CONFIG_FILE: devNull,
		AWS_SHARED_CREDENTIALS_FILE: devNull,
	};
}

function withoutClouds(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const led = /^(AWS_|TF_VAR_|TF_CLI_ARGS)/i;
	return Object.fromEntries(Object.entries(base).filter(([name]) => !led.test(name)));
}

/** The proxy stays, because Terraform may need it for the registry, but not for loopback. */
function noProxy(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const given = [base.NO_PROXY, base.no_proxy].flatMap((list) => list?.split(',') ?? []);
	const hosts = [...given.map((host) => host.trim()).filter(Boolean), ...LOOPBACK_HOSTS];
	const list = [...new Set(hosts)].join(',');
	return { NO_PROXY: list, no_proxy: list };
}

function backendSettings(origin: string): Readonly<Record<string, BackendSettingValue>> {
	return {
		access_key: practiceCredentials.accessKeyId,
		secret_key: practiceCredentials.secretAccessKey,
		endpoints: { s3: origin, sts: origin, iam: origin, dynamodb: origin },
		use_path_style: true,
		skip_credentials_validation: true,
		skip_metadata_api_check: true,
		skip_region_validation: true,
	};
}

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
const PRACTICE_CONFIG_FILE = 'practice_aws_config';
/** An expression instead of a string, so that the file is found from any working directory. */
const CONFIG_FILES = `["\${path.module}/${PRACTICE_CONFIG_FILE}"]`;

/**
 * A shared AWS configuration with one profile. Its `endpoint_url` covers the services that are not
 * listed in the override file, so that none of their calls reaches AWS.
 */
function formatPracticeAwsConfig(endpoint: string, region: string): string {
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
function formatPracticeOverride(
	endpoint: string,
	region: string,
	overrides: readonly string[] = [],
): string {
	const provider = formatTerraformBlock('provider "aws"', [
		...argumentLines('  ', {
			region,
			access_key: practiceCredentials.accessKeyId,
			secret_key: practiceCredentials.secretAccessKey,
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
export function formatTerraformBlock(opening: string, lines: readonly string[]): string {
	return [`${opening} {`, ...lines, '}', ''].join('\n');
}

/** Arguments in the layout of `terraform fmt`, one per line. */
function argumentLines(indent: string, settings: Readonly<Record<string, HclValue>>): string[] {
	return formatHclAttributes(settings, indent).trimEnd().split('\n');
}
