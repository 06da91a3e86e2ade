import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	GetBucketEncryptionCommand,
	GetBucketPolicyCommand,
	GetBucketTaggingCommand,
	GetBucketVersioningCommand,
	GetObjectCommand,
	GetPublicAccessBlockCommand,
	PutBucketTaggingCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStateBucket } from '../../source/aws/state-bucket.ts';
import { stateBucketSettings } from '../../source/aws/state-bucket-settings.ts';
import { locksIn, REGION } from './helpers/cloud.ts';
import {
	type AnswersFile,
	type FaultCloud,
	fullAnswers,
	practise,
	type Run,
	smallAnswers,
	startFaultCloud,
	writeAnswers,
} from './helpers/fault-cloud.ts';
import { type HttpStates, startHttpStates } from './helpers/http-state.ts';
import { byHand, readState } from './helpers/terraform-by-hand.ts';
import { freshHome } from './helpers/wizard.ts';

const BUCKET = 'moving-state';

let cloud: FaultCloud;
let store: HttpStates;
let home: string;

beforeAll(async () => {
	cloud = await startFaultCloud();
	store = await startHttpStates();
	home = freshHome();
});

afterAll(async () => {
	await store?.stop();
	await cloud?.stop();
	if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

/** Runs a session up to and with the state step. */
function run(name: string, answers: AnswersFile, argv: readonly string[] = []): Promise<Run> {
	const file = writeAnswers(join(home, 'answers'), answers, `${name}.yaml`);
	const flags = ['--answers', file, '--until', 'settings', ...argv];
	return practise(cloud, { home, name }, flags);
}

async function objectText(Key: string): Promise<string> {
	const { Body } = await cloud.aws.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
	return (await Body?.transformToString()) ?? '';
}

describe('a state that moves', () => {
	/** The session of these tests, with state kept as told. */
	const move = (state: unknown, argv: readonly string[] = []) => {
		const terraform = { lock_timeout_seconds: 1 };
		return run('moving', { ...fullAnswers(cloud), terraform, state }, argv);
	};
	const folder = () => join(home, 'sessions/moving/workspace/network');
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

	/** What a move must keep: all of it, and time only goes forward. */
	function expectArrived(state: State, { code, failed, events }: Run, where: string): void {
		expect(failed).toBeUndefined();
		expect(code).toBe(0);
		const moved = events.flatMap(({ type, what }) => (type === 'change' ? [String(what)] : []));
		expect(moved).toContainEqual(
			expect.stringMatching(
				new RegExp(
					`^state of network \\(${first.addresses.length} resources, serial ${state.serial}\\)`,
				),
			),
		);
		expect(moved.join('\n')).toContain(`moved to ${where}, and compared`);
		expect(state.lineage).toBe(first.lineage);
		expect(state.addresses).toEqual(first.addresses);
		expect(state.serial).toBeGreaterThanOrEqual(first.serial);
		// Before the state moved, the network step planned against the old place: no change.
		const plan = events.find(({ type }) => type === 'plan');
		expect(plan?.counts).toEqual({ create: 0, update: 0, delete: 0, replace: 0 });
	}

	test('begins in a bucket', async () => {
		const { code, failed } = await move(inBucket('first'));
		expect(failed).toBeUndefined();
		expect(code).toBe(0);
		first = await readState(folder());
		expect(first.addresses.length).toBeGreaterThan(26);
		expect(JSON.parse(await objectText('first/network.tfstate')).lineage).toBe(first.lineage);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test('is not moved by changed answers alone', async () => {
		const before = backend();
		const { code, failed, writes } = await move(local);
		expect(code).toBe(6);
		expect(failed?.message).toContain('The answers differ');
		expect(failed?.details.join('\n')).toContain('~ state  "s3" -> "local"');
		expect(failed?.next.join('\n')).toContain('--replay');
		expect(writes).toEqual([]);
		expect(backend()).toBe(before);
	});

	test('goes to this machine with --replay; the source is left as it was', async () => {
		const source = await objectText('first/network.tfstate');
		const moved = await move(local, ['--replay']);
		expectArrived(await readState(folder()), moved, `files in ${join(folder(), '..')}`);
		expect(backend()).toContain('backend "local"');
		expect(statSync(join(folder(), 'terraform.tfstate')).mode & 0o777).toBe(0o600);
		expect(await objectText('first/network.tfstate')).toBe(source);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test('goes back to the bucket, under another prefix', async () => {
		const moved = await move(inBucket('second'), ['--replay']);
		expectArrived(await readState(folder()), moved, `s3://${BUCKET}/second/`);
		expect(JSON.parse(await objectText('second/network.tfstate')).lineage).toBe(first.lineage);
		// Terraform empties a local state it has copied; the copy beside it stays.
		const kept = JSON.parse(readFileSync(join(folder(), 'terraform.tfstate.backup'), 'utf8'));
		expect(kept.lineage).toBe(first.lineage);
		expect(await locksIn(cloud.aws.s3, BUCKET)).toEqual([]);
	});

	test.each([
		['in the bucket', inBucket('taken')],
		['on this machine', local],
	])('is refused a place %s where another state lies', async (_, state) => {
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
		const Key = 'taken/network.tfstate';
		if (state === local) writeFileSync(file, strange);
		else await cloud.aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: strange }));
		const before = { backend: backend(), state: await readState(folder()) };
		const { code, failed } = await move(state, ['--replay']);
		expect(code).toBe(6);
		expect(failed?.message).toBe(
			'Another state lies where the state of network is to go; nothing was moved.',
		);
		expect(failed?.details).toContain(
			'lineage there: 11111111-2222-4333-8444-555555555555, 1 resources',
		);
		expect(backend()).toBe(before.backend);
		expect(await readState(folder())).toEqual(before.state);
		expect(state === local ? readFileSync(file, 'utf8') : await objectText(Key)).toBe(strange);
		if (state === local) rmSync(file);
	});

	test('goes to another backend of Terraform, which locks it', async () => {
		const moved = await move(http(), ['--replay']);
		expectArrived(await readState(folder()), moved, 'the http backend');
		expect([...store.states.keys()]).toEqual(['network']);
		expect(JSON.parse(store.states.get('network') ?? '{}').lineage).toBe(first.lineage);
		expect(store.requests.filter((line) => line === 'LOCK network').length).toBeGreaterThan(0);
		expect(store.locks.size).toBe(0);
		expect((await byHand(folder(), 'plan', '-detailed-exitcode')).code).toBe(0);
	});

	test('is respected there when somebody else has it', async () => {
		const ID = '5e1dc0de-0000-4000-8000-000000000001';
		const Created = new Date(Date.now() - 26 * 3_600_000).toISOString();
		const lock = { ID, Who: 'grace@build-9', Operation: 'OperationTypePlan', Created };
		store.locks.set('network', { ...lock, Info: '', Version: '1.11.4', Path: '' });
		const { code, failed } = await move(http());
		expect(code).toBe(7);
		// Terraform's http backend says no more of the other lock than its id.
		expect(failed?.message).toBe('The state is locked by somebody.');
		expect(failed?.details).toContain(`Lock: ${ID}`);
		expect(failed?.next.join('\n')).toContain(`--unlock ${ID}`);
		expect(store.locks.get('network')?.ID).toBe(ID);

		const unlocked = await move(http(), ['--unlock', ID]);
		expect(unlocked.failed).toBeUndefined();
		expect(store.locks.size).toBe(0);
	});
});

describe('a bucket that was there before', () => {
	const Bucket = 'operators-own-state';
	const settingsOf = async () => {
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
	};

	test('and will do is used as it is, and what it could have besides is said', async () => {
		const { s3 } = cloud.aws;
		const wishes = {
			...{ bucket: Bucket, kmsKeyId: '', lockKeys: [], lockVersionsDays: 7 },
			...{ tlsPolicyAction: 'S3:*', partition: 'aws' },
		};
		await createStateBucket(s3, Bucket, REGION);
		for (const setting of stateBucketSettings.filter(({ required }) => required)) {
			await setting.apply(s3, wishes);
		}
		const TagSet = [{ Key: 'owner', Value: 'platform' }];
		await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
		const before = await settingsOf();

		const { code, failed, events, writes } = await run(
			'guest',
			smallAnswers(cloud, 'guest-user', Bucket),
		);
		expect(failed).toBeUndefined();
		expect(code).toBe(0);
		expect(events).toContainEqual(
			expect.objectContaining({
				...{ type: 'change', state: 'kept' },
				what: `bucket ${Bucket}, which was there before`,
			}),
		);
		expect(await settingsOf()).toEqual(before);
		const others = writes.filter(({ service, path }) => {
			return service === 's3' && !path.startsWith(`/${Bucket}/guest/access.tfstate`);
		});
		expect(others).toEqual([]);
		const notes = events.flatMap(({ type, text }) => (type === 'note' ? [String(text)] : []));
		expect(notes.join('\n')).toContain(
			'tidies up old versions of lock objects. To add it: aws s3api',
		);
		const state = await readState(join(home, 'sessions/guest/workspace/access'));
		expect(state.addresses.length).toBeGreaterThan(6);
	});
});
