import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelledSteps } from '../../source/engine/next-steps.ts';
import { awsCliEnvironment } from '../../source/practice/cloud.ts';
import { inXml, locksIn, query, REGION } from './helpers/cloud.ts';
import {
	type AnswersFile,
	type FaultCloud,
	faultSession,
	smallAnswers,
	startFaultCloud,
} from './helpers/fault-cloud.ts';
import { freshHome } from './helpers/wizard.ts';

let cloud: FaultCloud;
let home: string;

beforeAll(async () => {
	cloud = await startFaultCloud();
	home = freshHome();
});

afterAll(async () => {
	await cloud?.stop();
	if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

function session(name: string, answers: AnswersFile) {
	return faultSession(cloud, home, name, answers);
}

describe('the name of the state bucket', () => {
	test('taken by another account stops the run before any change', async () => {
		await makeForeignBucket('somebodys-bucket');
		const answers = smallAnswers(cloud, 'foreign-user', 'somebodys-bucket');
		const { code, failed, writes } = await session('foreign', answers).run();
		expect(code).toBe(4);
		expect(failed?.details).toContain(
			'state-bucket-name: the bucket name somebodys-bucket belongs to another AWS account',
		);
		expect(failed?.next.join('\n')).toContain('state.s3.bucket');
		expect(writes).toEqual([]);
	});

	test('taken between the look and the call that makes it is refused', async () => {
		const fail = { code: 'BucketAlreadyExists', status: 409 };
		const path = /^\/snapped-up\/?(\?|$)/;
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, fault: { fail } }]);
		const answers = { ...smallAnswers(cloud, 'unused', 'snapped-up'), access: 'current' };
		const { code, failed, writes } = await session('snapped', answers).run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe('The bucket name snapped-up belongs to another AWS account.');
		expect(failed?.next[0]).toContain('Choose another name');
		expect(writes).toEqual([]);
	});

	test('a bucket that is there but lacks versions is refused, untouched; the commands mend it', async () => {
		const Bucket = 'old-state';
		await cloud.aws.s3.send(
			new CreateBucketCommand({
				Bucket,
				CreateBucketConfiguration: { LocationConstraint: REGION },
			}),
		);
		const answers = { ...smallAnswers(cloud, 'unused', Bucket), access: 'current' };
		const plain = session('plain-bucket', answers);
		const { code, failed, writes } = await plain.run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe(
			`The existing bucket ${Bucket} is not safe enough for state; it was not changed.`,
		);
		expect(failed?.details).toContain('it lacks: keeps every version of state');
		const next = labelledSteps(failed?.next ?? []).map(({ text }) => text);
		expect(next).toContain(
			`aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
		);
		expect(writes).toEqual([]);

		const commands = next.filter((command) => command.startsWith('aws '));
		const script = [...awsCliEnvironment(cloud.endpoint, REGION), 'set -e', ...commands];
		await execa('sh', ['-c', script.join('\n')]);
		expect((await plain.resume(['--until', 'settings'])).code).toBe(0);
	});
});

/** As somebody else, whom the practice cloud knows by this header. */
async function makeForeignBucket(name: string): Promise<void> {
	const answer = await fetch(`${cloud.endpoint}/${name}`, {
		method: 'PUT',
		headers: {
			'x-moto-account-id': '210987654321',
			authorization: `AWS4-HMAC-SHA256 Credential=other/20180101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
		},
	});
	if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

describe('state in the bucket', () => {
	const BUCKET = 'locked-state';
	const shared = () =>
		session('shared', {
			...smallAnswers(cloud, 'shared-user', BUCKET),
			terraform: { lock_timeout_seconds: 1 },
		});
	const KEY = 'shared/access.tfstate';

	test('locked by somebody else ends 7 and names them; only --unlock with its id goes on', async () => {
		expect((await shared().run(['--until', 'settings'])).code).toBe(0);
		const ID = '0f3cf5a1-9c7e-4b1f-8f6c-6d2b8a9c1e77';
		const created = new Date(Date.now() - 3 * 3_600_000).toISOString();
		await cloud.aws.s3.send(
			new PutObjectCommand({
				Bucket: BUCKET,
				Key: `${KEY}.tflock`,
				Body: JSON.stringify({
					...{ ID, Operation: 'OperationTypeApply', Info: '', Who: 'ada@build-7' },
					...{ Version: '1.11.4', Created: created, Path: `${BUCKET}/${KEY}` },
				}),
			}),
		);
		const { code, failed, writes } = await shared().resume(['--until', 'state']);
		expect(code).toBe(7);
		expect(failed).toMatchObject({ fault: 'locked', exitCode: 7 });
		expect(failed?.message).toBe('The state is locked by ada@build-7 for apply, 3 hours ago.');
		expect(failed?.details).toContain(`Lock: ${ID}`);
		expect(failed?.next.join('\n')).toContain(`--unlock ${ID}`);
		// Terraform tried to make a lock of its own; the one that is there is still whole.
		expect(writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
		const lock = await cloud.aws.s3.send(
			new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock` }),
		);
		expect(JSON.parse((await lock.Body?.transformToString()) ?? '{}')).toMatchObject({ ID });

		const other = '00000000-0000-4000-8000-000000000000';
		const wrong = await shared().resume(['--until', 'state', '--unlock', other]);
		expect(wrong.code).toBe(7);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([`${KEY}.tflock`]);

		const right = await shared().resume(['--until', 'state', '--unlock', ID]);
		expect(right.code).toBe(0);
		expect(right.events).toContainEqual(
			expect.objectContaining({
				type: 'change',
				what: `lock ${ID} removed, as told by --unlock`,
			}),
		);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test('that cannot be written at the end of an apply is handed over by the next run', async () => {
		// Somebody took a policy away: the next run has something to apply.
		const iam = (parameters: Readonly<Record<string, string>>) =>
			query(cloud.endpoint, 'iam', { Version: '2010-05-08', ...parameters });
		const attached = async () =>
			inXml(
				await iam({ Action: 'ListAttachedGroupPolicies', GroupName: 'shared-user' }),
				'PolicyArn',
			);
		const policies = await attached();
		const [PolicyArn = ''] = policies;
		await iam({ Action: 'DetachGroupPolicy', GroupName: 'shared-user', PolicyArn });

		const fail = { code: 'AccessDenied', message: 'Not now, not here', status: 403 };
		const path = new RegExp(`/${KEY}(\\?|$)`);
		const always = { times: Number.POSITIVE_INFINITY, fault: { fail } };
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, ...always }]);
		// What is gone from AWS is made anew only when that is approved.
		const flags = ['--until', 'state', '--approve', 'destroy'];
		const { code, failed } = await shared().resume(flags);
		cloud.proxy.setRules([]);
		expect(code).toBe(5);
		expect(failed?.message).toContain('could not save its state; it lies in errored.tfstate');
		expect(failed?.details.join('\n')).toContain('AccessDenied: Not now, not here');
		expect(existsSync(join(shared().folder('access'), 'errored.tfstate'))).toBe(true);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);

		const next = await shared().resume(['--until', 'state']);
		expect(next.failed).toBeUndefined();
		expect(next.events).toContainEqual(
			expect.objectContaining({
				type: 'note',
				level: 'warning',
				text: expect.stringContaining('could not save is now where it belongs'),
			}),
		);
		const plan = next.events.find(({ type }) => type === 'plan');
		expect(plan?.counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
		expect((await attached()).sort()).toEqual(policies.sort());
		expect(existsSync(join(shared().folder('access'), 'errored.tfstate'))).toBe(false);
	});
});
