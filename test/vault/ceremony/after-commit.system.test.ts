import {
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmdirSync,
	rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WizardError } from '../../../source/engine/errors.ts';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault, unsealVault } from '../../helpers/test-vault.ts';
import { copyStorage, getKeyFilePath, writeKeyFile } from './file-ports.ts';
import { findBlindRetries } from './recording-proxy.ts';
import { createScene, restoreStorage, type TestScene } from './test-scene.ts';

const real = await requireRealVault('failures after the last verified share');

const proofs = (at: TestScene) =>
	at.proxy.log.filter(({ method, path }) => method === 'PUT' && path === 'sys/rekey/verify').length;

/** Holds in every test: shares are never submitted to an unsealed Vault. */
const unsealings = (at: TestScene) =>
	at.proxy.log.filter(({ path }) => path === 'sys/unseal').length;

// One instance with all failures from the last verified share on. Each test starts where the previous
// one ended, as an operator would.
describe.runIf(real)('from the last verified share on, with a real Vault', () => {
	let at: TestScene;
	beforeAll(async () => {
		at = await createScene({ kind: 'real' });
	});
	afterAll(() => at?.end());

	it('row 18: recognises the commit when the response to the last share is lost', async () => {
		at.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/verify' || one.method !== 'PUT' || proofs(at) !== 2)
				return 'pass';
			at.stop();
			return 'cut';
		};
		expect((await at.fails()).fault).toBe('cancelled');
		expect(proofs(at)).toBe(2);
		expect(at.record()?.committedAt).toBeDefined();
		expect(findRestartBlockReason(at.record())).toContain('no backup made since then is confirmed');
		expect(await at.openedBy()).toBe('new');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
	});

	it('row 22: restarts the rekey with the old key when the instance is lost before the second backup', async () => {
		const before = join(at.folder, at.record()?.backupBefore?.key ?? '');
		await restoreStorage(at, before);
		const sealed = await at.fails();
		expect(sealed.text).toContain('Vault was restored from a backup made before the rekey');
		expect(sealed.text).toContain(at.record()?.escrow?.name);
		expect(await at.openedBy()).toBe('old');
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
		const open = await at.fails();
		expect(open.text).toContain('The new key shares are void');
		expect(findRestartBlockReason(at.record())).toBeUndefined();
		// It is not reported as done.
		expect(at.record()?.doneAt).toBeUndefined();
		at.proxy.log.length = 0;
		at.proxy.rule = () => 'pass';
		at.proxy.answered = () => {
			if (proofs(at) === 2) at.stop();
		};
		expect((await at.fails()).fault).toBe('cancelled');
		expect(at.record()?.committedAt).toBeDefined();
		expect(await at.openedBy()).toBe('new');
	});

	it('row 20: lets the custodians unseal Vault when a run ended after the commit and the old key file remains', async () => {
		at.proxy.answered = () => undefined;
		await at.vault.restart();
		// Like the instance at its start: this counts as one share, and a wrong one.
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(false);
		at.proxy.log.length = 0;
		at.hook = (when, what) => {
			if (when === 'before' && what === 'remove')
				throw new WizardError('command', { message: 'rm: Operation not permitted' });
		};
		const { text } = await at.fails();
		expect(text).toContain('rm: Operation not permitted');
		expect(at.news).toContainEqual({ kind: 'made', what: 'Vault unsealed by Ann, Ben' });
		// With the old key the first attempt was a wrong quorum; then two shares, and none once unsealed.
		expect(unsealings(at)).toBe(3);
		expect(at.record()?.proven).toEqual(['Ann', 'Ben', 'Cem']);
		expect(findRestartBlockReason(at.record())).toBeDefined();
	});

	it('row 21: reports a key file that is not removed, and tries again', async () => {
		at.proxy.log.length = 0;
		at.hook = (when, what) => {
			// Like a mount that brings the file back.
			if (when === 'after' && what === 'remove') writeKeyFile(at.folder, at.oldKey);
		};
		expect((await at.fails()).text).toContain('it still exists');
		expect(at.record()?.removedAt).toBeUndefined();
		at.hook = undefined;
		rmSync(getKeyFilePath(at.folder));
		mkdirSync(getKeyFilePath(at.folder));
		expect((await at.fails()).text).toContain('is not a regular file. It was not changed');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		rmdirSync(getKeyFilePath(at.folder));
		writeKeyFile(at.folder, at.oldKey);
		// An hourly backup right now, for row 23.
		copyStorage(at.vault.folder, join(at.folder, 'hourly'));
		cpSync(getKeyFilePath(at.folder), join(at.folder, 'hourly.key'));
	});

	it.each([
		['command', 'atlas-backup exited with status 1; no backup was created.'],
		['timeout', 'atlas-backup succeeded, but'],
	] as const)(
		'row 24: keeps the reboot gate closed until a second backup is confirmed when it fails (%s)',
		async (fault, message) => {
			at.hook = (when, what) => {
				if (when === 'before' && what === 'back-up') throw new WizardError(fault, { message });
			};
			const failed = await at.fails();
			expect(failed).toMatchObject({ fault, text: expect.stringContaining(message) });
			expect(at.record()?.removedAt).toBeDefined();
			expect(at.record()?.backupAfter).toBeUndefined();
			expect(findRestartBlockReason(at.record())).toContain(
				'no backup made since then is confirmed',
			);
			expect(at.record()?.doneAt).toBeUndefined();
			expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
			expect(await at.openedBy()).toBe('new');
		},
	);

	it('row 23: backs up after the removal, so that an hourly backup with the old key is not the newest', async () => {
		const hourly = join(at.folder, 'hourly');
		const dead = readFileSync(`${hourly}.key`, 'utf8').trim();
		expect(await at.opens(hourly, [dead])).toBe(false);
		at.hook = undefined;
		const record = await at.run();
		const after = record.backupAfter;
		expect(Date.parse(after?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(record.removedAt ?? 'z'));
		expect(existsSync(join(at.folder, `${after?.key}.key`))).toBe(false);
		expect(await at.whoOpens(join(at.folder, after?.key ?? ''))).toBe('new');
		expect(findRestartBlockReason(record)).toBeUndefined();
		expect(findBlindRetries(at.proxy.log)).toEqual([]);
	});

	it('row 25: reports what it finds and requests nothing from Vault on a computer without the record', async () => {
		at.proxy.log.length = 0;
		const none = { records: { read: async () => undefined, write: async () => undefined } };
		const done = await at.fails({}, none);
		expect(done).toMatchObject({ fault: 'refused' });
		expect(done.text).toContain('Vault already uses 2 of 3 key shares');
		writeKeyFile(at.folder, at.oldKey);
		expect((await at.fails({}, none)).text).toContain(
			'a rekey was started elsewhere and not finished',
		);
		rmSync(getKeyFilePath(at.folder));
		expect(at.proxy.log.filter(({ changes }) => changes)).toEqual([]);
	});

	it('removes the key file only when every share is verified and the old key is in escrow', async () => {
		const record = at.record();
		if (record === undefined) throw new Error('no record');
		writeKeyFile(at.folder, at.oldKey);
		const {
			removedAt: _removed,
			doneAt: _done,
			backupAfter: _backup,
			escrow: _escrow,
			...rest
		} = record;
		const removed = () => !existsSync(getKeyFilePath(at.folder));
		const without = { records: { read: async () => rest, write: async () => undefined } };
		expect((await at.fails({}, without)).fault).toBe('refused');
		expect(removed()).toBe(false);
		const kept = { ...rest, escrow: record.escrow };
		const escrow = join(at.folder, 'there', record.escrow?.name ?? '');
		renameSync(escrow, `${escrow}.away`);
		const gone = { records: { read: async () => kept, write: async () => undefined } };
		expect((await at.fails({}, gone)).text).toContain('A stored file is missing');
		expect(removed()).toBe(false);
		renameSync(`${escrow}.away`, escrow);
		rmSync(getKeyFilePath(at.folder));
	});
});
