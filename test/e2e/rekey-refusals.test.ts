import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsClients } from '../../source/aws/clients.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { createCloudForPracticeEndpoint } from '../../source/practice/practice-cloud-settings.ts';
import type { Context } from '../../source/steps/step-context.ts';
import { getTargetOrDefault } from '../../source/targets/registry.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { toPracticeResult } from './helpers/fault-cloud.ts';
import { findKey, findSecret, readFilesBelow } from './helpers/find-secrets.ts';
import {
	createInstalledSession,
	type InstalledCloud,
	type InstalledSession,
	type RekeyAnswers,
	startInstalledCloud,
} from './helpers/installed-session.ts';
import {
	decryptOldKeyAsCustodian,
	decryptShares,
	readCeremonyRecord,
} from './helpers/rekey-artifacts.ts';
import { removeInstanceAnswers } from './helpers/remove-instance-answers.ts';
import { runWizard, type WizardOptions } from './helpers/run-wizard.ts';
import { REGION } from './helpers/test-cloud.ts';

const home = createTemporaryDirectory();
const pgp = (name: string) => fileURLToPath(new URL(`../fixtures/pgp/${name}`, import.meta.url));
let cloud: InstalledCloud;
let session: InstalledSession;
const printed: string[] = [];

// One instance: its rekey is refused for several reasons, and completes at the end.
beforeAll(async () => {
	cloud = await startInstalledCloud(home);
});

afterAll(async () => {
	await session?.stop();
	await cloud?.stop();
});

type Change = (custodians: RekeyAnswers['custodians']) => Partial<RekeyAnswers['custodians']>;

/** The session with changed rekey answers; Vault is not restarted at the end. */
function answered(name: string, change: Change = () => ({})): InstalledSession {
	return createInstalledSession(home, cloud, name, (answers) => {
		const { custodians } = answers.rekey;
		const changed = { ...custodians, restart: false, ...change(custodians) };
		const given = Object.entries(changed).filter(([, value]) => value !== undefined);
		return { ...answers, rekey: { custodians: Object.fromEntries(given) } };
	});
}

async function run(argv: readonly string[], options: WizardOptions = {}) {
	const before = cloud.proxy.calls.length;
	const ended = await runWizard(argv, options);
	printed.push(ended.out, ended.err);
	return toPracticeResult(ended, cloud.proxy.calls.slice(before));
}

/** The same, with a Vault token of the operator. */
function runWithToken(argv: readonly string[]) {
	return run(argv, { env: { VAULT_TOKEN: token() } });
}

/** The root token, the only token of this Vault. */
function token(): string {
	return readFileSync(
		join(session.folder, 'instance/machine/data/vault-root-token'),
		'utf8',
	).trim();
}

/** Runs a command and expects no change in the cloud or in Vault. */
async function refused(argv: readonly string[]) {
	const before = await everything();
	const ran = await run(argv);
	expect(ran.writes).toEqual([]);
	expect(await everything()).toEqual(before);
	return ran;
}

async function everything() {
	const hash = createHash('sha256');
	for (const { where, bytes } of readFilesBelow(session.storage)) hash.update(where).update(bytes);
	const rekey = await session.vault('sys/rekey/init');
	return { storage: hash.digest('hex'), key: existsSync(session.keyFile), rekey };
}

