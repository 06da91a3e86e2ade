import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { convertAwsError } from '../../source/aws/aws-errors.ts';
import {
	type CallLimits,
	defaultCallLimits,
	withCallLimits,
} from '../../source/aws/call-limits.ts';
import { createAwsClients } from '../../source/aws/clients.ts';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { listPendingWaits } from '../../source/engine/wait-registry.ts';
import { listenOnFreePort } from '../helpers/local-server.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

/** A fake AWS that responds like `answer`. */
async function fakeAws(answer: RequestListener): Promise<string> {
	const server = createServer(answer);
	servers.push(server);
	return `http://127.0.0.1:${await listenOnFreePort(server)}`;
}

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const limited = (more: Partial<CallLimits>): CallLimits => ({ ...defaultCallLimits, ...more });

function ec2(endpoint: string, limits: CallLimits, stop?: AbortSignal) {
	const signals = stop === undefined ? undefined : { gentle: stop, hard: stop };
	const client = new EC2Client({ endpoint, region: 'us-west-2', credentials, maxAttempts: 1 });
	return withCallLimits(client, signals, limits);
}

function s3(endpoint: string, limits: CallLimits) {
	const options = { endpoint, region: 'us-west-2', credentials, forcePathStyle: true };
	return withCallLimits(new S3Client({ ...options, maxAttempts: 1 }), undefined, limits);
}

const failure = (work: Promise<unknown>) =>
	work.then(
		() => expect.unreachable(),
		(thrown: unknown) => convertAwsError(thrown, 'look up the regions'),
	);

describe('an AWS call', () => {
	it('times out when the endpoint sends no response, and is named while it waits', async () => {
		const endpoint = await fakeAws(() => {});
		const call = failure(
			ec2(endpoint, limited({ callMs: 300 })).send(new DescribeRegionsCommand({})),
		);
		expect(listPendingWaits().map(({ what }) => what)).toContain('AWS (DescribeRegions)');
		expect(await call).toMatchObject({ fault: 'timeout', exitCode: 8 });
		expect(listPendingWaits()).toEqual([]);
	});

	it('times out when the response trickles in byte by byte', async () => {
		const endpoint = await fakeAws((_, response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			const timer = setInterval(() => response.write(' '), 10);
			response.on('close', () => clearInterval(timer));
		});
		const ended = await failure(
			ec2(endpoint, limited({ callMs: 300 })).send(new DescribeRegionsCommand({})),
		);
		expect(ended).toMatchObject({ fault: 'timeout' });
	});

	it('times out when an object body trickles in after its headers', async () => {
		const endpoint = await fakeAws((_, response) => {
			response.writeHead(200, { 'content-length': 1_000_000 });
			const timer = setInterval(() => response.write('x'), 10);
			response.on('close', () => clearInterval(timer));
		});
		const client = s3(endpoint, limited({ bodyMs: 200 }));
		const { Body } = await client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
		expect(await failure(Body?.transformToString() ?? Promise.resolve())).toMatchObject({
			fault: 'timeout',
		});
	});

	it('stops reading an endless response at the size limit', async () => {
		let sent = 0;
		let closed = false;
		const endless: RequestListener = (_, response) => {
			response.writeHead(200, { 'content-type': 'text/xml' });
			const piece = Buffer.alloc(64 * 1024, 0x20);
			const more = (): void => {
				while (!closed) {
					sent += piece.length;
					if (!response.write(piece)) return;
				}
			};
			response.on('drain', more);
			response.on('close', () => {
				closed = true;
			});
			more();
		};
		const bodyBytes = 1024 * 1024;
		const client = ec2(await fakeAws(endless), limited({ bodyBytes }));
		const ended = await failure(client.send(new DescribeRegionsCommand({})));
		expect(ended.facts.details?.join()).toContain('larger than 1 MiB');
		await waitFor('the client to close the connection', () => closed);
		// Only data buffered by the sockets and Node may be sent beyond the limit.
		expect(sent).toBeLessThan(bodyBytes * 16);
	});

	it('ends on Ctrl-C', async () => {
		const stop = new AbortController();
		const endpoint = await fakeAws(() => stop.abort());
		const ended = await failure(
			ec2(endpoint, defaultCallLimits, stop.signal).send(new DescribeRegionsCommand({})),
		);
		expect(ended).toMatchObject({ fault: 'cancelled', exitCode: 130 });
	});

	it('is limited on every client', () => {
		const clients = createAwsClients({
			...{ practice: true, region: 'us-west-2', endpoint: 'http://127.0.0.1:1', credentials },
			childEnvironment: (base) => base,
			stackFiles: () => ({}),
			s3BackendSettings: {},
			tlsPolicyAction: 's3:*',
		});
		const names = ['sts', 'ec2', 's3', 'ssm', 'acm', 'iam', 'rds', 'kms', 'route53'] as const;
		for (const client of [...names.map((name) => clients[name]), clients.s3In('eu-west-1')])
			expect(client.middlewareStack.identify().join()).toContain('callLimits');
	});

	it('kills the credential_process it waits for when it times out', async () => {
		const folder = createTemporaryDirectory();
		const config = join(folder, 'config');
		const pidFile = join(folder, 'pid');
		writeFileSync(
			config,
			`[profile slow]\ncredential_process = sh -c 'echo $$ > ${pidFile}; sleep 600'\n`,
		);
		// A separate process, so that only its children are in its group.
		const program = `
			import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
			import { defaultCallLimits, withCallLimits } from ${JSON.stringify(join(import.meta.dirname, '../../source/aws/call-limits.ts'))};
			const client = new EC2Client({ region: 'us-west-2', endpoint: 'http://127.0.0.1:1' });
			withCallLimits(client, undefined, { ...defaultCallLimits, callMs: 2000 });
			client.send(new DescribeRegionsCommand({})).catch(({ name }) => console.log(name));
		`;
		const { stdout } = await promisify(execFile)(
			'setsid',
			['--wait', process.execPath, '--input-type=module-typescript', '-e', program],
			{
				cwd: join(import.meta.dirname, '../..'),
				env: { PATH: process.env.PATH, AWS_CONFIG_FILE: config, AWS_PROFILE: 'slow' },
			},
		);
		expect(stdout.trim()).toBe('TimeoutError');
		// It exited by itself, so none of its processes can be left.
		const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '0';
		expect(getProcessStartTime(Number(pid))).toBeUndefined();
	});
});
