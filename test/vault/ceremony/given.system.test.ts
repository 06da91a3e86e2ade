import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { rebootGate } from '../../../source/vault/ceremony/record.ts';
import { requireReal } from '../../helpers/vaults.ts';
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
import { keyed, quickKeys } from './people.ts';
import { wishesOf } from './scene-wishes.ts';

const real = await requireReal('failures between submission and commit');
onOneVault(real);

describe.runIf(real)('between the old key and the last verified share, with a real Vault', () => {
	it("row 10: cancels the rekey without changes when Vault cannot encrypt to a custodian's key", async () => {
		const key = readFileSync(new URL('../../fixtures/pgp/signonly.b64', import.meta.url), 'utf8');
		const publicKey = key.replace(/\s/g, '');
		const read = await readKey({ binaryKey: Buffer.from(publicKey, 'base64') });
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		const fingerprint = read.getFingerprint();
		// The escrow would have noticed it; the check of keys even before that.
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
		expect(text).toContain('Vault cannot encrypt to the public key of a key holder');
		expect((await started()).started).toBe(false);
		await upToTheCommit();
	});

	it('row 11: drops the new shares and creates others when the response with them is lost', async () => {
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
		'row 14: cancels and restarts the rekey when the disk fails at new share %i (simulated fault)',
		async (which) => {
			let kept = 0;
			at.hook = (when, what, name) => {
				if (when !== 'before' || what !== 'keep' || name !== 'share') return;
				kept += 1;
				if (kept === which) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
			};
			const { text } = await at.fails();
			expect(text).toContain('The new key shares were dropped: no space left');
			expect(text).toContain('The unseal key on the instance unseals Vault');
			expect((await started()).started).toBe(false);
			expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
			if (which === 3) await upToTheCommit();
		},
	);

	it('row 14: cancels the rekey when one of the two storage locations fails', async () => {
		const [, there] = placesIn(at.folder);
		at.hook = (when, what, name) => {
			if (when !== 'before' || what !== 'keep' || name !== 'share') return;
			at.hook = undefined;
			// A file in place of the directory: nothing can be created in it.
			renameSync(there, `${there}.away`);
			writeFileSync(there, '');
		};
		expect((await at.fails()).text).toContain('The new key shares were dropped');
		expect((await started()).started).toBe(false);
		rmSync(there);
		renameSync(`${there}.away`, there);
		await upToTheCommit();
	});

	it('row 15: resumes with the same shares when stopped between storing and verifying them', async () => {
		at.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		await at.fails();
		const kept = at.record()?.kept;
		expect(kept).toHaveLength(3);
		at.proxy.log.length = 0;
		await upToTheCommit();
		expect(at.record()?.kept).toEqual(kept);
		expect(changing()).toEqual([]);
	});

	it('row 16: cancels the rekey after three sets of wrong shares, and the old key stays valid', async () => {
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/verify' && one.method === 'PUT'
				? {
						send: (body) =>
							body.replace(/"key":"(..)/, (_, two) => `"key":"${two === '00' ? '01' : '00'}`),
					}
				: 'pass';
		const { text } = await at.fails();
		expect(text).toContain(
			'Vault rejected the new key shares 3 times. The new key shares were dropped.',
		);
		expect(text).toContain('The unseal key on the instance unseals Vault');
		expect(sent('PUT', 'sys/rekey/verify')).toBe(6);
		expect(rebootGate(at.record())).toBeUndefined();
		expect((await started()).started).toBe(false);
		await upToTheCommit();
	});

	it('row 17: cancels the rekey when a custodian cannot decrypt their share, and never completes it without them', async () => {
		at.answer = (moment) => {
			if (moment.kind === 'decide') {
				expect(moment.choices.map(({ value }) => value)).toEqual(['again', 'stop']);
				return { kind: 'chosen', value: 'stop' };
			}
			return moment.kind === 'give-share' && moment.custodian === 'Cem'
				? { kind: 'secret', secret: new SecretBytes(Buffer.from('gpg: no secret key')) }
				: undefined;
		};
		const { text } = await at.fails();
		expect(text).toContain('Cem could not enter their key share. The new key shares were dropped.');
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
		expect((await started()).started).toBe(false);
		const [ann, ben] = wishesOf(at.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		at.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		const dan = await keyed('Dan');
		await at.fails({ custodians: [ann, ben, { name: dan.name, key: dan.key }] });
		expect(at.record()?.kept.map(({ custodian }) => custodian)).toEqual(['Ann', 'Ben', 'Dan']);
	});
});