describe('before the first connection', () => {
	it('ends with 2 and the install command when the session has not installed anything', async () => {
		const secrets = new SecretRegistry();
		Session.open({ home, name: 'fresh', practice: true, secrets }).close();
		for (const command of [['rekey'], ['backup'], ['backups', 'list']]) {
			const ran = await runWizard([...command, '--session', 'fresh', '--home', home]);
			expect(ran.code, command.join(' ')).toBe(2);
			expect(ran.err).toContain('Session fresh has not installed anything yet.');
			expect(ran.err).toContain(`tfe-wizard practice --home ${home} --session fresh`);
		}
	});

	it('ends with 3 when the answers do not allow SSH access to the instance', async () => {
		const { rekey } = createInstalledSession(home, cloud, 'by-hand', removeInstanceAnswers);
		const ran = await run(rekey);
		expect(ran.code).toBe(3);
		expect(ran.failed?.message).toContain(
			'do not allow SSH access to the instance (instance: none)',
		);
		expect(ran.failed?.expected).toBe('instance: ssh');
		expect(existsSync(join(home, 'sessions/by-hand/instance'))).toBe(false);
	});

	it.each([
		['a missing key file', () => join(home, 'nowhere.asc'), /nowhere\.asc does not exist/],
		['a secret key', () => pgp('secret.asc'), /The file is a SECRET key/],
		['an expired key', () => pgp('expired.asc'), /It expired on 2024-06-01/],
		['a revoked key', () => pgp('revoked.asc'), /It is revoked/],
		['a key that only signs', () => pgp('sign-only.asc'), /can sign, but not encrypt/],
		['a file that is not a key', () => fileURLToPath(import.meta.url), /on-call/],
	] as const)('ends with 3 when a key holder has %s', async (_, file, words) => {
		const people = { ...cloud.people, 'on-call': file() };
		const { rekey } = answered('bad-keys', () => ({ people }));
		const ran = await run(rekey);
		expect(ran.code, ran.out).toBe(3);
		expect(ran.failed?.message).toMatch(
			/1 problem with the public keys; no request was sent to Vault/,
		);
		expect(ran.failed?.details.join('\n')).toMatch(words);
		expect(ran.failed?.details).toHaveLength(1);
		expect(existsSync(join(home, 'sessions/bad-keys/instance'))).toBe(false);
		expect(ran.writes).toEqual([]);
	});

	it('reports several key problems together', async () => {
		const [one = '', two = '', three = ''] = Object.keys(cloud.people);
		const people = { [one]: pgp('secret.asc'), [two]: pgp('revoked.asc'), [three]: 'nowhere' };
		const ran = await run(answered('bad-keys', () => ({ people })).rekey);
		expect(ran.code).toBe(3);
		expect(ran.failed?.message).toContain('3 problems with the public keys');
		expect(ran.failed?.details).toHaveLength(3);
	});
});

describe('an unattended rekey', () => {
	beforeAll(async () => {
		session = answered('machine');
		// This starts the instance for the first time.
		const flags = session.flags.filter((flag) => flag !== '--no-input');
		const ran = await run(['backup', ...flags]);
		expect(ran, ran.out).toMatchObject({ code: 0 });
	});

	it('ends with 6 before any change without --approve change', async () => {
		const ran = await refused(['rekey', ...session.flags]);
		expect(ran.code, ran.out).toBe(6);
		expect(ran.failed?.message).toBe('Approval required: start the rekey. Nothing was changed.');
		expect(ran.failed?.next).toContain(
			`tfe-wizard rekey --home ${home} --session machine --approve change`,
		);
		expect(readCeremonyRecord(session.folder)).toBeUndefined();
	});

	it('ends with 6 before any change when a key holder has no public key', async () => {
		const people = { ...cloud.people, 'on-call': '' };
		const ran = await refused(answered('machine', () => ({ people })).rekey);
		expect(ran.code, ran.out).toBe(6);
		expect(ran.failed?.message).toContain('for every key holder; some have none');
		expect(ran.failed?.expected).toBe('an OpenPGP public key for every key holder');
	});

	it('ends with 6 and a pending verification when there is no command to decrypt shares', async () => {
		const { rekey } = answered('machine', () => ({ open_with: undefined }));
		const ran = await runWithToken(rekey);
		expect(ran.code, ran.out).toBe(6);
		expect(ran.failed?.message).toBe(
			'The new key shares are stored encrypted, but verifying them requires the key holders.',
		);
		expect(ran.failed?.expected).toContain('rekey.custodians.open_with');
		const next = ran.failed?.next.join('\n');
		expect(next).toContain(`tfe-wizard rekey --home ${home} --session machine`);
		for (const { custodian, name } of readCeremonyRecord(session.folder)?.kept ?? [])
			expect(next).toContain(`for ${custodian}: ${join(session.folder, 'rekey', name)}`);
		expect(readCeremonyRecord(session.folder)?.kept).toHaveLength(3);
		expect(existsSync(session.keyFile)).toBe(true);
		expect(await session.vault('sys/seal-status')).toMatchObject({ sealed: false, n: 1, t: 1 });
		expect(await session.vault('sys/rekey/init')).toMatchObject({ started: true });
		expect(await session.vault('sys/rekey/verify')).toMatchObject({ started: true, progress: 0 });
	});

	it('resumes the same rekey once the answers contain that command', async () => {
		const before = readCeremonyRecord(session.folder);
		const ran = await runWithToken(answered('machine').rekey);
		expect(ran, ran.out).toMatchObject({ code: 0, failed: undefined });
		expect(readCeremonyRecord(session.folder)).toMatchObject({
			epoch: before?.epoch,
			kept: before?.kept,
			rekey: before?.rekey,
			doneAt: expect.any(String),
		});
		expect(existsSync(session.keyFile)).toBe(false);
		expect(await session.vault('sys/seal-status')).toMatchObject({ sealed: false, n: 3, t: 2 });
	});

	it('prints no key, key share or token in any run', async () => {
		const { folder } = session;
		const keys = [
			await decryptOldKeyAsCustodian(folder, cloud.keys),
			...(await decryptShares(folder, cloud.keys)),
		];
		expect(keys).toHaveLength(4);
		const said = [{ where: 'the printed output', bytes: Buffer.from(printed.join('\n')) }];
		for (const key of keys) expect(findKey(key, said)).toEqual([]);
		expect(findSecret(token(), said)).toEqual([]);
	});
});

