import { spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CeremonyRecord } from '../../../source/vault/ceremony/ceremony-record.ts';
import type { FaultRule } from '../../doubles/fault-proxy.ts';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { expectNoKeyAnywhere } from './expect-no-key.ts';
import {
	createInstalledSession,
	type InstalledCloud,
	type InstalledSession,
	startInstalledCloud,
} from './installed-session.ts';
import { type KillTrigger, runUntilKilled } from './kill-run.ts';
import {
	canKeysUnseal,
	decryptOldKeyAsCustodian,
	decryptShares,
	listBackups,
	readCeremonyRecord,
	unpackBackup,
} from './rekey-artifacts.ts';
import { runWizard } from './run-wizard.ts';

const FOR_EVER = new Promise(() => {});

/** The points at which a rekey is killed, in order. */
export const killPoints = [
	'intent',
	'nonce',
	'oneShare',
	'allKept',
	'handedOut',
	'commit',
	'counting',
	'removing',
	'removed',
	'sealed',
] as const;
export type KillPoint = (typeof killPoints)[number];

/** One session whose rekey is killed at these points and restarted each time, in order. */
export function describeRekeyKills(points: readonly KillPoint[]): void {
	const home = createTemporaryDirectory();
	let cloud: InstalledCloud;
	let session: InstalledSession;
	/** Output of all runs, killed or not. */
	const printed: string[] = [];

	beforeAll(async () => {
		cloud = await startInstalledCloud(home);
		session = createInstalledSession(home, cloud, 'killed');
	});

	afterAll(async () => {
		await session?.stop();
		await cloud?.stop();
	});

	/** Delays every write of the ceremony record, so that a kill hits the operation before it. */
	const late: FaultRule = {
		...{ service: 's3', method: 'PUT', path: /ceremony\.json/, times: Infinity },
		fault: { delayMs: 150 },
	};

	/** Enables core dumps, as on a system set up to debug crashes. */
	const keepsCores = ['sh', '-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', 'sh'];

	async function kill(
		description: string,
		look: () => unknown,
		rules: readonly FaultRule[] = [late],
		more: Pick<KillTrigger, 'signal' | 'options'> = {},
	) {
		cloud.proxy.setRules(rules);
		const {
			signal,
			events,
			printed: said,
		} = await runUntilKilled(session.rekey, session.folder, {
			...{ description, ...more },
			wait: (run) => run.waitFor(description, async () => Boolean(await look())),
		});
		cloud.proxy.setRules([]);
		printed.push(said);
		expect(signal).toBe(more.signal ?? 'SIGKILL');
		return events;
	}

	const record = (): Partial<CeremonyRecord> => readCeremonyRecord(session.folder) ?? {};
	const seal = () => session.vault<{ sealed: boolean; n: number }>('sys/seal-status');

	/** Which keys unseal a Vault on a copy of the instance's current storage. */
	async function openedBy(): Promise<'old' | 'new' | 'neither'> {
		const copy = mkdtempSync(join(home, 'copy-'));
		cpSync(session.storage, copy, { recursive: true });
		const old = existsSync(session.keyFile)
			? Buffer.from(readFileSync(session.keyFile, 'latin1').trim(), 'base64')
			: await decryptOldKeyAsCustodian(session.folder, cloud.keys);
		const shares = (await decryptShares(session.folder, cloud.keys)).slice(1);
		const [byOld, byNew] = await canKeysUnseal(copy, [[old], shares]);
		rmSync(copy, { recursive: true });
		expect(byOld && byNew).toBe(false);
		return byOld ? 'old' : byNew ? 'new' : 'neither';
	}

	const kills: Record<KillPoint, readonly [title: string, run: () => Promise<void>]> = {
		intent: [
			'has a backup and the encrypted old key when killed before the rekey starts',
			async () => {
				await kill('the intent', () => record().rekey !== undefined);
				expect(record().rekey?.nonce).toBeUndefined();
				expect(record().backupBefore).toBeDefined();
				expect(record().escrow).toBeDefined();
			},
		],
		nonce: [
			'has the nonce on record when killed after the rekey started',
			async () => {
				await kill('the nonce', () => record().rekey?.nonce);
				const status = await session.vault<{ started: boolean; nonce: string }>('sys/rekey/init');
				expect(status).toMatchObject({ started: true, nonce: record().rekey?.nonce });
				expect(await openedBy()).toBe('old');
			},
		],
		oneShare: [
			'has resumed the rekey when killed while the first new share is in one place only',
			async () => {
				const events = await kill(
					'a share being uploaded to the bucket',
					() =>
						cloud.proxy.calls.some(({ path, fault }) => /share-/.test(path) && fault !== undefined),
					[{ service: 's3', method: 'PUT', path: /share-/, fault: { hold: FOR_EVER } }],
				);
				// The rekey in progress is resumed instead of restarted.
				expect(events).toContainEqual(
					expect.objectContaining({ text: expect.stringContaining('rekey started (nonce') }),
				);
				expect(record().kept).toEqual([]);
			},
		],
		allKept: [
			'is unsealed by the old key when killed once all shares are stored',
			async () => {
				await kill('all shares', () => record().kept?.length === 3);
				expect(record().committingAt).toBeUndefined();
				expect(await openedBy()).toBe('old');
			},
		],
		handedOut: [
			'leaves no core dump when killed by SIGQUIT while shares are handed out',
			async () => {
				const cwd = join(home, 'crashed');
				mkdirSync(cwd);
				const [command = '', ...words] = [...keepsCores, 'sh', '-c', 'kill -QUIT $$'];
				spawnSync(command, words, { cwd });
				// If the system stores core dumps elsewhere or not at all, this proves nothing.
				if (readdirSync(cwd).length === 0)
					process.stderr.write(`\n!! The system writes no core dump to ${cwd}\n\n`);
				for (const core of readdirSync(cwd)) rmSync(join(cwd, core));
				const given = () => record().received?.length === 2;
				const options = { cwd, before: keepsCores };
				await kill('a confirmed share', given, [late], { signal: 'SIGQUIT', options });
				expect(readdirSync(cwd)).toEqual([]);
				expect((await seal())?.n).toBe(1);
			},
		],
		commit: [
			'has no commit on record when killed while it requests the commit',
			async () => {
				await kill('the commit', () => record().committingAt);
				expect(record().committedAt).toBeUndefined();
				// Vault may or may not have received the request; the next run has to find out.
				expect(await seal()).toMatchObject({ sealed: false });
				// As on another computer: the local data of the rekey is removed.
				const file = join(session.folder, 'session.json');
				const { notes, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
				writeFileSync(file, JSON.stringify({ ...rest, notes: { ...notes, rekey: undefined } }));
				rmSync(join(session.folder, 'rekey'), { recursive: true });
			},
		],
		counting: [
			'is unsealed by the new shares when killed right after the commit',
			async () => {
				await kill(
					'the new shares in Vault',
					async () => record().kept?.length === 3 && (await seal())?.n === 3,
				);
				expect(existsSync(session.keyFile)).toBe(true);
				expect(await openedBy()).toBe('new');
			},
		],
		removing: [
			'has announced the removal of the key file when killed before recording it',
			async () => {
				await kill('the removal', () => record().committedAt && !existsSync(session.keyFile));
				expect(record().removingAt).toBeDefined();
				expect(record().backupAfter).toBeUndefined();
				expect(record().proven).toHaveLength(3);
			},
		],
		removed: [
			'is unsealed by the new shares when killed between the key removal and the backup',
			async () => {
				await kill('the removal on record', () => record().removedAt);
				expect(record().backupAfter).toBeUndefined();
				expect(await openedBy()).toBe('new');
			},
		],
		sealed: [
			'has the second backup when killed while Vault is sealed after its restart',
			async () => {
				await kill('a sealed Vault', async () => record().restartedAt && (await seal())?.sealed);
				expect(record().backupAfter).toBeDefined();
				expect(record().doneAt).toBeUndefined();
			},
		],
	};

	describe('a rekey over SSH that is killed repeatedly', () => {
		for (const point of killPoints.filter((one) => points.includes(one))) it(...kills[point]);
	});

	describe('the rekey after the last kill', () => {
		it('completes, and only the new shares unseal Vault', async () => {
			const ended = await runWizard(session.rekey);
			printed.push(ended.out, ended.err);
			expect(ended, ended.out).toMatchObject({ code: 0, err: '' });
			expect(ended.events).toContainEqual(
				expect.objectContaining({
					what: expect.stringMatching(/^Vault unsealed by security-lead/),
				}),
			);
			expect(await seal()).toMatchObject({ sealed: false, t: 2, n: 3 });
			expect(await openedBy()).toBe('new');
			expect(await session.vault('sys/rekey/init')).toMatchObject({ started: false });
		});

		it('has removed the old key from the instance, and that key unseals the earlier backup', async () => {
			expect(existsSync(session.keyFile)).toBe(false);
			const backups = await listBackups(cloud.s3, cloud.bucket);
			const [before, after] = [record().backupBefore, record().backupAfter].map((fact) =>
				unpackBackup(backups.find(({ key }) => key === fact?.key) ?? { bytes: Buffer.alloc(0) }),
			);
			const oldKey = await decryptOldKeyAsCustodian(session.folder, cloud.keys);
			const shares = await decryptShares(session.folder, cloud.keys);
			expect(await canKeysUnseal(before?.storage ?? '', [shares, [oldKey]])).toEqual([false, true]);
			expect(await canKeysUnseal(after?.storage ?? '', [[oldKey], shares])).toEqual([false, true]);
			for (const one of [before, after]) one?.remove();
		});

		it('has left no key, key share or core dump anywhere', async () => {
			const { folder } = session;
			const [oldKey, shares] = [
				await decryptOldKeyAsCustodian(folder, cloud.keys),
				await decryptShares(folder, cloud.keys),
			];
			const said = [{ where: 'printed output', bytes: Buffer.from(printed.join('\n')) }];
			// The output of the runs is part of the search.
			expect(said[0]?.bytes.toString()).toContain('rekey started');
			const { s3, bucket } = cloud;
			await expectNoKeyAnywhere({ home, folder, s3, bucket, oldKey, shares, output: said });
		});

		it('has nothing left to do in a further run', async () => {
			const again = await runWizard(session.rekey);
			expect(again, again.out).toMatchObject({ code: 0, err: '' });
			expect(again.events.filter(({ type }) => type === 'change')).toEqual([]);
		});
	});
}
