import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { getInstanceLayout } from '../../../source/practice/instance/instance-layout.ts';
import { reattachPracticeInstance } from '../../../source/practice/instance/practice-instance.ts';
import { practiceCustodians } from '../../../source/targets/ptfe-ami/practice/custodian-keys.ts';
import type { CeremonyRecord } from '../../../source/vault/ceremony/ceremony-record.ts';
import { hasBash, typeInShell } from '../../instance/interactive-shell.ts';
import { expectNoKeyAnywhere } from './expect-no-key.ts';
import type { SearchTarget } from './find-secrets.ts';
import {
	canKeysUnseal,
	decryptOldKeyAsCustodian,
	decryptShares,
	listBackups,
	readCeremonyRecord,
	unpackBackup,
} from './rekey-artifacts.ts';
import type { JsonEvent, RunResult } from './run-wizard.ts';
import * as cloud from './test-cloud.ts';

/** A completed practice installation whose cloud is still running. */
export interface CompletedPractice {
	home: string;
	folder: string;
	bucket: string;
	clients(): ReturnType<typeof cloud.createLookupClients>;
	/** Output of the first run. */
	firstOutput(): string;
	/** All printed output and all recorded command lines and environments. */
	searchTargets(): SearchTarget[];
	run(...argv: string[]): Promise<RunResult & { events: JsonEvent[] }>;
}