describe('while the backup after the rekey is not confirmed', () => {
	/** As after a crash between the removal of the key file and the backup. */
	beforeAll(async () => {
		const secrets = new SecretRegistry();
		const open = Session.open({ home, name: 'machine', practice: true, secrets });
		const ended = readCeremonyRecord(session.folder);
		expect(ended?.doneAt).toBeDefined();
		const { backupAfter: _backup, doneAt: _end, ...record } = { ...ended };
		open.note('rekey', { ...record, revision: (ended?.revision ?? 0) + 1 });
		open.close();
	});

	it('does not change the installation, and warns that there is no backup', async () => {
		const secrets = new SecretRegistry();
		const open = Session.open({ home, name: 'machine', practice: true, secrets });
		const aws = createAwsClients(createCloudForPracticeEndpoint(cloud.proxy.endpoint, REGION));
		const step = getTargetOrDefault('ptfe-ami').steps.find(({ id }) => id === 'install');
		const { answers } = open.record;
		// Only these parts of the context: using any other would fail.
		const context = { step: 'install', session: open, answers, outputs: {}, services: { aws } };
		const before = cloud.proxy.calls.length;
		const events = step?.run(context as unknown as Context);
		try {
			expect(await events?.next()).toMatchObject({
				value: { type: 'note', level: 'warning', text: expect.stringContaining('no backup') },
			});
			expect(await events?.next()).toMatchObject({
				done: true,
				value: {
					summary: 'not changed until the rekey is complete',
					outputs: { bucket_name: cloud.bucket },
				},
			});
		} finally {
			open.close();
		}
		expect(cloud.proxy.calls.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	it('refuses answers that leave out the rekey', async () => {
		const leave = (answers: object) => ({ ...answers, rekey: 'leave' });
		const { rekey } = createInstalledSession(home, cloud, 'machine', leave);
		const ran = await refused(rekey);
		expect(ran.code, ran.out).toBe(6);
		expect(ran.failed?.message).toMatch(/^The rekey must be completed first: .*no backup/);
	});

	it('completes the rekey with that backup as the only change', async () => {
		const ran = await run(answered('machine').rekey);
		expect(ran, ran.out).toMatchObject({ code: 0, failed: undefined });
		expect(ran.events.filter(({ type }) => type === 'change')).toMatchObject([
			{ what: expect.stringMatching(/^backup tfe-backup\/\S+ \(\d+ bytes, aws:kms\)$/) },
		]);
		expect(readCeremonyRecord(session.folder)).toMatchObject({
			backupAfter: {},
			doneAt: expect.any(String),
		});
	});
});
