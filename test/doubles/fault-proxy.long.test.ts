import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	CreateVpcCommand,
	DescribeNatGatewaysCommand,
	DescribeVpcsCommand,
	EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import {
	CreateBucketCommand,
	GetObjectCommand,
	HeadBucketCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MotoServer, startMoto } from '../../source/practice/moto-server.ts';
import {
	createCloudForPracticeEndpoint,
	practiceCredentials,
} from '../../source/practice/practice-cloud-settings.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import {
	findTestProviderMirror,
	getMinimalEnvironment,
	runTerraform,
} from '../practice/helpers.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const scratch = createTemporaryDirectory();
let moto: MotoServer;
let proxy: FaultProxy;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
	moto = await startMoto({
		cacheDir: join(scratch, 'cache'),
		logPath: join(scratch, 'moto.log'),
	});
});

beforeEach(async () => {
	proxy = await startFaultProxy(moto.endpoint);
});

afterEach(async () => {
	for (const client of clients.splice(0)) client.destroy();
	await proxy.stop();
});

afterAll(async () => {
	await moto?.stop();
});

/** A client without retries that connects through the proxy. */
function client<T extends { destroy(): void }>(
	Client: new (settings: {
		region: string;
		endpoint: string;
		credentials: typeof practiceCredentials;
		maxAttempts: number;
		forcePathStyle: boolean;
	}) => T,
): T {
	const made = new Client({
		...{ region: 'us-west-2', endpoint: proxy.endpoint, credentials: practiceCredentials },
		...{ maxAttempts: 1, forcePathStyle: true },
	});
	clients.push(made);
	return made;
}

const once = (code: string) => ({ fail: { code, message: 'made up' } });

describe('a failed call is parsed by the SDK like an error of the service', () => {
	it.each([
		[
			'ec2',
			'CreateVpc',
			() => client(EC2Client).send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })),
		],
		[
			'iam',
			'CreateRole',
			() =>
				client(IAMClient).send(
					new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: '{}' }),
				),
		],
		['kms', 'CreateKey', () => client(KMSClient).send(new CreateKeyCommand({}))],
	])('for %s', async (service, action, send) => {
		proxy.setRules([{ service, action, fault: once('LimitExceededException') }]);
		await expect(send()).rejects.toMatchObject({
			name: 'LimitExceededException',
			message: 'made up',
			$metadata: { httpStatusCode: 400 },
		});
		expect(proxy.calls).toEqual([expect.objectContaining({ service, action })]);
	});

	it('for route53 and s3, matched by method and path', async () => {
		proxy.setRules([
			{ method: 'GET', path: /^\/2013-04-01\/hostedzone/, fault: once('ThrottlingException') },
			{ method: 'PUT', path: /^\/some-bucket/, fault: once('BucketAlreadyExists') },
			{
				method: 'HEAD',
				path: /^\/some-bucket/,
				fault: { fail: { code: 'Forbidden', status: 403 } },
			},
		]);
		await expect(client(Route53Client).send(new ListHostedZonesCommand({}))).rejects.toMatchObject({
			name: 'ThrottlingException',
		});
		const s3 = client(S3Client);
		const Bucket = 'some-bucket';
		await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
			name: 'BucketAlreadyExists',
		});
		await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
			$metadata: { httpStatusCode: 403 },
		});
	});
});

