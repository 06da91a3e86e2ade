import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { rebootGate } from '../../../source/vault/ceremony/record.ts';
import { requireReal, unsealVault } from '../../helpers/vaults.ts';
import { keyFileIn, placesIn, writeKeyFile } from './ground.ts';
import { encryptedTo, keyed, quickKeys } from './people.ts';
import { blindRetries, type Fate, type Passed } from './proxy.ts';
import { type Scene, scene } from './scene.ts';
import { wishesOf } from './scene-wishes.ts';

const real = await requireReal('rekeys that stop before the new shares count');
let at: Scene;
beforeAll(async () => {
	if (real) at = await scene({ kind: 'real' });
});
afterAll(() => at?.end());

/** None of these may leave anything but the old key in charge, and no rekey of the ceremony's own. */
afterEach(async () => {
	if (!real) return;
	expect(await at.openedBy()).toBe('old');
	expect(blindRetries(at.proxy.log)).toEqual([]);
	const { body } = await at.vault.api<{ started: boolean; nonce: string }>('GET', 'sys/rekey/init');
	if (body.started) await at.vault.api('DELETE', 'sys/rekey/init', { nonce: body.nonce });
	at.forget();
});

const changing = () => at.proxy.log.filter(({ changes }) => changes);
const sent = (method: string, path: string) =>
	at.proxy.log.filter((one) => one.method === method && one.path === path).length;
const started = async () =>
	(await at.vault.api<{ started: boolean; nonce: string }>('GET', 'sys/rekey/init')).body;
const isRekey = () => at.record()?.rekey !== undefined;
/** The run stops as it does at Ctrl-C, once this has come by. */
const stopAt = (which: (one: Passed) => boolean) => {
	at.proxy.answered = (one) => {
		if (which(one)) at.stop();
	};
};
/** Goes on from wherever it is, to just before the shares count. */
const upToTheCommit = async () => {
	at.proxy.rule = () => 'pass';
	at.answer = (moment) =>
		moment.kind === 'agree' && moment.title.includes('count') ? { kind: 'not-now' } : undefined;
	const { fault } = await at.fails();
	expect(fault).toBe('cancelled');
	expect(at.record()?.received).toEqual(['Ann', 'Ben', 'Cem']);
	expect(at.record()?.committingAt).toBeUndefined();
};

