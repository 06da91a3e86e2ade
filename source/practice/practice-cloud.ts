import { devNull } from 'node:os';
import type { BackendSettingValue, Cloud } from '../aws/cloud.ts';
import { parseLoopbackEndpoint } from './loopback.ts';
import {
	formatPracticeAwsConfig,
	formatPracticeOverride,
	PRACTICE_CONFIG_FILE,
} from './terraform-override.ts';

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
export function createPracticeCloud(
	endpoint: string,
	region: string,
	overrides: Readonly<Record<string, readonly string[]>> = {},
): Cloud {
	const origin = parseLoopbackEndpoint(endpoint);
	const pinned = pinnedVariables(origin, region);
	return {
		practice: true,
		region,
		endpoint: origin,
		credentials: { ...practiceCredentials },
		childEnvironment: (base) => ({ ...withoutClouds(base), ...pinned, ...noProxy(base) }),
		stackFiles: (stack) => ({
			'practice_override.tf': formatPracticeOverride(
				origin,
				region,
				practiceCredentials,
				overrides[stack],
			),
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
	const pinned = Object.entries(pinnedVariables(parseLoopbackEndpoint(endpoint), region));
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
