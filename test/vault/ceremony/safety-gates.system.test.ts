import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault, unsealVault } from '../../helpers/test-vault.ts';
import { getStorageLocations } from './file-ports.ts';
import {
	countRequests,
	getChangingRequests,
	getRekeyStatus,
	isRekeyRecorded,
	runUntilCommit,
	scene,
	startSharedVault,
	stopAfterRequest,
} from './shared-vault.ts';
import { createCeremonyOptions } from './test-ceremony-options.ts';
import { createCustodian, encryptTo } from './test-custodians.ts';

const real = await requireRealVault('the safety gates of a rekey');
startSharedVault(real);

describe.runIf(real)('what a rekey never does, with a real Vault', () => {
	it('never sends a share for verification without a recorded backup', async () => {
		await runUntilCommit();
		const record = scene.record();
		if (record === undefined) throw new Error('no record');
		const { backupBefore: _without, ...rest } = record;
		scene.proxy.log.length = 0;
		scene.answer = undefined;
		scene.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error('no backup today');
		};
		await expect(
			scene.run({}, { records: { read: async () => rest, write: async () => undefined } }),
		).rejects.toThrow('no backup today');
		expect(getChangingRequests()).toEqual([]);
	});

	it.each([
		['another number', { n: 5 }],
		['another threshold', { t: 3 }],
		['no verification', { verification_required: false }],
		['no backup', { backup: false }],
		['other keys', { pgp_fingerprints: ['a', 'b', 'c'] }],
	])('cancels when Vault starts a rekey with %s (the response is altered)', async (_what, lie) => {
		scene.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekeyRecorded()
				? { rewrite: (body) => ({ ...body, ...lie }) }
				: 'pass';
		expect((await scene.fails()).text).toContain('Vault started a different rekey than requested');
		expect((await getRekeyStatus()).started).toBe(false);
		expect(countRequests('DELETE', 'sys/rekey/init')).toBe(2);
	});

	it('cancels when Vault returns the fingerprints in another order (the response is altered)', async () => {
		scene.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekeyRecorded()
				? {
						rewrite: (body) => ({
							...body,
							pgp_fingerprints: [...(body.pgp_fingerprints as string[])].reverse(),
						}),
					}
				: 'pass';
		expect((await scene.fails()).text).toContain('other keys or another key order');
		expect((await getRekeyStatus()).started).toBe(false);
	});

	it('requests verification in every start', async () => {
		const bodies: string[] = [];
		const noted = (body: string) => {
			bodies.push(body);
			return body;
		};
		scene.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' ? { send: noted } : 'pass';
		stopAfterRequest((one) => one.path === 'sys/rekey/update' && isRekeyRecorded());
		await scene.fails();
		expect(bodies).toHaveLength(2);
		for (const body of bodies)
			expect(JSON.parse(body)).toMatchObject({ require_verification: true });
		expect(JSON.parse(bodies[1] ?? '')).toMatchObject({ backup: true, secret_shares: 3 });
	});

	it.each([
		['to another key', async () => encryptTo(await createCustodian('Eve'), 'ab'.repeat(33))],
		['in another order', undefined],
	])(
		'drops the new shares when one comes encrypted %s (the response is altered)',
		async (_how, other) => {
			const foreign = await other?.();
			scene.proxy.rule = (one) =>
				one.path === 'sys/rekey/update' && isRekeyRecorded()
					? {
							rewrite: (body) => {
								const keys = [...(body.keys_base64 as string[])];
								const changed =
									foreign === undefined
										? [...keys].reverse()
										: [foreign.toString('base64'), ...keys.slice(1)];
								return {
									...body,
									keys_base64: changed,
									keys: changed.map((key) => Buffer.from(key, 'base64').toString('hex')),
								};
							},
						}
					: 'pass';
			expect((await scene.fails()).text).toMatch(/The new key shares were dropped: .*encrypted to/);
			expect((await getRekeyStatus()).started).toBe(false);
			expect(countRequests('PUT', 'sys/rekey/verify')).toBe(0);
			for (const place of getStorageLocations(scene.folder))
				expect(readdirSync(place).filter((name) => name.startsWith('share'))).toHaveLength(0);
		},
	);

	it('closes the reboot gate just before the last share is sent for verification', async () => {
		let gateAt: string | undefined = 'never asked';
		scene.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/verify' || one.method !== 'PUT') return 'pass';
			gateAt = findRestartBlockReason(scene.record());
			return countRequests('PUT', 'sys/rekey/verify') % 2 === 0 ? 'drop' : 'pass';
		};
		await scene.fails();
		expect(gateAt).toContain('may already be committed');
	});

	it.each([
		['auto-unseal', 'sys/seal-status', { type: 'awskms' }, 'uses auto-unseal (seal type awskms)'],
		['a recovery seal', 'sys/seal-status', { recovery_seal: true }, 'recovery seal'],
		['a seal migration', 'sys/seal-status', { migration: true }, 'migration is in progress'],
		['an uninitialized Vault', 'sys/seal-status', { initialized: false }, 'not initialized'],
		[
			'a standby',
			'sys/leader',
			{ ha_enabled: true, is_self: false, leader_address: 'http://10.0.0.9:8200' },
			'standby; http://10.0.0.9:8200 is active',
		],
	])(
		'explains %s and requests no change (the response is altered)',
		async (_what, path, lie, words) => {
			scene.proxy.rule = (one) =>
				one.path === path ? { rewrite: (body) => ({ ...body, ...lie }) } : 'pass';
			const { fault, text } = await scene.fails();
			expect(fault).toBe('refused');
			expect(text).toContain(words);
			expect(getChangingRequests()).toEqual([]);
			expect(scene.record()).toBeUndefined();
		},
	);

	it('explains a sealed Vault and requests no change', async () => {
		await scene.vault.restart();
		const { fault, text } = await scene.fails();
		expect(fault).toBe('refused');
		expect(text).toContain('This Vault is sealed');
		expect(getChangingRequests()).toEqual([]);
		expect(await unsealVault(scene.vault, [scene.oldKey])).toBe(true);
	});

	it('cancels its own rekey for earlier custodians, but never a foreign one', async () => {
		await runUntilCommit();
		const { nonce } = await getRekeyStatus();
		await scene.vault.api('DELETE', 'sys/rekey/init', { nonce });
		await scene.vault.api('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
		const theirs = (await getRekeyStatus()).nonce;
		scene.proxy.log.length = 0;
		const dan = await createCustodian('Dan');
		const [ann, ben] = createCeremonyOptions(scene.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		const custodians = [ann, ben, { name: dan.name, key: dan.key }];
		expect((await scene.fails({ custodians })).fault).toBe('refused');
		expect(getChangingRequests()).toEqual([]);
		expect((await getRekeyStatus()).nonce).toBe(theirs);
	});
});
