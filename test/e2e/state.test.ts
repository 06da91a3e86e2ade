import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	CreateBucketCommand,
	GetBucketEncryptionCommand,
	GetBucketPolicyCommand,
	GetBucketTaggingCommand,
	GetBucketVersioningCommand,
	GetObjectCommand,
	GetPublicAccessBlockCommand,
	PutBucketTaggingCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUnconfiguredStateBucket } from '../../source/aws/state-bucket.ts';
import { stateBucketSettings } from '../../source/aws/state-bucket-settings.ts';
import { labelNextSteps } from '../../source/engine/format-next-steps.ts';
import { formatAwsCliExports } from '../../source/practice/practice-cloud-settings.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import {
	type AnswersFile,
	createFaultSession,
	createSmallAnswers,
	type FaultCloud,
	type PracticeResult,
	startFaultCloud,
} from './helpers/fault-cloud.ts';
import { type HttpStateServer, startHttpStateServer } from './helpers/http-state-server.ts';
import { readState, runTerraformByHand } from './helpers/terraform-cli.ts';
import { extractXmlValues, listStateLocks, REGION, sendQuery } from './helpers/test-cloud.ts';

const BUCKET = 'moving-state';

let cloud: FaultCloud;
let store: HttpStateServer;
const home = createTemporaryDirectory();

beforeAll(async () => {
	cloud = await startFaultCloud();
	store = await startHttpStateServer();
});

afterAll(async () => {
	await store?.stop();
	await cloud?.stop();
});

function session(name: string, answers: AnswersFile) {
	return createFaultSession(cloud, home, name, answers);
}

async function objectText(Key: string): Promise<string> {
	const { Body } = await cloud.aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
	return (await Body?.transformToString()) ?? '';
}

