import { createServer, type Server } from 'node:http';
import { DescribeRegionsCommand, EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCallLimits } from '../../source/aws/call-limits.ts';
import { closeServer, listenOnFreePort } from '../helpers/local-server.ts';
import { waitFor } from '../helpers/wait-for.ts';

// A fake AWS that never responds.
let silent: Server;
let endpoint: string;
let asked = 0;

beforeAll(async () => {
	silent = createServer(() => {
		asked += 1;
	});
	endpoint = `http://127.0.0.1:${await listenOnFreePort(silent)}`;
});

afterAll(() => closeServer(silent));

function clients() {
	const [gentle, hard] = [new AbortController(), new AbortController()];
	const signals = { gentle: gentle.signal, hard: hard.signal };
	const common = {
		...{ endpoint, region: 'us-west-2', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
	};
	return {
		...{ gentle, hard },
		ec2: withCallLimits(new EC2Client(common), signals),
		s3: withCallLimits(new S3Client({ ...common, forcePathStyle: true }), signals),
		ssm: withCallLimits(new SSMClient(common), signals),
	};
}

/** The outcome of the calls after all of them have reached the fake AWS. */
async function follow(calls: readonly Promise<unknown>[], from: number) {
	const ended: string[] = [];
	const all = calls.map((call) => call.then(String, ({ name }) => ended.push(String(name))));
	await waitFor('every call to arrive', () => asked - from === calls.length);
	return {
		/** The outcomes; empty while the calls are pending. */
		ended,
		allEnded: async () => {
			await Promise.all(all);
			return ended;
		},
	};
}

describe('calls that AWS does not answer', () => {
	it('are aborted at the first stop if they only read', async () => {
		const { gentle, ec2, s3, ssm } = clients();
		const from = asked;
		const calls = [
			ec2.send(new DescribeRegionsCommand({})),
			s3.send(new HeadBucketCommand({ Bucket: 'b' })),
			ssm.send(new GetParameterCommand({ Name: 'p' })),
		];
		const followed = await follow(calls, from);
		expect(followed.ended).toEqual([]);
		gentle.abort();
		expect(await followed.allEnded()).toEqual(['AbortError', 'AbortError', 'AbortError']);
	});

	it('are aborted only at the second stop if they change something', async () => {
		const { gentle, hard, ec2, s3, ssm } = clients();
		const from = asked;
		const calls = [
			ec2.send(new StartInstancesCommand({ InstanceIds: ['i-1'] })),
			s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })),
			ssm.send(new PutParameterCommand({ Name: 'p', Value: 'v', Type: 'SecureString' })),
		];
		const followed = await follow(calls, from);
		// A lookup that ends at the first stop shows when the stop has taken effect.
		const lookUp = ec2.send(new DescribeRegionsCommand({}));
		const lookedUp = await follow([lookUp], from + calls.length);
		gentle.abort();
		expect(await lookedUp.allEnded()).toEqual(['AbortError']);
		expect(followed.ended).toEqual([]);
		hard.abort();
		expect(await followed.allEnded()).toEqual(['AbortError', 'AbortError', 'AbortError']);
	});
});
