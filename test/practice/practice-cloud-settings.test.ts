// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are HCL
import { devNull } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
	createCloudForPracticeEndpoint,
	formatAwsCliExports,
} from '../../source/practice/practice-cloud-settings.ts';
import { terraformOverrides } from '../../source/targets/ptfe-ami/practice/target-practice.ts';

const endpoint = 'http://127.0.0.1:5432';
const cloud = createCloudForPracticeEndpoint(endpoint, 'eu-west-1', terraformOverrides);

const operator = {
	PATH: '/bin',
	HOME: '/home/me',
	AWS_PROFILE: 'prod',
	AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
	AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
	AWS_SESSION_TOKEN: 'token',
	AWS_ENDPOINT_URL_EC2: 'https://ec2.amazonaws.com',
	AWS_CA_BUNDLE: '/etc/bundle',
	AWS_SOMETHING_NEW: 'x',
	TF_VAR_region: 'us-east-1',
	TF_CLI_ARGS: '-lock=false',
	TF_CLI_ARGS_plan: '-destroy',
	TF_CLI_CONFIG_FILE: '/home/me/terraformrc',
	HTTPS_PROXY: 'http://proxy:3128',
	no_proxy: 'internal.example',
};

describe('the environment of child processes in practice mode', () => {
	const environment = cloud.childEnvironment(operator);

	it('contains no AWS settings of the operator and no Terraform variables', () => {
		const left = Object.keys(environment).filter((name) =>
			/^(AWS_|TF_VAR_|TF_CLI_ARGS)/.test(name),
		);
		expect(Object.fromEntries(left.map((name) => [name, environment[name]]))).toEqual({
			AWS_ACCESS_KEY_ID: 'practice',
			AWS_SECRET_ACCESS_KEY: 'practice',
			AWS_REGION: 'eu-west-1',
			AWS_DEFAULT_REGION: 'eu-west-1',
			AWS_ENDPOINT_URL: endpoint,
			AWS_EC2_METADATA_DISABLED: 'true',
			AWS_CONFIG_FILE: devNull,
			AWS_SHARED_CREDENTIALS_FILE: devNull,
		});
	});

	it('keeps other variables, and the proxy except for loopback', () => {
		expect(environment).toMatchObject({
			PATH: '/bin',
			HOME: '/home/me',
			TF_CLI_CONFIG_FILE: '/home/me/terraformrc',
			HTTPS_PROXY: 'http://proxy:3128',
			NO_PROXY: 'internal.example,127.0.0.1,localhost,::1',
			no_proxy: 'internal.example,127.0.0.1,localhost,::1',
		});
	});

	it('does not modify the environment it is given', () => {
		const before = { ...operator };
		cloud.childEnvironment(operator);
		expect(operator).toEqual(before);
	});
});

describe('the practice cloud', () => {
	it('refuses an endpoint that is not on loopback', () => {
		const words = expect.objectContaining({ fault: 'refused', exitCode: 6 });
		expect(() => createCloudForPracticeEndpoint('https://ec2.amazonaws.com', 'eu-west-1')).toThrow(
			words,
		);
		expect(() => formatAwsCliExports('http://10.0.0.1:80', 'eu-west-1')).toThrow(words);
	});

	it('starts each file with PRACTICE and overrides the policy actions only for install', () => {
		for (const stack of ['network', 'access', 'state', 'install']) {
			const files = cloud.stackFiles(stack);
			expect(Object.keys(files)).toEqual(['practice_override.tf', 'practice_aws_config']);
			for (const text of Object.values(files)) expect(text).toMatch(/^# PRACTICE ONLY/);
			const override = files['practice_override.tf'] ?? '';
			expect(override.includes('tls_only_actions = ["S3:*"]')).toBe(stack === 'install');
		}
	});

	it('contains no address other than its endpoint', () => {
		const files = Object.values(cloud.stackFiles('install')).join('\n');
		const settings = JSON.stringify(cloud.s3BackendSettings);
		const addresses = `${files}\n${settings}`.match(/https?:\/\/[^"\s]+/g) ?? [];
		expect([...new Set(addresses)]).toEqual([endpoint]);
	});
});

describe('the shell lines for the AWS CLI', () => {
	it('only unset or export variables', () => {
		const lines = formatAwsCliExports(endpoint, 'eu-west-1');
		expect(lines.filter((line) => !/^(unset( \w+)+|export \w+='[^']*')$/.test(line))).toEqual([]);
		expect(lines).toContain(`export AWS_ENDPOINT_URL='${endpoint}'`);
		expect(lines[0]).toContain('AWS_PROFILE');
	});
});

it('escapes values in the Terraform files', () => {
	const odd = createCloudForPracticeEndpoint(endpoint, 'a${1}%{ if true }"');
	const text = odd.stackFiles('network')['practice_override.tf'];
	expect(text).toContain('= "a$${1}%%{ if true }\\""');
	expect(text).toContain('shared_config_files      = ["${path.module}/practice_aws_config"]');
});
