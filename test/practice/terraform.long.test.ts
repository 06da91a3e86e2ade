import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackendSettingValue } from '../../source/aws/cloud.ts';
import { type MotoServer, startMoto } from '../../source/practice/moto-server.ts';
import {
	createCloudForPracticeEndpoint,
	formatAwsCliExports,
} from '../../source/practice/practice-cloud-settings.ts';
import { terraformOverrides } from '../../source/targets/ptfe-ami/practice/target-practice.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { findTestProviderMirror, getMinimalEnvironment, runTerraform } from './helpers.ts';

const scratch = createTemporaryDirectory();
let moto: MotoServer;
let mirror: string;

/** Settings an operator may have: keys, a profile with a role, an endpoint of one service. */
let operator: NodeJS.ProcessEnv;

beforeAll(async () => {
	mirror = await findTestProviderMirror();
	moto = await startMoto({
		cacheDir: join(scratch, 'cache'),
		logPath: join(scratch, 'moto.log'),
	});
	const config = join(scratch, 'operator-config');
	await writeFile(
		config,
		`[profile prod]
region = us-east-1
role_arn = arn:aws:iam::999999999999:role/admin
source_profile = base
use_fips_endpoint = true
endpoint_url = http://127.0.0.2:1
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
`,
	);
	operator = {
		...getMinimalEnvironment(),
		AWS_PROFILE: 'prod',
		AWS_CONFIG_FILE: config,
		AWS_REGION: 'us-east-1',
		AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
		AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
		AWS_SESSION_TOKEN: 'token',
		AWS_ENDPOINT_URL: 'http://127.0.0.2:1',
		AWS_ENDPOINT_URL_EC2: 'http://127.0.0.2:1',
		HTTPS_PROXY: 'http://127.0.0.2:1',
		HTTP_PROXY: 'http://127.0.0.2:1',
		TF_VAR_cidr: '192.168.0.0/16',
		TF_CLI_ARGS_plan: '-destroy',
	};
});

afterAll(async () => {
	await moto?.stop();
});

const ROOT = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "cidr" {
  default = "10.1.0.0/16"
}

provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["123456789012"]

  default_tags {
    tags = { Session = "practice" }
  }
}

resource "aws_vpc" "one" {
  cidr_block = var.cidr
}

# A service that the override file does not list.
resource "aws_glue_catalog_database" "unlisted" {
  name = basename(abspath(path.root))
}

locals {
  tls_only_actions = ["s3:*"]
}

# What the override file has something to say about must be there.
resource "aws_db_parameter_group" "main" {
  count  = 0
  family = "postgres16"
}

resource "aws_launch_template" "main" {
  count = 0
}

resource "aws_autoscaling_group" "main" {
  count                = 0
  max_size             = 1
  min_size             = 1
  launch_configuration = "none"
}

output "actions" {
  value = local.tls_only_actions
}

