import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rebootGate } from '../../../source/vault/ceremony/record.ts';
import { requireReal, unsealVault } from '../../helpers/vaults.ts';
import { placesIn } from './ground.ts';
import {
	at,
	changing,
	isRekey,
	onOneVault,
	sent,
	started,
	stopAt,
	upToTheCommit,
} from './one-vault.ts';
import { encryptedTo, keyed } from './people.ts';
import { wishesOf } from './scene-wishes.ts';

const real = await requireReal('the safety gates of a rekey');
onOneVault(real);

describe.runIf(real)('what a rekey never does, with a real Vault', () => {
	it('never sends a share for verification without a recorded backup', async () => {
		await upToTheCommit();
		const record = at.record();
		if (record === undefined) throw new Error('no record');
		const { backupBefore: _without, ...rest } = record;
		at.proxy.log.length = 0;
		at.answer = undefined;
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error('no backup today');
		};
		await expect(
			at.run({}, { records: { read: async () => rest, write: async () => undefined } }),
		).rejects.toThrow('no backup today');
		expect(changing()).toEqual([]);
	});

	it.each([
		['another number', { n: 5 }],
		['another threshold', { t: 3 }],
		['no verification', { verification_required: false }],
		['no backup', { backup: false }],
		['other keys', { pgp_fingerprints: ['a', 'b', 'c'] }],
	])('cancels when Vault starts a rekey with %s (the response is altered)', async (_what, lie) => {
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekey()
				? { rewrite: (body) => ({ ...body, ...lie }) }
				: 'pass';
		expect((await at.fails()).text).toContain('Vault started a different rekey than requested');
		expect((await started()).started).toBe(false);
		expect(sent('DELETE', 'sys/rekey/init')).toBe(2);
	});

	it('cancels when Vault returns the fingerprints in another order (the response is altered)', async () => {
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekey()
				? {
						rewrite: (body) => ({
							...body,
							pgp_fingerprints: [...(body.pgp_fingerprints as string[])].reverse(),
						}),
					}
				: 'pass';
		expect((await at.fails()).text).toContain('other keys or another key order');
		expect((await started()).started).toBe(false);
	});

	it('requests verification in every start', async () => {
		const bodies: string[] = [];
		const noted = (body: string) => {
			bodies.push(body);
			return body;
		};
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' ? { send: noted } : 'pass';
		stopAt((one) => one.path === 'sys/rekey/update' && isRekey());
		await at.fails();
		expect(bodies).toHaveLength(2);
		for (const body of bodies)
			expect(JSON.parse(body)).toMatchObject({ require_verification: true });
		expect(JSON.parse(bodies[1] ?? '')).toMatchObject({ backup: true, secret_shares: 3 });
	});

	it.each([
		['to another key', async () => encryptedTo(await keyed('Eve'), 'ab'.repeat(33))],
		['in another order', undefined],
	])(
		'drops the new shares when one comes encrypted %s (the response is altered)',
		async (_how, other) => {
			const foreign = await other?.();
			at.proxy.rule = (one) =>
				one.path === 'sys/rekey/update' && isRekey()
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
			expect((await at.fails()).text).toMatch(/The new key shares were dropped: .*encrypted to/);
			expect((await started()).started).toBe(false);
			expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
			for (const place of placesIn(at.folder))
				expect(readdirSync(place).filter((name) => name.startsWith('share'))).toHaveLength(0);
		},
	);

	it('closes the reboot gate just before the last share is sent for verification', async () => {
		let gateAt: string | undefined = 'never asked';
		at.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/verify' || one.method !== 'PUT') return 'pass';
			gateAt = rebootGate(at.record());
			return sent('PUT', 'sys/rekey/verify') % 2 === 0 ? 'drop' : 'pass';
		};
		await at.fails();
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
			at.proxy.rule = (one) =>
				one.path === path ? { rewrite: (body) => ({ ...body, ...lie }) } : 'pass';
			const { fault, text } = await at.fails();
			expect(fault).toBe('refused');
			expect(text).toContain(words);
			expect(changing()).toEqual([]);
			expect(at.record()).toBeUndefined();
		},
	);

	it('explains a sealed Vault and requests no change', async () => {
		await at.vault.restart();
		const { fault, text } = await at.fails();
		expect(fault).toBe('refused');
		expect(text).toContain('This Vault is sealed');
		expect(changing()).toEqual([]);
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
	});

	it('cancels its own rekey for earlier custodians, but never a foreign one', async () => {
		await upToTheCommit();
		const { nonce } = await started();
		await at.vault.api('DELETE', 'sys/rekey/init', { nonce });
		await at.vault.api('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
		const theirs = (await started()).nonce;
		at.proxy.log.length = 0;
		const dan = await keyed('Dan');
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		const custodians = [ann, ben, { name: dan.name, key: dan.key }];
		expect((await at.fails({ custodians })).fault).toBe('refused');
		expect(changing()).toEqual([]);
		expect((await started()).nonce).toBe(theirs);
	});
});
