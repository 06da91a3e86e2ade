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
import {
	type InstalledCloud,
	type InstalledSession,
	installedSession,
	startInstalledCloud,
} from './installed.ts';
import { killAt, type Moment } from './killing.ts';
import { expectNoKeyAnywhere } from './no-key.ts';
import { backupsIn, ceremonyIn, oldKeyOf, opens, sharesOf, unpacked } from './rekeyed.ts';
import { freshHome, wizard } from './wizard.ts';

const FOR_EVER = new Promise(() => {});

/** The moments at which a rekey is killed, in their order. */
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

/** One session, its rekey killed at these moments and each time started again: told in order. */
export function describeKills(points: readonly KillPoint[]): void {
	const home = freshHome();
	let cloud: InstalledCloud;
	let session: InstalledSession;
	/** By all runs, killed or not. */
	const printed: string[] = [];

	beforeAll(async () => {
		cloud = await startInstalledCloud(home);
		session = installedSession(home, cloud, 'killed');
	});

	afterAll(async () => {
		await session?.stop();
		await cloud?.stop();
		rmSync(home, { recursive: true, force: true });
	});

	/** Every fact is on record late: what was announced before it is under way, or just done. */
	const late: FaultRule = {
		...{ service: 's3', method: 'PUT', path: /ceremony\.json/, times: Infinity },
		fault: { delayMs: 150 },
	};

	/** As a system would be set up to look into programs that crash: their memory is kept. */
	const keepsCores = ['sh', '-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', 'sh'];

	async function kill(
		at: string,
		look: () => unknown,
		rules: readonly FaultRule[] = [late],
		more: Pick<Moment, 'signal' | 'options'> = {},
	) {
		cloud.proxy.setRules(rules);
		const {
			signal,
			events,
			printed: said,
		} = await killAt(session.rekey, session.folder, {
			...{ at, ...more },
			comes: (run) => run.reach(at, async () => Boolean(await look())),
		});
		cloud.proxy.setRules([]);
		printed.push(said);
		expect(signal).toBe(more.signal ?? 'SIGKILL');
		return events;
	}

	const record = (): Partial<CeremonyRecord> => ceremonyIn(session.folder) ?? {};
	const seal = () => session.vault<{ sealed: boolean; n: number }>('sys/seal-status');

	/** Which keys open a Vault on what is on the machine's disk now. */
	async function openedBy(): Promise<'old' | 'new' | 'neither'> {
		const copy = mkdtempSync(join(home, 'copy-'));
		cpSync(session.storage, copy, { recursive: true });
		const old = existsSync(session.keyFile)
			? Buffer.from(readFileSync(session.keyFile, 'latin1').trim(), 'base64')
			: await oldKeyOf(session.folder, cloud.keys);
		const shares = (await sharesOf(session.folder, cloud.keys)).slice(1);
		const [byOld, byNew] = await opens(copy, [[old], shares]);
		rmSync(copy, { recursive: true });
		expect(byOld && byNew).toBe(false);
		return byOld ? 'old' : byNew ? 'new' : 'neither';
	}

	const kills: Record<KillPoint, readonly [title: string, run: () => Promise<void>]> = {
		intent: [
			'before the start is asked for',
			async () => {
				await kill('the intent', () => record().rekey !== undefined);
				expect(record().rekey?.nonce).toBeUndefined();
				expect(record().backupBefore).toBeDefined();
				expect(record().escrow).toBeDefined();
			},
		],
		nonce: [
			'after Vault has begun',
			async () => {
				await kill('the nonce', () => record().rekey?.nonce);
				const status = await session.vault<{ started: boolean; nonce: string }>('sys/rekey/init');
				expect(status).toMatchObject({ started: true, nonce: record().rekey?.nonce });
				expect(await openedBy()).toBe('old');
			},
		],
		oneShare: [
			'as the first new share is in one place alone',
			async () => {
				const events = await kill(
					'a share on its way to the bucket',
					() =>
						cloud.proxy.calls.some(({ path, fault }) => /share-/.test(path) && fault !== undefined),
					[{ service: 's3', method: 'PUT', path: /share-/, fault: { hold: FOR_EVER } }],
				);
				// What was begun is taken up, not begun anew.
				expect(events).toContainEqual(
					expect.objectContaining({ text: expect.stringContaining('rekey started (nonce') }),
				);
				expect(record().kept).toEqual([]);
			},
		],
		allKept: [
			'as all are kept',
			async () => {
				await kill('all shares', () => record().kept?.length === 3);
				expect(record().committingAt).toBeUndefined();
				expect(await openedBy()).toBe('old');
			},
		],
		handedOut: [
			'as they are handed out, by a signal at which the system keeps the memory',
			async () => {
				const cwd = join(home, 'crashed');
				mkdirSync(cwd);
				const [command = '', ...words] = [...keepsCores, 'sh', '-c', 'kill -QUIT $$'];
				spawnSync(command, words, { cwd });
				// Where it is kept elsewhere, or nowhere, nothing can be told by this.
				if (readdirSync(cwd).length === 0)
					process.stderr.write(`\n!! No core is kept in ${cwd}\n\n`);
				for (const core of readdirSync(cwd)) rmSync(join(cwd, core));
				const given = () => record().received?.length === 2;
				const options = { cwd, before: keepsCores };
				await kill('a share given back', given, [late], { signal: 'SIGQUIT', options });
				expect(readdirSync(cwd)).toEqual([]);
				expect((await seal())?.n).toBe(1);
			},
		],
		commit: [
			'as they are about to count, and goes on from the bucket alone',
			async () => {
				await kill('the commit', () => record().committingAt);
				expect(record().committedAt).toBeUndefined();
				// Vault has been asked by now, or has not; the next run has to find out.
				expect(await seal()).toMatchObject({ sealed: false });
				// Another machine: what this one remembered of the rekey is gone.
				const file = join(session.folder, 'session.json');
				const { notes, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
				writeFileSync(file, JSON.stringify({ ...rest, notes: { ...notes, rekey: undefined } }));
				rmSync(join(session.folder, 'rekey'), { recursive: true });
			},
		],
		counting: [
			'as they begin to count',
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
			'as the key file is gone, and that is not known yet',
			async () => {
				await kill('the removal', () => record().committedAt && !existsSync(session.keyFile));
				expect(record().removingAt).toBeDefined();
				expect(record().backupAfter).toBeUndefined();
				expect(record().proven).toHaveLength(3);
			},
		],
		removed: [
			'as it is removed, before the backup: the installation is left alone',
			async () => {
				await kill('the removal on record', () => record().removedAt);
				expect(record().backupAfter).toBeUndefined();
				expect(await openedBy()).toBe('new');
			},
		],
		sealed: [
			'as Vault stands sealed after its restart',
			async () => {
				await kill('a sealed Vault', async () => record().restartedAt && (await seal())?.sealed);
				expect(record().backupAfter).toBeDefined();
				expect(record().doneAt).toBeUndefined();
			},
		],
	};

	describe('kill -9 of a rekey, over ssh to the practice machine, and then again', () => {
		for (const point of killPoints.filter((one) => points.includes(one))) it(...kills[point]);
	});

	describe('after all that', () => {
		it('it finishes: Vault is open, by the new shares alone', async () => {
			const ended = await wizard(session.rekey);
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

		it('the old key is away from the machine, and opens the backup from before', async () => {
			expect(existsSync(session.keyFile)).toBe(false);
			const backups = await backupsIn(cloud.s3, cloud.bucket);
			const [before, after] = [record().backupBefore, record().backupAfter].map((fact) =>
				unpacked(backups.find(({ key }) => key === fact?.key) ?? { bytes: Buffer.alloc(0) }),
			);
			const oldKey = await oldKeyOf(session.folder, cloud.keys);
			const shares = await sharesOf(session.folder, cloud.keys);
			expect(await opens(before?.storage ?? '', [shares, [oldKey]])).toEqual([false, true]);
			expect(await opens(after?.storage ?? '', [[oldKey], shares])).toEqual([false, true]);
			for (const one of [before, after]) one?.remove();
		});

		it('property 9: no run left the key or a share anywhere, nor the memory of its process', async () => {
			const { folder } = session;
			const [oldKey, shares] = [
				await oldKeyOf(folder, cloud.keys),
				await sharesOf(folder, cloud.keys),
			];
			const said = [{ where: 'what was printed', bytes: Buffer.from(printed.join('\n')) }];
			// The search is in what the runs have printed.
			expect(said[0]?.bytes.toString()).toContain('rekey started');
			const { s3, bucket } = cloud;
			await expectNoKeyAnywhere({ home, folder, s3, bucket, oldKey, shares, said });
		});

		it('a further run has nothing to do', async () => {
			const again = await wizard(session.rekey);
			expect(again, again.out).toMatchObject({ code: 0, err: '' });
			expect(again.events.filter(({ type }) => type === 'change')).toEqual([]);
		});
	});
}
