import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault } from '../../helpers/test-vault.ts';
import { type CeremonyFixture, createCeremonyFixture } from './ceremony-fixture.ts';
import { getKeyFilePath, writeKeyFile } from './file-ports.ts';
import { createSecretReply as typed } from './secret-reply.ts';
import { decryptMessage } from './test-custodians.ts';
import { createScene, restoreStorage, type TestScene } from './test-scene.ts';

const real = await requireRealVault('losses after the commit');

describe.runIf(real)('after the commit, with a real Vault', () => {
	let at: TestScene;
	afterEach(() => at?.end());

	/** Runs until the new shares are committed. */
	async function counting(): Promise<void> {
		at = await createScene({ kind: 'real' });
		at.proxy.answered = () => {
			if (at.record()?.committingAt !== undefined) at.stop();
		};
		await at.fails();
		expect(at.record()?.committedAt).toBeDefined();
		expect(at.record()?.proven).toEqual([]);
		at.proxy.answered = () => undefined;
	}

	/** Cem enters only mistyped shares. */
	function withoutCem(decide: string, agrees = true) {
		at.answer = (moment) => {
			if (moment.kind === 'give-share' && moment.custodian === 'Cem') return typed('a slip');
			if (moment.kind === 'decide') return { kind: 'chosen', value: decide };
			if (moment.kind === 'agree' && !agrees) return { kind: 'not-now' };
			return undefined;
		};
	}

	it('row 17: reports a lost share and completes the rekey without it', async () => {
		await counting();
		withoutCem('stop');
		expect((await at.fails()).text).toContain('Cem could not enter their key share');
		expect(findRestartBlockReason(at.record())).toContain('no backup made since then is confirmed');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		// Only with the name typed; otherwise the prompt is repeated.
		withoutCem('without', false);
		let asked = 0;
		const usual = at.answer;
		at.answer = (moment) => {
			if (moment.kind !== 'decide') return usual?.(moment);
			asked += 1;
			return { kind: 'chosen', value: asked === 1 ? 'without' : 'stop' };
		};
		await at.fails();
		expect(at.record()?.missing).toEqual([]);
		withoutCem('without');
		const record = await at.run();
		expect(record).toMatchObject({ proven: ['Ann', 'Ben'], missing: ['Cem'] });
		expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
		const [ann = '', ben = ''] = await at.newShares();
		expect(await at.opens(join(at.folder, record.backupAfter?.key ?? ''), [ann, ben])).toBe(true);
		expect(findRestartBlockReason(record)).toBeUndefined();
	});

	it('never continues with fewer shares than the threshold', async () => {
		await counting();
		at.answer = (moment) => {
			if (moment.kind === 'give-share' && moment.custodian !== 'Ann') return typed('a slip');
			return moment.kind === 'decide' ? { kind: 'chosen', value: 'without' } : undefined;
		};
		expect((await at.fails()).text).toContain(
			'Without Cem, only 1 of the required 2 key shares are left',
		);
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		expect(findRestartBlockReason(at.record())).toContain('no backup made since then is confirmed');
	});

	it('row 21: removes a key file that reappears, and never includes it in the second backup', async () => {
		await counting();
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error('no backup today');
		};
		await expect(at.run()).rejects.toThrow('no backup today');
		expect(at.record()?.removedAt).toBeDefined();
		// A restored instance has it again; and once more during the backup.
		writeKeyFile(at.folder, at.oldKey);
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') writeKeyFile(at.folder, at.oldKey);
		};
		expect((await at.fails()).text).toContain('reappeared during the backup');
		expect(at.record()?.backupAfter).toBeUndefined();
		at.hook = undefined;
		const record = await at.run();
		expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
		expect(existsSync(join(at.folder, `${record.backupAfter?.key}.key`))).toBe(false);
		// Long after completion, a restore brings it back once more.
		writeKeyFile(at.folder, at.oldKey);
		const again = await at.run();
		expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
		expect(again.backupAfter?.key).not.toBe(record.backupAfter?.key);
	});

	it('row 22: explains how to restore the old key when the instance is lost after the removal', async () => {
		await counting();
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error('no backup today');
		};
		await expect(at.run()).rejects.toThrow('no backup today');
		at.hook = undefined;
		await restoreStorage(at, join(at.folder, at.record()?.backupBefore?.key ?? ''));
		const { text } = await at.fails();
		expect(text).toContain(at.record()?.escrow?.name);
		expect(text).toContain(`sudo install -m 600 /dev/stdin ${getKeyFilePath(at.folder)}`);
		// As the message says: restore the file, and unseal Vault with it.
		writeKeyFile(at.folder, at.oldKey);
		await at.vault.api('PUT', 'sys/unseal', { key: at.oldKey });
		expect((await at.fails()).text).toContain('The new key shares are void');
		const record = await at.run();
		expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
		expect(await at.openedBy()).toBe('new');
	});

	it('reports a Vault that is unsealed after its restart until it comes up sealed', async () => {
		at = await createScene({ kind: 'real' });
		const shares: string[] = [];
		at.hook = async (when, what) => {
			if (when !== 'after' || what !== 'restart') return;
			if (shares.length === 0)
				for (const [index, { name }] of (at.record()?.kept ?? []).entries()) {
					const owner = at.custodians[index];
					if (owner !== undefined)
						shares.push(await decryptMessage(owner, readFileSync(join(at.folder, 'here', name))));
				}
			for (const key of shares.slice(0, 2)) await at.vault.api('PUT', 'sys/unseal', { key });
		};
		for (let run = 1; run <= 2; run += 1)
			expect((await at.fails({ restart: true })).text).toContain(
				'Vault was unsealed after the restart',
			);
		expect(at.record()?.doneAt).toBeUndefined();
		at.hook = undefined;
		const record = await at.run({ restart: true });
		expect(record.restartedAt).toBeDefined();
		expect(at.news).toContainEqual({ kind: 'made', what: 'Vault unsealed by Ann, Ben' });
	});
});