describe.runIf(real)('before the new shares count, on real Vault', () => {
	it('row 1: stopped before the start, nothing was asked of Vault, and the next run goes on', async () => {
		at.answer = () => ({ kind: 'not-now' });
		expect((await at.fails()).fault).toBe('cancelled');
		expect(changing()).toEqual([]);
		at.answer = undefined;
		await upToTheCommit();
	});

	it.each([
		['fails', 'atlas-backup ended with exit code 1'],
		['is not seen in the bucket', 'no new object is seen'],
	])('row 2: a first backup that %s: no rekey is begun', async (_how, words) => {
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error(words);
		};
		await expect(at.run()).rejects.toThrow(words);
		expect(isRekey()).toBe(false);
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
		// The one start is the dry run's.
		expect(sent('PUT', 'sys/rekey/init')).toBe(1);
		expect((await started()).started).toBe(false);
	});

	it('row 3: the answer to the start is lost: the same rekey is taken up', async () => {
		let nonce = '';
		at.proxy.rule = (one) =>
			one.method === 'PUT' && one.path === 'sys/rekey/init' && isRekey() ? 'cut' : 'pass';
		at.proxy.answered = async () => {
			if (isRekey() && nonce === '') nonce = (await started()).nonce;
		};
		stopAt((one) => one.path === 'sys/rekey/update' && isRekey());
		await at.fails();
		expect(sent('PUT', 'sys/rekey/init')).toBe(2);
		expect(at.record()?.rekey?.nonce).toBe((await started()).nonce);
		await upToTheCommit();
	});

	it('row 3: lost, and what is under way is somebody else’s, to the same people: it is left alone', async () => {
		const { custodians } = at;
		at.proxy.rule = async (one) => {
			if (one.method !== 'PUT' || one.path !== 'sys/rekey/init' || !isRekey()) return 'pass';
			await at.vault.api('PUT', 'sys/rekey/init', {
				secret_shares: 3,
				secret_threshold: 3,
				pgp_keys: custodians.map(({ key }) => key.publicKey),
				require_verification: true,
			});
			return 'drop';
		};
		const { text } = await at.fails();
		expect(text).toContain('It is not known whether Vault began a rekey.');
		const { nonce } = await started();
		expect((await at.fails()).fault).toBe('refused');
		expect((await started()).nonce).toBe(nonce);
	});

	it('row 4: Vault refuses the start: it is idle, and its words are shown', async () => {
		const { text } = await at.fails({ threshold: 4 });
		expect(text).toContain('provided threshold greater than the total shares');
		expect((await started()).started).toBe(false);
	});

	it.each([
		['before the ceremony', () => true],
		['after the first backup', () => at.record()?.escrow !== undefined],
	])('row 5: somebody else’s rekey, begun %s, is shown and left alone', async (_when, due) => {
		let nonce = '';
		const begin = async () => {
			if (nonce !== '' || !due()) return;
			await at.vault.api('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
			nonce = (await started()).nonce;
			at.proxy.log.length = 0;
		};
		at.proxy.rule = async (): Promise<Fate> => {
			await begin();
			return 'pass';
		};
		const { fault, text } = await at.fails();
		expect(fault).toBe('refused');
		expect(text).toContain(nonce);
		expect(changing()).toEqual([]);
		expect((await started()).nonce).toBe(nonce);
	});

	it.each([
		['another key', Buffer.alloc(32, 7).toString('base64'), 'is not the one that opens this Vault'],
		['an empty file', '', 'Nothing was given'],
	])(
		'row 6: the key file holds %s: it is noticed before anything else',
		async (_what, key, words) => {
			writeFileSync(keyFileIn(at.folder), key);
			const message = await at.run().catch(({ message }) => message);
			expect(message).toContain(words);
			expect(at.record()?.backupBefore).toBeUndefined();
			expect(sent('PUT', 'sys/rekey/init')).toBeLessThan(2);
			expect((await started()).started).toBe(false);
			writeKeyFile(at.folder, at.oldKey);
			await upToTheCommit();
		},
	);

	it('row 6: the key file is another one when it is submitted: cancelled, then begun anew', async () => {
		at.hook = (when, what) => {
			if (when === 'before' && what === 'read-key' && isRekey())
				writeFileSync(keyFileIn(at.folder), Buffer.alloc(32, 7).toString('base64'));
		};
		expect((await at.fails()).text).toContain('Vault did not take the old key');
		expect((await started()).started).toBe(false);
		at.hook = undefined;
		writeKeyFile(at.folder, at.oldKey);
		await upToTheCommit();
	});

	it('row 7: the same share twice is noticed, and the right one asked for', async () => {
		const [ann, ben] = at.custodians;
		const problems: (string | undefined)[] = [];
		let first: Buffer | undefined;
		at.answer = (moment) => {
			if (moment.kind === 'agree' && moment.title.includes('count')) return { kind: 'not-now' };
			if (moment.kind !== 'give-share' || moment.custodian !== ben?.name) return undefined;
			problems.push(moment.problem);
			return moment.attempt === 1 && first !== undefined
				? { kind: 'secret', secret: new SecretBytes(Buffer.from(first)) }
				: undefined;
		};
		at.hook = async (when, what) => {
			const received = at.record()?.received ?? [];
			if (when === 'after' && what === 'record' && received.length === 1 && ann !== undefined)
				first = Buffer.from((await at.newShares())[0] ?? '');
		};
		expect((await at.fails()).fault).toBe('cancelled');
		expect(problems).toEqual([undefined, expect.stringContaining('by another custodian')]);
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
	});

	it.each([
		['after the start', (one: Passed) => one.path === 'sys/rekey/init' && one.method === 'PUT'],
		['after the old key was given', (one: Passed) => one.path === 'sys/rekey/update'],
	])('row 8: stopped %s: the next run looks, and goes on', async (_when, which) => {
		stopAt((one) => which(one) && isRekey());
		const { fault, text } = await at.fails();
		expect(fault).toBe('cancelled');
		expect(text).toContain('The old key on the machine opens Vault');
		await upToTheCommit();
	});

	it('row 9: Vault is restarted while the shares are handed out: they are void, and made anew', async () => {
		await upToTheCommit();
		const [old] = at.record()?.kept ?? [];
		await at.vault.restart();
		const sealed = await at.fails();
		expect(sealed.fault).toBe('refused');
		expect(sealed.text).toContain('This Vault is sealed');
		expect(sealed.text).toContain(`sudo cat ${keyFileIn(at.folder)}`);
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
		await upToTheCommit();
		expect(at.record()?.kept[0]?.name).not.toBe(old?.name);
	});

	it('row 10: Vault cannot encrypt to a custodian’s key: nothing has changed, the rekey is cancelled', async () => {
		const key = readFileSync(new URL('../../fixtures/pgp/signonly.b64', import.meta.url), 'utf8');
		const publicKey = key.replace(/\s/g, '');
		const read = await readKey({ binaryKey: Buffer.from(publicKey, 'base64') });
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('nobody is there');
		const fingerprint = read.getFingerprint();
		// The escrow would have noticed; the check of keys before all would have noticed first.
		const keys = quickKeys();
		const { text } = await at.fails(
			{
				custodians: [
					ann,
					ben,
					{ name: 'Dan', key: { fingerprint, encryptionKeyId: '', publicKey } },
				],
			},
			{
				keys: {
					...keys,
					sealOldKey: (key, _to, label) =>
						keys.sealOldKey(key, { publicKeys: [ann.key?.publicKey ?? ''] }, label),
				},
			},
		);
		expect(text).toContain('Vault cannot encrypt to one of the custodians’ keys');
		expect((await started()).started).toBe(false);
		await upToTheCommit();
	});

	it('row 11: the answer with the new shares is lost: they are dropped, and made anew', async () => {
		let cuts = 0;
		at.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/update' || !isRekey() || cuts > 0) return 'pass';
			cuts += 1;
			return 'cut';
		};
		stopAt((one) => one.path === 'sys/rekey/update' && cuts > 0);
		await at.fails();
		expect(cuts).toBe(1);
		await upToTheCommit();
	});

	it.each([1, 2, 3])(
		'row 14: the disk fails at new share %i (a fake fault): cancelled, anew',
		async (which) => {
			let kept = 0;
			at.hook = (when, what, name) => {
				if (when !== 'before' || what !== 'keep' || name !== 'share') return;
				kept += 1;
				if (kept === which) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
			};
			const { text } = await at.fails();
			expect(text).toContain('The new shares were dropped: no space left');
			expect(text).toContain('The old key on the machine opens Vault');
			expect((await started()).started).toBe(false);
			expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
			if (which === 3) await upToTheCommit();
		},
	);

	it('row 14: one of the two places takes nothing: cancelled as well', async () => {
		const [, there] = placesIn(at.folder);
		at.hook = (when, what, name) => {
			if (when !== 'before' || what !== 'keep' || name !== 'share') return;
			at.hook = undefined;
			// A file where the folder was: no name can be made in it.
			renameSync(there, `${there}.away`);
			writeFileSync(there, '');
		};
		expect((await at.fails()).text).toContain('The new shares were dropped');
		expect((await started()).started).toBe(false);
		rmSync(there);
		renameSync(`${there}.away`, there);
		await upToTheCommit();
	});

	it('row 15: ended between keeping the shares and proving them: the same shares are taken up', async () => {
		at.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		await at.fails();
		const kept = at.record()?.kept;
		expect(kept).toHaveLength(3);
		at.proxy.log.length = 0;
		await upToTheCommit();
		expect(at.record()?.kept).toEqual(kept);
		expect(changing()).toEqual([]);
	});

	it('row 16: Vault is given wrong new shares three times: cancelled, and the old key proven', async () => {
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/verify' && one.method === 'PUT'
				? {
						send: (body) =>
							body.replace(/"key":"(..)/, (_, two) => `"key":"${two === '00' ? '01' : '00'}`),
					}
				: 'pass';
		const { text } = await at.fails();
		expect(text).toContain('Vault refused the new shares 3 times. The new shares were dropped.');
		expect(text).toContain('The old key on the machine opens Vault');
		expect(sent('PUT', 'sys/rekey/verify')).toBe(6);
		expect(rebootGate(at.record())).toBeUndefined();
		expect((await started()).started).toBe(false);
		await upToTheCommit();
	});

	it('row 17: a custodian cannot open their message: cancelled, never ended with the others alone', async () => {
		at.answer = (moment) =>
			moment.kind === 'give-share' && moment.custodian === 'Cem'
				? { kind: 'secret', secret: new SecretBytes(Buffer.from('gpg: no secret key')) }
				: undefined;
		const { text } = await at.fails();
		expect(text).toContain('Cem could not give their share back. The new shares were dropped.');
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
		expect((await started()).started).toBe(false);
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('nobody is there');
		at.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		const dan = await keyed('Dan');
		await at.fails({ custodians: [ann, ben, { name: dan.name, key: dan.key }] });
		expect(at.record()?.kept.map(({ custodian }) => custodian)).toEqual(['Ann', 'Ben', 'Dan']);
	});

	it('property 1: no proof leaves without a backup on record, whatever the record says else', async () => {
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
		['no copy', { backup: false }],
		['other keys', { pgp_fingerprints: ['a', 'b', 'c'] }],
	])(
		'property 3: Vault begins with %s: cancelled (its answer is rewritten)',
		async (_what, lie) => {
			at.proxy.rule = (one) =>
				one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekey()
					? { rewrite: (body) => ({ ...body, ...lie }) }
					: 'pass';
			expect((await at.fails()).text).toContain('Vault began another rekey than asked for');
			expect((await started()).started).toBe(false);
			expect(sent('DELETE', 'sys/rekey/init')).toBe(2);
		},
	);

	it('property 3: the fingerprints in another order: cancelled (its answer is rewritten)', async () => {
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT' && isRekey()
				? {
						rewrite: (body) => ({
							...body,
							pgp_fingerprints: [...(body.pgp_fingerprints as string[])].reverse(),
						}),
					}
				: 'pass';
		expect((await at.fails()).text).toContain('other keys, or in another order');
		expect((await started()).started).toBe(false);
	});

	it('property 3: every start asks for verification', async () => {
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
		['to somebody else', async () => encryptedTo(await keyed('Eve'), 'ab'.repeat(33))],
		['in the order of others', undefined],
	])(
		'property 11: a share that comes encrypted %s: dropped (the answer is rewritten)',
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
			expect((await at.fails()).text).toMatch(/The new shares were dropped: .*encrypted to/);
			expect((await started()).started).toBe(false);
			expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
			for (const place of placesIn(at.folder))
				expect(readdirSync(place).filter((name) => name.startsWith('share'))).toHaveLength(0);
		},
	);

	it('property 8: the gate closes before the last proof is sent, and not earlier', async () => {
		let gateAt: string | undefined = 'never asked';
		at.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/verify' || one.method !== 'PUT') return 'pass';
			gateAt = rebootGate(at.record());
			return sent('PUT', 'sys/rekey/verify') % 2 === 0 ? 'drop' : 'pass';
		};
		await at.fails();
		expect(gateAt).toContain('may count already');
	});

	it.each([
		['auto-unseal', 'sys/seal-status', { type: 'awskms' }, 'opened by itself (seal type awskms)'],
		['a recovery seal', 'sys/seal-status', { recovery_seal: true }, 'recovery seal'],
		['a migration', 'sys/seal-status', { migration: true }, 'migration is under way'],
		['an empty Vault', 'sys/seal-status', { initialized: false }, 'not initialized'],
		[
			'a standby',
			'sys/leader',
			{ ha_enabled: true, is_self: false, leader_address: 'http://10.0.0.9:8200' },
			'standby; http://10.0.0.9:8200 is active',
		],
	])(
		'property 12: %s ends in an explanation, with nothing asked (the answer is rewritten)',
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

	it('property 12: a sealed Vault ends in an explanation, with nothing asked', async () => {
		await at.vault.restart();
		const { fault, text } = await at.fails();
		expect(fault).toBe('refused');
		expect(text).toContain('This Vault is sealed');
		expect(changing()).toEqual([]);
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
	});

	it('property 12: other custodians than last time: the first rekey is ended, somebody else’s never', async () => {
		await upToTheCommit();
		const { nonce } = await started();
		await at.vault.api('DELETE', 'sys/rekey/init', { nonce });
		await at.vault.api('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
		const theirs = (await started()).nonce;
		at.proxy.log.length = 0;
		const dan = await keyed('Dan');
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('nobody is there');
		const custodians = [ann, ben, { name: dan.name, key: dan.key }];
		expect((await at.fails({ custodians })).fault).toBe('refused');
		expect(changing()).toEqual([]);
		expect((await started()).nonce).toBe(theirs);
	});
});