output "vpc" {
  value = [aws_vpc.one.arn, aws_vpc.one.cidr_block, aws_vpc.one.tags_all]
}
`;

async function stack(name: string, more: Record<string, string> = {}): Promise<string> {
	const folder = join(scratch, name);
	await mkdir(folder);
	const files = createCloudForPracticeEndpoint(
		moto.endpoint,
		'us-west-2',
		terraformOverrides,
	).stackFiles('install');
	for (const [file, text] of Object.entries({ 'main.tf': ROOT, ...files, ...more })) {
		await writeFile(join(folder, file), text);
	}
	return folder;
}

async function init(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
	const ran = await runTerraform(
		folder,
		environment,
		'init',
		'-input=false',
		`-plugin-dir=${mirror}`,
	);
	expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
}

describe('terraform with the practice files', () => {
	it('accepts the override file as formatted and valid', async () => {
		const folder = await stack('valid');
		await init(folder, getMinimalEnvironment());
		expect(await runTerraform(folder, getMinimalEnvironment(), 'fmt', '-check')).toMatchObject({
			exitCode: 0,
		});
		const validated = await runTerraform(folder, getMinimalEnvironment(), 'validate', '-json');
		expect(JSON.parse(validated.stdout)).toMatchObject({ valid: true, diagnostics: [] });
	});

	it.each(['the environment for children', 'no AWS variables', "the operator's own environment"])(
		'reaches only the practice cloud with %s',
		async (which) => {
			const folder = await stack(which.replaceAll(/\W/g, '_').toLowerCase());
			const cloud = createCloudForPracticeEndpoint(moto.endpoint, 'us-west-2', terraformOverrides);
			const environment = {
				'the environment for children': cloud.childEnvironment(operator),
				'no AWS variables': getMinimalEnvironment(),
				// Without a service-specific endpoint, which would take precedence.
				"the operator's own environment": {
					...operator,
					TF_VAR_cidr: undefined,
					AWS_ENDPOINT_URL: undefined,
				},
			}[which];
			await init(folder, environment ?? {});
			const apply = ['apply', '-auto-approve', '-input=false', '-no-color'];
			const applied = await runTerraform(folder, environment ?? {}, ...apply);
			expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
			const { stdout } = await runTerraform(folder, environment ?? {}, 'output', '-json');
			const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
			expect(outputs.actions?.value).toEqual(['S3:*']);
			expect(outputs.vpc?.value).toEqual([
				expect.stringMatching(/^arn:aws:ec2:us-west-2:123456789012:vpc\//),
				'10.1.0.0/16',
				{ Session: 'practice' },
			]);
		},
	);

	it('still checks allowed_account_ids', async () => {
		const main = ROOT.replace('"123456789012"', '"999999999999"');
		const folder = await stack('account', { 'main.tf': main });
		await init(folder, getMinimalEnvironment());
		const planned = await runTerraform(folder, getMinimalEnvironment(), 'plan', '-no-color');
		expect(planned.exitCode).toBe(1);
		expect(planned.stderr).toContain('AWS account ID not allowed: 123456789012');
	});

	it('stores state in a bucket of the practice cloud, with a lock file', async () => {
		const cloud = createCloudForPracticeEndpoint(moto.endpoint, 'us-west-2', terraformOverrides);
		const s3 = new S3Client({
			...{ region: 'us-west-2', endpoint: moto.endpoint, forcePathStyle: true },
			credentials: cloud.credentials,
		});
		await s3.send(
			new CreateBucketCommand({
				Bucket: 'practice-state',
				CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
			}),
		);
		const settings = {
			...{ bucket: 'practice-state', key: 'one/terraform.tfstate', region: 'us-west-2' },
			...{ use_lockfile: true, encrypt: true, allowed_account_ids: ['123456789012'] },
			...cloud.s3BackendSettings,
		};
		const folder = await stack('backend', { 'backend.tf': backend(settings) });
		const environment = cloud.childEnvironment(operator);
		await init(folder, environment);
		const applied = await runTerraform(folder, environment, 'apply', '-auto-approve', '-no-color');
		expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
		// A manual run without variables reads the same state.
		const listed = await runTerraform(folder, getMinimalEnvironment(), 'state', 'list');
		expect(listed.stdout.split('\n')).toContain('aws_vpc.one');
		const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'practice-state' }));
		expect(Contents.map(({ Key }) => Key)).toEqual(['one/terraform.tfstate']);
		s3.destroy();
	});
});

function backend(settings: Readonly<Record<string, BackendSettingValue>>): string {
	const lines = Object.entries(settings).map(([name, value]) => {
		// HCL objects accept JSON's colon in place of an equals sign.
		return `    ${name} = ${JSON.stringify(value)}`;
	});
	return ['terraform {', '  backend "s3" {', ...lines, '  }', '}', ''].join('\n');
}

it('the shell lines for the AWS CLI list resources of the practice cloud', async () => {
	const lines = formatAwsCliExports(moto.endpoint, 'us-west-2').join('\n');
	const asked = 'aws sts get-caller-identity --output json';
	const { stdout } = await execa('sh', ['-c', `${lines}\n${asked}`], {
		...{ env: operator, extendEnv: false },
	});
	expect(JSON.parse(stdout)).toMatchObject({ Account: '123456789012' });
	expect(await readFile(moto.logPath, 'utf8')).toContain('"POST / HTTP/1.1" 200');
});
