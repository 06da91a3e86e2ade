import { createServer, type Server } from 'node:http';
import { DescribeRegionsCommand, EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stoppable } from '../../source/aws/stoppable.ts';

// A fake AWS that answers nothing, ever.
let silent: Server;
let endpoint: string;

beforeAll(async () => {
	silent = createServer(() => {});
	await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
	const address = silent.address();
	endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterAll(() => {
	silent.closeAllConnections();
	silent.close();
});

function clients() {
	const [gentle, hard] = [new AbortController(), new AbortController()];
	const signals = { gentle: gentle.signal, hard: hard.signal };
	const common = {
		...{ endpoint, region: 'us-west-2', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
	};
	return {
		...{ gentle, hard },
		ec2: stoppable(new EC2Client(common), signals),
		s3: stoppable(new S3Client({ ...common, forcePathStyle: true }), signals),
		ssm: stoppable(new SSMClient(common), signals),
	};
}

/** How it ended, or that it has not within a moment. */
async function soon(work: Promise<unknown>): Promise<string> {
	const patience = new Promise<string>((resolve) => setTimeout(resolve, 300, 'goes on'));
	return Promise.race([patience, work.then(String, ({ name }) => String(name))]);
}

describe('calls that AWS leaves unanswered', () => {
	it('are given up at the first stop when they only look something up', async () => {
		const { gentle, ec2, s3, ssm } = clients();
		const calls = [
			ec2.send(new DescribeRegionsCommand({})),
			s3.send(new HeadBucketCommand({ Bucket: 'b' })),
			ssm.send(new GetParameterCommand({ Name: 'p' })),
		];
		for (const call of calls) call.catch(() => {});
		expect(await Promise.all(calls.map(soon))).toEqual(['goes on', 'goes on', 'goes on']);
		gentle.abort();
		expect(await Promise.all(calls.map(soon))).toEqual(['AbortError', 'AbortError', 'AbortError']);
	});

	it('are waited for until the second when they change something', async () => {
		const { gentle, hard, ec2, s3, ssm } = clients();
		const calls = [
			ec2.send(new StartInstancesCommand({ InstanceIds: ['i-1'] })),
			s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' })),
			ssm.send(new PutParameterCommand({ Name: 'p', Value: 'v', Type: 'SecureString' })),
		];
		for (const call of calls) call.catch(() => {});
		gentle.abort();
		expect(await Promise.all(calls.map(soon))).toEqual(['goes on', 'goes on', 'goes on']);
		hard.abort();
		expect(await Promise.all(calls.map(soon))).toEqual(['AbortError', 'AbortError', 'AbortError']);
	});
});