/** Requires the first run; creates one more backup and leaves Vault unchanged. */
export function describeRekey(story: CompletedPractice): void {
	const { folder, home, bucket, run } = story;
	const s3 = () => story.clients().s3;
	const session = ['--session', 'practice', '--home', home];
	let record: CeremonyRecord;
	let shares: Buffer[];
	let oldKey: Buffer;

	beforeAll(async () => {
		const found = readCeremonyRecord(folder);
		if (found === undefined) throw new Error('no rekey record');
		record = found;
		shares = await decryptShares(folder);
		oldKey = await decryptOldKeyAsCustodian(folder);
	});

	/** The current seal status of Vault on the instance. */
	async function sealStatus() {
		const { notes } = JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8'));
		const machine = await reattachPracticeInstance(notes['practice.instance']);
		const answer = await fetch(`http://127.0.0.1:${machine?.ports.vault}/v1/sys/seal-status`);
		return (await answer.json()) as { sealed: boolean; t: number; n: number };
	}

	describe('the rekey and the backups', () => {
		it('are completed in order, and Vault was restarted and unsealed by the new shares', async () => {
			const moments = [
				/rekey +current unseal key verified by a dry run/,
				/rekey +done: backup tfe-backup\//,
				/rekey +done: current unseal key, encrypted: /,
				/rekey +rekey started \(nonce /,
				/rekey +done: key share of on-call, encrypted: /,
				/rekey +on-call confirmed their key share/,
				/rekey +done: rekey committed: 2 of 3 new key shares unseal Vault/,
				/rekey +verified key shares of on-call, /,
				/rekey +done: \/data\/vault-unseal-key removed/,
				/rekey +done: backup tfe-backup\//,
				/rekey +done: Vault restarted/,
				/rekey +done: Vault unsealed by security-lead, head-of-operations/,
				/rekey +done in .*Vault is unsealed by 2 of 3 key shares/,
				/backup +done in /,
			];
			let rest = story.firstOutput();
			for (const moment of moments) {
				const at = rest.search(moment);
				expect(at, `${moment} in ${rest.slice(0, 400)}`).toBeGreaterThanOrEqual(0);
				rest = rest.slice(at + 1);
			}
			expect(record.custodians.map(({ name }) => name)).toEqual([...practiceCustodians]);
			expect(record.proven.toSorted()).toEqual([...practiceCustodians].sort());
			expect(record.restartedAt).toBeDefined();
			expect(record.doneAt).toBeDefined();
			expect(await sealStatus()).toMatchObject({ sealed: false, t: 2, n: 3 });
		});

		it('leave no key on the instance, and encrypted backups of the Vault storage from before and after', async () => {
			expect(existsSync(join(folder, 'instance/machine/data/vault-unseal-key'))).toBe(false);
			const backups = await listBackups(s3(), bucket);
			const [before, after] = [record.backupBefore, record.backupAfter].map((fact) =>
				backups.find(({ key }) => key === fact?.key),
			);
			expect(backups.at(-1)?.key).toBe(after?.key);
			// S3 times are whole seconds.
			expect(after?.written).toBeGreaterThanOrEqual(seconds(record.removedAt));
			expect(before?.written).toBeLessThanOrEqual(Date.parse(record.committingAt ?? ''));
			for (const backup of backups) {
				const inside = unpackBackup(backup);
				try {
					// No key unseals a storage without these.
					for (const name of ['_keyring', '_seal-config'])
						expect(existsSync(join(inside.storage, 'core', name)), name).toBe(true);
				} finally {
					inside.remove();
				}
				expect(backup.encryption).toBe('aws:kms');
			}
		});

		it('leave backups that only the keys of their time unseal', async () => {
			const backups = await listBackups(s3(), bucket);
			const [before, after] = [record.backupBefore, record.backupAfter].map((fact) =>
				unpackBackup(backups.find(({ key }) => key === fact?.key) ?? { bytes: Buffer.alloc(0) }),
			);
			try {
				const [one = [], two = []] = [shares.slice(0, 2), shares.slice(1)];
				expect(existsSync(after?.keyFile ?? '')).toBe(false);
				expect(await canKeysUnseal(after?.storage ?? '', [[oldKey], one, two])).toEqual([
					...[false, true, true],
				]);
				expect(await canKeysUnseal(before?.storage ?? '', [one, [oldKey]])).toEqual([false, true]);
			} finally {
				before?.remove();
				after?.remove();
			}
		});

		it('store identical artifacts in the session and in the bucket', async () => {
			const objects = await cloud.listObjectVersions(s3(), bucket);
			for (const { name } of [...record.kept, ...(record.escrow ? [record.escrow] : [])]) {
				const there = objects.find(
					({ key, latest }) => latest && key === `tfe-wizard/rekey/${name}`,
				);
				expect(there?.bytes, name).toEqual(readFileSync(join(folder, 'rekey', name)));
				expect(there?.encryption).toBe('aws:kms');
			}
			const kept = objects.filter(({ key }) => key === 'tfe-wizard/rekey/ceremony.json');
			expect(JSON.parse(kept.find(({ latest }) => latest)?.bytes.toString() ?? '')).toEqual(record);
		});

		it('are not changed by a second rekey run', async () => {
			const again = await run('rekey', ...session, '--no-input', '--output', 'json');
			expect(again, again.out).toMatchObject({ code: 0, err: '' });
			expect(again.events.filter(({ type }) => type === 'change')).toEqual([]);
			expect(again.events.find(({ type }) => type === 'step.done')?.summary).toBe(
				`Vault is unsealed by 2 of 3 key shares; backup: ${record.backupAfter?.key}`,
			);
			expect(readCeremonyRecord(folder)).toEqual(record);
		});

		it('are recognized on another computer from the bucket alone', async () => {
			const other = join(home, 'other-machine');
			const there = join(other, 'sessions/practice');
			cpSync(folder, there, { recursive: true });
			for (const gone of ['rekey', 'instance']) rmSync(join(there, gone), { recursive: true });
			const file = join(there, 'session.json');
			const { notes, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
			const { rekey: _gone, ...others } = notes;
			writeFileSync(file, JSON.stringify({ ...rest, notes: others }));
			const argv = ['rekey', '--session', 'practice', '--home', other, '--no-input'];
			const ran = await run(...argv, '--output', 'json');
			expect(ran, ran.out).toMatchObject({ code: 0, err: '' });
			expect(ran.events).toContainEqual(
				expect.objectContaining({ text: `resuming the rekey of ${record.epoch}` }),
			);
			expect(ran.events.filter(({ type }) => type === 'change')).toEqual([]);
			rmSync(other, { recursive: true });
		});

		it('include a backup created by `backup`, in the list and in the restore guide', async () => {
			const made = await run('backup', ...session, '--output', 'json');
			expect(made, made.out).toMatchObject({ code: 0, err: '' });
			const backups = await listBackups(s3(), bucket);
			expect(backups).toHaveLength(3);
			const newest = backups.at(-1)?.key ?? '';
			expect(made.events.find(({ type }) => type === 'change')).toMatchObject({
				what: expect.stringMatching(
					new RegExp(`^s3://${bucket}/${newest} \\(\\d+ bytes, aws:kms\\)$`),
				),
			});
			const listed = await run('backups', 'list', ...session);
			expect(listed).toMatchObject({ code: 0, err: '' });
			expect(listed.out).toMatch(/^3 backups in s3:\S+; the newest is less than a minute old$/m);
			const openers = [...listed.out.matchAll(/ (\S+\.tar\.gz) {2}unsealed by (.*)$/gm)];
			expect(openers.map(([, key, by]) => [`tfe-backup/${key}`, by])).toEqual([
				[newest, '2 of 3 key shares'],
				[record.backupAfter?.key, '2 of 3 key shares'],
				[record.backupBefore?.key, 'the old unseal key (stored, encrypted)'],
			]);
			const json = await run('backups', 'list', ...session, '--output', 'json');
			expect(JSON.parse(json.out)).toMatchObject({ v: 1, bucket, backups: [{}, {}, {}] });
			const guide = await run('backups', 'restore-guide', ...session);
			expect(guide).toMatchObject({ code: 0, err: '' });
			for (const fact of [bucket, `(${practiceCustodians.join(', ')})`, record.escrow?.name ?? ''])
				expect(guide.out).toContain(fact);
			const status = await run('status', ...session);
			expect(status.out).toMatch(/^rekey +done +Vault is unsealed by 2 of 3 key shares/m);
			expect(status.out).toMatch(/^backup +done +confirmed: s3:/m);
		});

		it.runIf(hasBash)(
			'leave no shell history on the instance, which records interactive sessions',
			async () => {
				const layout = getInstanceLayout(join(folder, 'instance'));
				expect(existsSync(layout.history)).toBe(false);
				const shown = await typeInShell(layout.sshConfig, ['echo $((4000 + 711))']);
				expect(shown).toContain('4711');
				expect(readFileSync(layout.history, 'utf8')).toBe('echo $((4000 + 711))\nexit\n');
			},
		);

		it('show no key and no share in any file, process or output', async () => {
			const said = story.searchTargets();
			const seen = said.map(({ bytes }) => bytes.toString('latin1')).join('\n');
			// The recorded processes include ssh, the remote shell and its children.
			for (const one of [/^ssh -T /m, /^sh -c \{ \( /m, /practice-instance\.js backup /])
				expect(seen).toMatch(one);
			await expectNoKeyAnywhere({ home, folder, bucket, oldKey, shares, output: said, s3: s3() });
		});

		it('are completed by a new session when the old one is lost before the second backup', async () => {
			const lost = join(home, 'lost');
			const there = join(lost, 'sessions/practice');
			cpSync(folder, there, { recursive: true });
			for (const gone of ['rekey', 'instance', 'workspace', 'plans', 'journal.jsonl'])
				rmSync(join(there, gone), { recursive: true });
			const file = join(there, 'session.json');
			const { notes, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
			// It has only the answers and the addresses of the practice cloud and instance.
			const known = Object.entries(notes).filter(([name]) => name.startsWith('practice.'));
			writeFileSync(file, JSON.stringify({ ...rest, steps: {}, notes: Object.fromEntries(known) }));
			const { backupAfter: _none, doneAt: _open, ...halfway } = record;
			await s3().send(
				new PutObjectCommand({
					Bucket: bucket,
					Key: 'tfe-wizard/rekey/ceremony.json',
					Body: JSON.stringify(halfway),
				}),
			);
			const argv = [
				'practice',
				'--keep',
				'--home',
				lost,
				'--approve',
				'change',
				'--output',
				'json',
			];
			const ran = await run(...argv, '--adopt-state');
			expect(ran, ran.out).toMatchObject({ code: 0, err: '' });
			const done = (step: string) =>
				ran.events.find((event) => event.type === 'step.done' && event.step === step)?.summary;
			expect(done('install')).toBe('not changed until the rekey is complete');
			expect(done('rekey')).toMatch(/^Vault is unsealed by 2 of 3 key shares; backup: /);
			const backups = await listBackups(s3(), bucket);
			expect(readCeremonyRecord(there)?.backupAfter?.key).toBe(backups.at(-1)?.key);
			expect(readCeremonyRecord(there)?.backupAfter?.key).not.toBe(record.backupAfter?.key);
			rmSync(lost, { recursive: true });
		});
	});
}

function seconds(at: string | undefined): number {
	return Math.floor(Date.parse(at ?? '') / 1000) * 1000;
}