describe('a revealed share (emulated Vault)', () => {
	let rig: CeremonyFixture;
	afterEach(() => rig?.end());

	it('is revealed again to a custodian who lost their notes, as long as its wrapping key exists', async () => {
		rig = await createCeremonyFixture({
			kind: 'stand-in',
			custodians: [{ name: 'first' }, { name: 'second' }],
		});
		const { operator } = rig.ports;
		if (operator === undefined) throw new Error('no custodian');
		const seen: string[] = [];
		let lost = 3;
		Object.assign(rig.ports, {
			operator: {
				...operator,
				prompt: async (moment: Parameters<typeof operator.prompt>[0]) => {
					seen.push(moment.kind);
					if (moment.kind === 'give-share' && moment.custodian === 'second' && lost > 0) {
						lost -= 1;
						return typed('what was it again');
					}
					if (moment.kind === 'decide') {
						expect(moment.choices.map(({ value }) => value)).toEqual(['again', 'show', 'stop']);
						return { kind: 'chosen', value: 'show' };
					}
					return operator.prompt(moment);
				},
			},
		});
		const record = await rig.run();
		expect(record.proven).toEqual(['first', 'second']);
		expect(seen.filter((kind) => kind === 'reveal')).toHaveLength(3);
		expect(seen.filter((kind) => kind === 'decide')).toHaveLength(1);
	});

	it('does not block completion when its wrapping key cannot be removed', async () => {
		rig = await createCeremonyFixture({
			kind: 'stand-in',
			custodians: [{ name: 'first' }, { name: 'second' }],
		});
		const { storage } = rig.ports;
		let denied = 0;
		Object.assign(rig.ports, {
			storage: {
				...storage,
				async remove(name: string) {
					denied += 1;
					if (denied === 1) throw new Error('no way to S3');
					await storage.remove(name);
				},
			},
		});
		await expect(rig.run({ restart: true })).rejects.toThrow('no way to S3');
		const asked = rig.asked.length;
		const record = await rig.run({ restart: true });
		expect(record.doneAt).toBeDefined();
		expect(rig.asked).toHaveLength(asked);
	});
});