describe('a state', () => {
	const USER = 'state-user';
	/** Runs the session of these tests up to and with the state step, with state stored as given. */
	const move = (state: unknown, argv: readonly string[] = []) => {
		const terraform = { lock_timeout_seconds: 1 };
		const answers = { ...createSmallAnswers(cloud, USER, BUCKET), terraform, state };
		return session('moving', answers).run(['--until', 'settings', ...argv]);
	};
	const folder = () => join(home, 'sessions/moving/workspace/access');
	const backend = () => readFileSync(join(folder(), 'backend.tf'), 'utf8');
	const inBucket = (prefix: string) => ({ s3: { bucket: BUCKET, prefix } });
	const local = { local: { understood: true } };
	const http = () => ({
		backend: {
			type: 'http',
			settings: {
				address: `${store.address}/{stack}`,
				lock_address: `${store.address}/{stack}/lock`,
				unlock_address: `${store.address}/{stack}/lock`,
				retry_max: 0,
			},
		},
	});
	type State = Awaited<ReturnType<typeof readState>>;
	let first: State;
	const KEY = 'first/access.tfstate';
	/** ID of a lock that another process holds. */
	const ID = '0f3cf5a1-9c7e-4b1f-8f6c-6d2b8a9c1e77';

	/** A move keeps lineage and resources, and never decreases the serial. */
	function expectArrived(
		state: State,
		{ code, failed, events }: PracticeResult,
		where: string,
	): void {
		expect(failed).toBeUndefined();
		expect(code).toBe(0);
		const moved = events.flatMap(({ type, what }) => (type === 'change' ? [String(what)] : []));
		expect(moved).toContainEqual(
			expect.stringMatching(
				new RegExp(
					`^state of access \\(${first.addresses.length} resources, serial ${state.serial}\\)`,
				),
			),
		);
		expect(moved.join('\n')).toContain(`moved to ${where} and verified`);
		expect(state.lineage).toBe(first.lineage);
		expect(state.addresses).toEqual(first.addresses);
		expect(state.serial).toBeGreaterThanOrEqual(first.serial);
		// The access step planned before the state was moved: nothing had to be created. Only the
		// policies follow the location of the state.
		const plan = events.find(({ type }) => type === 'plan');
		expect(plan?.counts).toMatchObject({ create: 0, delete: 0, replace: 0 });
	}

	test('is stored in an existing bucket, which is not changed', async () => {
		const { s3 } = cloud.aws;
		const wishes = {
			...{ bucket: BUCKET, kmsKeyId: '', lockKeys: [], lockVersionsDays: 7 },
			...{ tlsPolicyAction: 'S3:*', partition: 'aws' },
		};
		await createUnconfiguredStateBucket(s3, BUCKET, REGION);
		for (const setting of stateBucketSettings.filter(({ required }) => required)) {
			await setting.apply(s3, wishes);
		}
		const TagSet = [{ Key: 'owner', Value: 'platform' }];
		await s3.send(new PutBucketTaggingCommand({ Bucket: BUCKET, Tagging: { TagSet } }));
		const before = await settingsOf(BUCKET);

		const { code, failed, events, writes } = await move(inBucket('first'));
		expect(failed).toBeUndefined();
		expect(code).toBe(0);
		first = await readState(folder());
		expect(first.addresses.length).toBeGreaterThan(6);
		expect(JSON.parse(await objectText('first/access.tfstate')).lineage).toBe(first.lineage);
		expect(await listStateLocks(s3, BUCKET)).toEqual([]);

		expect(events).toContainEqual(
			expect.objectContaining({
				...{ type: 'change', state: 'kept' },
				what: `existing bucket ${BUCKET}`,
			}),
		);
		expect(await settingsOf(BUCKET)).toEqual(before);
		const others = writes.filter(({ service, path }) => {
			return service === 's3' && !path.startsWith(`/${BUCKET}/first/access.tfstate`);
		});
		expect(others).toEqual([]);
		const notes = events.flatMap(({ type, text }) => (type === 'note' ? [String(text)] : []));
		expect(notes.join('\n')).toContain(
			'expiration of old lock object versions. To add it: aws s3api',
		);
	});

	test('that another process has locked ends the run with 7; --unlock with another ID does not remove the lock', async () => {
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
		const { code, failed, writes } = await move(inBucket('first'));
		expect(code).toBe(7);
		expect(failed).toMatchObject({ fault: 'locked', exitCode: 7 });
		expect(failed?.message).toBe('The state is locked by ada@build-7 for apply, 3 hours ago.');
		expect(failed?.details).toContain(`Lock: ${ID}`);
		expect(failed?.next.join('\n')).toContain(`--unlock ${ID}`);
		// Terraform tried to create its own lock; the existing one is unchanged.
		expect(writes.filter(({ method }) => method === 'DELETE')).toEqual([]);
		const lock = await cloud.aws.s3.send(
			new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.tflock` }),
		);
		expect(JSON.parse((await lock.Body?.transformToString()) ?? '{}')).toMatchObject({ ID });

		const other = '00000000-0000-4000-8000-000000000000';
		const wrong = await move(inBucket('first'), ['--unlock', other]);
		expect(wrong.code).toBe(7);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([`${KEY}.tflock`]);
	});

	test('that could not be saved at the end of an apply is pushed by the next run', async () => {
		// A detached policy gives the next run something to apply.
		const iam = (parameters: Readonly<Record<string, string>>) =>
			sendQuery(cloud.endpoint, 'iam', { Version: '2010-05-08', ...parameters });
		const attached = async () =>
			extractXmlValues(
				await iam({ Action: 'ListAttachedGroupPolicies', GroupName: USER }),
				'PolicyArn',
			);
		const policies = await attached();
		const [PolicyArn = ''] = policies;
		await iam({ Action: 'DetachGroupPolicy', GroupName: USER, PolicyArn });

		const fail = { code: 'AccessDenied', message: 'Not now, not here', status: 403 };
		const path = new RegExp(`/${KEY}(\\?|$)`);
		const always = { times: Number.POSITIVE_INFINITY, fault: { fail } };
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, ...always }]);
		// Recreating what was deleted in AWS requires approval.
		const flags = ['--approve', 'destroy', '--unlock', ID];
		const { code, failed, events } = await move(inBucket('first'), flags);
		cloud.proxy.setRules([]);
		expect(code).toBe(5);
		expect(events).toContainEqual(
			expect.objectContaining({
				type: 'change',
				what: `lock ${ID} removed (--unlock)`,
			}),
		);
		expect(failed?.message).toContain(
			'failed to save its state; it was written to errored.tfstate',
		);
		expect(failed?.details.join('\n')).toContain('AccessDenied: Not now, not here');
		expect(existsSync(join(folder(), 'errored.tfstate'))).toBe(true);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([]);

		const next = await move(inBucket('first'));
		expect(next.failed).toBeUndefined();
		expect(next.events).toContainEqual(
			expect.objectContaining({
				type: 'note',
				level: 'warning',
				text: expect.stringContaining('pushed the unsaved state of an earlier run'),
			}),
		);
		const plan = next.events.find(({ type }) => type === 'plan');
		expect(plan?.counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
		expect((await attached()).sort()).toEqual(policies.sort());
		expect(existsSync(join(folder(), 'errored.tfstate'))).toBe(false);
	});

	test('is not moved by changed answers without --replay', async () => {
		const before = backend();
		const { code, failed, writes } = await move(local);
		expect(code).toBe(6);
		expect(failed?.message).toContain('The answers differ');
		expect(failed?.details.join('\n')).toContain('~ state  "s3" -> "local"');
		expect(failed?.next.join('\n')).toContain('--replay');
		expect(writes).toEqual([]);
		expect(backend()).toBe(before);
	});

	test('is moved to local files with --replay, and the source is kept', async () => {
		const moved = await move(local, ['--replay']);
		expectArrived(await readState(folder()), moved, `files in ${join(folder(), '..')}`);
		expect(backend()).toContain('backend "local"');
		expect(statSync(join(folder(), 'terraform.tfstate')).mode & 0o777).toBe(0o600);
		const source = JSON.parse(await objectText('first/access.tfstate'));
		const copy = JSON.parse(readFileSync(join(folder(), 'terraform.tfstate'), 'utf8'));
		expect(source.serial).toBeLessThanOrEqual(copy.serial);
		for (const part of ['lineage', 'resources', 'outputs'])
			expect(source[part], part).toEqual(copy[part]);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test('is moved back to the bucket under another prefix', async () => {
		const moved = await move(inBucket('second'), ['--replay']);
		expectArrived(await readState(folder()), moved, `s3://${BUCKET}/second/`);
		expect(JSON.parse(await objectText('second/access.tfstate')).lineage).toBe(first.lineage);
		// Terraform empties a local state that it has copied, and leaves its backup.
		const kept = JSON.parse(readFileSync(join(folder(), 'terraform.tfstate.backup'), 'utf8'));
		expect(kept.lineage).toBe(first.lineage);
		expect(await listStateLocks(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test.each([
		['a bucket', inBucket('taken')],
		['local files', local],
	])('is not moved to %s when the location contains another state', async (_, state) => {
		const strange = JSON.stringify({
			...{ version: 4, terraform_version: '1.11.4', serial: 7, outputs: {} },
			lineage: '11111111-2222-4333-8444-555555555555',
			resources: [
				{
					...{ mode: 'managed', type: 'terraform_data', name: 'somebodys' },
					provider: 'provider["terraform.io/builtin/terraform"]',
					instances: [{ schema_version: 0, attributes: { id: 'x' } }],
				},
			],
		});
		const file = join(folder(), 'terraform.tfstate');
		const Key = 'taken/access.tfstate';
		if (state === local) writeFileSync(file, strange);
		else await cloud.aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: strange }));
		const before = backend();
		const { code, failed } = await move(state, ['--replay']);
		expect(code).toBe(6);
		expect(failed?.message).toBe(
			'The target location of the access state contains another state; nothing was moved.',
		);
		expect(failed?.details[0]).toContain('lineage 11111111-2222-4333-8444-555555555555, serial 7');
		expect(backend()).toBe(before);
		const { lineage, addresses } = first;
		expect(await readState(folder())).toMatchObject({ lineage, addresses });
		expect(state === local ? readFileSync(file, 'utf8') : await objectText(Key)).toBe(strange);
		if (state === local) rmSync(file);
	});

	test('is moved to another Terraform backend, which locks it', async () => {
		const moved = await move(http(), ['--replay']);
		expectArrived(await readState(folder()), moved, 'the http backend');
		expect([...store.states.keys()]).toEqual(['access']);
		expect(JSON.parse(store.states.get('access') ?? '{}').lineage).toBe(first.lineage);
		expect(store.requests.filter((line) => line === 'LOCK access').length).toBeGreaterThan(0);
		expect(store.locks.size).toBe(0);
		expect((await runTerraformByHand(folder(), 'plan', '-detailed-exitcode')).code).toBe(0);
	});

	test('that another process has locked in that backend ends the run with 7 until it is unlocked', async () => {
		const ID = '5e1dc0de-0000-4000-8000-000000000001';
		const Created = new Date(Date.now() - 26 * 3_600_000).toISOString();
		const lock = { ID, Who: 'grace@build-9', Operation: 'OperationTypePlan', Created };
		store.locks.set('access', { ...lock, Info: '', Version: '1.11.4', Path: '' });
		const { code, failed } = await move(http());
		expect(code).toBe(7);
		// Terraform's http backend reports only the ID of another lock.
		expect(failed?.message).toBe('The state is locked by an unknown owner.');
		expect(failed?.details).toContain(`Lock: ${ID}`);
		expect(failed?.next.join('\n')).toContain(`--unlock ${ID}`);
		expect(store.locks.get('access')?.ID).toBe(ID);

		const unlocked = await move(http(), ['--unlock', ID]);
		expect(unlocked.failed).toBeUndefined();
		expect(store.locks.size).toBe(0);
	});
});

async function settingsOf(Bucket: string) {
	const { s3 } = cloud.aws;
	const looks = [
		s3.send(new GetBucketVersioningCommand({ Bucket })),
		s3.send(new GetBucketEncryptionCommand({ Bucket })),
		s3.send(new GetBucketPolicyCommand({ Bucket })),
		s3.send(new GetPublicAccessBlockCommand({ Bucket })),
		s3.send(new GetBucketTaggingCommand({ Bucket })),
	];
	const found = await Promise.all<object>(looks);
	return found.map((settings) => ({ ...settings, $metadata: undefined }));
}

describe('the name of the state bucket', () => {
	test('that belongs to another account stops the run before any change', async () => {
		await makeForeignBucket('somebodys-bucket');
		const answers = createSmallAnswers(cloud, 'foreign-user', 'somebodys-bucket');
		const { code, failed, writes } = await session('foreign', answers).run();
		expect(code).toBe(4);
		expect(failed?.details).toContain(
			'state-bucket-name: the bucket name somebodys-bucket belongs to another AWS account',
		);
		expect(failed?.next.join('\n')).toContain('state.s3.bucket');
		expect(writes).toEqual([]);
	});

	test('that another account takes after the check is refused', async () => {
		const fail = { code: 'BucketAlreadyExists', status: 409 };
		const path = /^\/snapped-up\/?(\?|$)/;
		cloud.proxy.setRules([{ service: 's3', method: 'PUT', path, fault: { fail } }]);
		const answers = { ...createSmallAnswers(cloud, 'unused', 'snapped-up'), access: 'current' };
		const { code, failed, writes } = await session('snapped', answers).run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe('The bucket name snapped-up belongs to another AWS account.');
		expect(failed?.next[0]).toContain('Choose another bucket name');
		expect(writes).toEqual([]);
	});

	test('of an existing bucket without versioning is refused until the reported commands enable it', async () => {
		const Bucket = 'old-state';
		await cloud.aws.s3.send(
			new CreateBucketCommand({
				Bucket,
				CreateBucketConfiguration: { LocationConstraint: REGION },
			}),
		);
		const answers = { ...createSmallAnswers(cloud, 'unused', Bucket), access: 'current' };
		const plain = session('plain-bucket', answers);
		const { code, failed, writes } = await plain.run(['--until', 'settings']);
		expect(code).toBe(6);
		expect(failed?.message).toBe(
			`The existing bucket ${Bucket} is not secure enough for state; it was not changed.`,
		);
		expect(failed?.details).toContain('missing: versioning');
		const next = labelNextSteps(failed?.next ?? []).map(({ text }) => text);
		expect(next).toContain(
			`aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
		);
		expect(writes).toEqual([]);

		const commands = next.filter((command) => command.startsWith('aws '));
		const script = [...formatAwsCliExports(cloud.endpoint, REGION), 'set -e', ...commands];
		await execa('sh', ['-c', script.join('\n')]);
		expect((await plain.resume(['--until', 'settings'])).code).toBe(0);
	});
});

/** Created by another account, which the practice cloud identifies by this header. */
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
