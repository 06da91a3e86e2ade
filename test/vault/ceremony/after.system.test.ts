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
import { rebootGate } from '../../../source/vault/ceremony/record.ts';
import { requireReal, unsealVault } from '../../helpers/vaults.ts';
import { copyStorage, keyFileIn, writeKeyFile } from './ground.ts';
import { blindRetries } from './proxy.ts';
import { restoreStorage, type Scene, scene } from './scene.ts';

const real = await requireReal('rekeys from the last proof on');

const proofs = (at: Scene) =>
	at.proxy.log.filter(({ method, path }) => method === 'PUT' && path === 'sys/rekey/verify').length;

/** Whatever else happens: never to an open Vault. */
const unsealings = (at: Scene) => at.proxy.log.filter(({ path }) => path === 'sys/unseal').length;

// One machine's way through all that can go wrong from the last proof on; each test begins where the
// one before has left it, as an operator would.
describe.runIf(real)('from the last proof on, on real Vault', () => {
	let at: Scene;
	beforeAll(async () => {
		at = await scene({ kind: 'real' });
	});
	afterAll(() => at?.end());

	it('row 18: the answer to the last proof is lost: Vault is looked at, and it counts', async () => {
		at.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/verify' || one.method !== 'PUT' || proofs(at) !== 2)
				return 'pass';
			at.stop();
			return 'cut';
		};
		expect((await at.fails()).fault).toBe('cancelled');
		expect(proofs(at)).toBe(2);
		expect(at.record()?.committedAt).toBeDefined();
		expect(rebootGate(at.record())).toContain('no backup made since is confirmed');
		expect(await at.openedBy()).toBe('new');
		expect(existsSync(keyFileIn(at.folder))).toBe(true);
	});

	it('row 22: the machine is lost before the second backup: the old key opens the first, and the rekey is begun anew', async () => {
		const before = join(at.folder, at.record()?.backupBefore?.key ?? '');
		await restoreStorage(at, before);
		const sealed = await at.fails();
		expect(sealed.text).toContain('it was restored from a backup made before the rekey');
		expect(sealed.text).toContain(at.record()?.escrow?.name);
		expect(await at.openedBy()).toBe('old');
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
		const open = await at.fails();
		expect(open.text).toContain('The new shares are void');
		expect(rebootGate(at.record())).toBeUndefined();
		// Nobody is told that it is done.
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

	it('row 20: ended after the commit, with the dead key on the machine: Vault restarts sealed, its custodians open it', async () => {
		at.proxy.answered = () => undefined;
		await at.vault.restart();
		// As the machine does when it starts: it counts as one share, and a wrong one.
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(false);
		at.proxy.log.length = 0;
		at.hook = (when, what) => {
			if (when === 'before' && what === 'remove')
				throw new WizardError('command', { message: 'rm: Operation not permitted' });
		};
		const { text } = await at.fails();
		expect(text).toContain('rm: Operation not permitted');
		expect(at.news).toContainEqual({ kind: 'made', what: 'Vault opened by Ann, Ben' });
		// With the dead key the first made a wrong quorum; then two, and none once it is open.
		expect(unsealings(at)).toBe(3);
		expect(at.record()?.proven).toEqual(['Ann', 'Ben', 'Cem']);
		expect(rebootGate(at.record())).toBeDefined();
	});

	it('row 21: the key file is not removed, or not all gone: said, and tried again', async () => {
		at.proxy.log.length = 0;
		at.hook = (when, what) => {
			// As a mount that brings it back.
			if (when === 'after' && what === 'remove') writeKeyFile(at.folder, at.oldKey);
		};
		expect((await at.fails()).text).toContain('is still there');
		expect(at.record()?.removedAt).toBeUndefined();
		at.hook = undefined;
		rmSync(keyFileIn(at.folder));
		mkdirSync(keyFileIn(at.folder));
		expect((await at.fails()).text).toContain('is no regular file; it is left alone');
		expect(existsSync(keyFileIn(at.folder))).toBe(true);
		rmdirSync(keyFileIn(at.folder));
		writeKeyFile(at.folder, at.oldKey);
		// An hourly backup, just now: what row 23 is about.
		copyStorage(at.vault.folder, join(at.folder, 'hourly'));
		cpSync(keyFileIn(at.folder), join(at.folder, 'hourly.key'));
	});

	it.each([
		['command', 'atlas-backup exited with status 1; no backup was created.'],
		['timeout', 'atlas-backup succeeded, but'],
	] as const)(
		'row 24: the second backup fails (%s): the gate stays closed until one is confirmed',
		async (fault, message) => {
			at.hook = (when, what) => {
				if (when === 'before' && what === 'back-up') throw new WizardError(fault, { message });
			};
			const failed = await at.fails();
			expect(failed).toMatchObject({ fault, text: expect.stringContaining(message) });
			expect(at.record()?.removedAt).toBeDefined();
			expect(at.record()?.backupAfter).toBeUndefined();
			expect(rebootGate(at.record())).toContain('no backup made since is confirmed');
			expect(at.record()?.doneAt).toBeUndefined();
			expect(existsSync(keyFileIn(at.folder))).toBe(false);
			expect(await at.openedBy()).toBe('new');
		},
	);

	it('row 23: an hourly backup holds new storage and the dead key: one made after the removal is the newest', async () => {
		const hourly = join(at.folder, 'hourly');
		const dead = readFileSync(`${hourly}.key`, 'utf8').trim();
		expect(await at.opens(hourly, [dead])).toBe(false);
		at.hook = undefined;
		const record = await at.run();
		const after = record.backupAfter;
		expect(Date.parse(after?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(record.removedAt ?? 'z'));
		expect(existsSync(join(at.folder, `${after?.key}.key`))).toBe(false);
		expect(await at.whoOpens(join(at.folder, after?.key ?? ''))).toBe('new');
		expect(rebootGate(record)).toBeUndefined();
		expect(blindRetries(at.proxy.log)).toEqual([]);
	});

	it('row 25: another machine has no record: Vault is believed, and nothing asked of it', async () => {
		at.proxy.log.length = 0;
		const none = { records: { read: async () => undefined, write: async () => undefined } };
		const done = await at.fails({}, none);
		expect(done).toMatchObject({ fault: 'refused' });
		expect(done.text).toContain('Vault is opened by 2 of 3 shares already');
		writeKeyFile(at.folder, at.oldKey);
		expect((await at.fails({}, none)).text).toContain('a rekey was begun elsewhere and not ended');
		rmSync(keyFileIn(at.folder));
		expect(at.proxy.log.filter(({ changes }) => changes)).toEqual([]);
	});

	it('property 7: the file goes only when all shares are proven and the old key is kept', async () => {
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
		const removed = () => !existsSync(keyFileIn(at.folder));
		const without = { records: { read: async () => rest, write: async () => undefined } };
		expect((await at.fails({}, without)).fault).toBe('refused');
		expect(removed()).toBe(false);
		const kept = { ...rest, escrow: record.escrow };
		const escrow = join(at.folder, 'there', record.escrow?.name ?? '');
		renameSync(escrow, `${escrow}.away`);
		const gone = { records: { read: async () => kept, write: async () => undefined } };
		expect((await at.fails({}, gone)).text).toContain('A file that was kept is gone');
		expect(removed()).toBe(false);
		renameSync(`${escrow}.away`, escrow);
		rmSync(keyFileIn(at.folder));
	});
});