describe('cut, delayed and held calls', () => {
	const create = () => client(EC2Client).send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
	const count = async () => {
		const filter = { Filters: [{ Name: 'cidr', Values: ['10.9.0.0/16'] }] };
		return (await client(EC2Client).send(new DescribeVpcsCommand(filter))).Vpcs?.length;
	};

	it('cuts a call before it takes effect, or after it took effect', async () => {
		const before = await count();
		proxy.setRules([{ action: 'CreateVpc', fault: { cut: 'before' } }]);
		await expect(create()).rejects.toThrow(/socket|ECONNRESET|aborted/i);
		expect(await count()).toBe(before);
		proxy.setRules([{ action: 'CreateVpc', fault: { cut: 'after' } }]);
		await expect(create()).rejects.toThrow(/socket|ECONNRESET|aborted/i);
		expect(await count()).toBe((before ?? 0) + 1);
	});

	it('delays a response', async () => {
		proxy.setRules([{ action: 'DescribeVpcs', fault: { delayMs: 50 } }]);
		expect(await count()).toBeTypeOf('number');
		// The first of two calls is answered last, because its delay is longer than any call.
		proxy.setRules([{ action: 'DescribeVpcs', fault: { delayMs: 600_000 } }]);
		const faulted = () => proxy.calls.filter(({ fault }) => fault !== undefined).length;
		const before = faulted();
		const goes = new AbortController();
		const ended: string[] = [];
		const late = client(EC2Client)
			.send(new DescribeVpcsCommand({}), { abortSignal: goes.signal })
			.then(
				() => ended.push('answered'),
				() => ended.push('given up'),
			);
		await waitFor('the late call', () => faulted() > before);
		await count();
		expect(ended).toEqual([]);
		goes.abort();
		await late;
		expect(ended).toEqual(['given up']);
	});

	it('forwards a held call when it is released, unless its caller has disconnected', async () => {
		const before = (await count()) ?? 0;
		const held = () =>
			proxy.calls.filter(({ fault }) => fault !== undefined && 'hold' in fault).length;
		let release = () => {};
		const hold = new Promise<void>((resolve) => {
			release = resolve;
		});
		proxy.setRules([{ action: 'CreateVpc', times: 2, fault: { hold } }]);
		const waits = create();
		await waitFor('the first call to be held', () => held() === 1);
		const goes = new AbortController();
		const left = client(EC2Client).send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }), {
			abortSignal: goes.signal,
		});
		await waitFor('the second call to be held', () => held() === 2);
		goes.abort();
		await expect(left).rejects.toThrow(/abort/i);
		await waitFor('the proxy to know that its caller has gone', () => proxy.calls.at(-1)?.over);
		release();
		await waits;
		expect(await count()).toBe(before + 1);
	});
});

it('passes large bodies unchanged in both directions over keep-alive connections', async () => {
	const s3 = client(S3Client);
	const Bucket = 'large-bodies';
	await s3.send(
		new CreateBucketCommand({
			Bucket,
			CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
		}),
	);
	const body = randomBytes(20 * 1024 * 1024);
	await s3.send(new PutObjectCommand({ Bucket, Key: 'big file/ü', Body: body }));
	const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'big file/ü' }));
	const bytes = await got.Body?.transformToByteArray();
	expect(body.equals(bytes ?? new Uint8Array())).toBe(true);
});

it('fails exactly one CreateNatGateway in an apply, and the next apply creates it', async () => {
	const folder = join(scratch, 'nat');
	await mkdir(folder);
	const files = {
		'main.tf': ROOT,
		...createCloudForPracticeEndpoint(proxy.endpoint, 'us-west-2').stackFiles('network'),
	};
	for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
	const environment = getMinimalEnvironment();
	const mirror = await findTestProviderMirror();
	expect(await runTerraform(folder, environment, 'init', `-plugin-dir=${mirror}`)).toMatchObject({
		exitCode: 0,
	});
	proxy.setRules([{ action: 'CreateNatGateway', fault: once('NatGatewayLimitExceeded') }]);

	const apply = ['apply', '-auto-approve', '-input=false', '-no-color'];
	const first = await runTerraform(folder, environment, ...apply);
	expect(first.exitCode).toBe(1);
	expect(first.stderr.match(/NatGatewayLimitExceeded: made up/g)).toHaveLength(1);
	expect(await gateways()).toBe(1);

	const second = await runTerraform(folder, environment, ...apply);
	expect(second, second.stderr).toMatchObject({ exitCode: 0 });
	expect(await gateways()).toBe(2);
	const creations = proxy.calls.filter(({ action }) => action === 'CreateNatGateway');
	expect(creations.map(({ fault }) => fault !== undefined).sort()).toEqual([false, false, true]);
});

async function gateways(): Promise<number | undefined> {
	return (await client(EC2Client).send(new DescribeNatGatewaysCommand({}))).NatGateways?.length;
}

const ROOT = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

provider "aws" {
  region = "us-west-2"
}

resource "aws_vpc" "one" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_subnet" "one" {
  vpc_id     = aws_vpc.one.id
  cidr_block = "10.1.1.0/24"
}

resource "aws_eip" "one" {
  count  = 2
  domain = "vpc"
}

resource "aws_nat_gateway" "one" {
  count         = 2
  allocation_id = aws_eip.one[count.index].id
  subnet_id     = aws_subnet.one.id
}
`;
