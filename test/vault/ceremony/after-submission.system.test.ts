import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { requireRealVault } from '../../helpers/test-vault.ts';
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
import { createCustodian } from './test-custodians.ts';

const real = await requireRealVault('failures between submission and commit');
startSharedVault(real);

describe.runIf(real)('between the old key and the last verified share, with a real Vault', () => {
	it("row 10: cancels the rekey without changes when Vault cannot encrypt to a custodian's key", async () => {
		// Vault cannot encrypt to it, although the escrow can; the check of keys would have noticed it.
		const file = new URL('../../fixtures/pgp/storage-only.asc', import.meta.url);
		const read = await readKey({ armoredKey: readFileSync(file, 'utf8') });
		const publicKey = Buffer.from(read.write()).toString('base64');
		const [ann, ben] = createCeremonyOptions(scene.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		const fingerprint = read.getFingerprint();
		const { text } = await scene.fails({
			custodians: [ann, ben, { name: 'Dan', key: { fingerprint, encryptionKeyId: '', publicKey } }],
		});
		expect(text).toContain('Vault cannot encrypt to the public key of a key holder');
		expect((await getRekeyStatus()).started).toBe(false);
		await runUntilCommit();
	});

	it('row 11: drops the new shares and creates others when the response with them is lost', async () => {
		let cuts = 0;
		scene.proxy.rule = (one) => {
			if (one.path !== 'sys/rekey/update' || !isRekeyRecorded() || cuts > 0) return 'pass';
			cuts += 1;
			return 'cut';
		};
		stopAfterRequest((one) => one.path === 'sys/rekey/update' && cuts > 0);
		await scene.fails();
		expect(cuts).toBe(1);
		await runUntilCommit();
	});

	it.each([1, 2, 3])(
		'row 14: cancels and restarts the rekey when the disk fails at new share %i (simulated fault)',
		async (which) => {
			let kept = 0;
			scene.hook = (when, what, name) => {
				if (when !== 'before' || what !== 'keep' || name !== 'share') return;
				kept += 1;
				if (kept === which) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
			};
			const { text } = await scene.fails();
			expect(text).toContain('The new key shares were dropped: no space left');
			expect(text).toContain('The unseal key on the instance unseals Vault');
			expect((await getRekeyStatus()).started).toBe(false);
			expect(countRequests('PUT', 'sys/rekey/verify')).toBe(0);
			if (which === 3) await runUntilCommit();
		},
	);

	it('row 14: cancels the rekey when one of the two storage locations fails', async () => {
		const [, there] = getStorageLocations(scene.folder);
		scene.hook = (when, what, name) => {
			if (when !== 'before' || what !== 'keep' || name !== 'share') return;
			scene.hook = undefined;
			// A file in place of the directory: nothing can be created in it.
			renameSync(there, `${there}.away`);
			writeFileSync(there, '');
		};
		expect((await scene.fails()).text).toContain('The new key shares were dropped');
		expect((await getRekeyStatus()).started).toBe(false);
		rmSync(there);
		renameSync(`${there}.away`, there);
		await runUntilCommit();
	});

	it('row 15: resumes with the same shares when stopped between storing and verifying them', async () => {
		scene.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		await scene.fails();
		const kept = scene.record()?.kept;
		expect(kept).toHaveLength(3);
		scene.proxy.log.length = 0;
		await runUntilCommit();
		expect(scene.record()?.kept).toEqual(kept);
		expect(getChangingRequests()).toEqual([]);
	});

	it('row 16: cancels the rekey after three sets of wrong shares, and the old key stays valid', async () => {
		scene.proxy.rule = (one) =>
			one.path === 'sys/rekey/verify' && one.method === 'PUT'
				? {
						send: (body) =>
							body.replace(/"key":"(..)/, (_, two) => `"key":"${two === '00' ? '01' : '00'}`),
					}
				: 'pass';
		const { text } = await scene.fails();
		expect(text).toContain(
			'Vault rejected the new key shares 3 times. The new key shares were dropped.',
		);
		expect(text).toContain('The unseal key on the instance unseals Vault');
		expect(countRequests('PUT', 'sys/rekey/verify')).toBe(6);
		expect(findRestartBlockReason(scene.record())).toBeUndefined();
		expect((await getRekeyStatus()).started).toBe(false);
		await runUntilCommit();
	});

	it('row 17: cancels the rekey when a custodian cannot decrypt their share, and never completes it without them', async () => {
		scene.answer = (moment) => {
			if (moment.kind === 'decide') {
				expect(moment.choices.map(({ value }) => value)).toEqual(['again', 'stop']);
				return { kind: 'chosen', value: 'stop' };
			}
			return moment.kind === 'give-share' && moment.custodian === 'Cem'
				? { kind: 'secret', secret: new SecretBytes(Buffer.from('gpg: no secret key')) }
				: undefined;
		};
		const { text } = await scene.fails();
		expect(text).toContain('Cem could not enter their key share. The new key shares were dropped.');
		expect(countRequests('PUT', 'sys/rekey/verify')).toBe(0);
		expect((await getRekeyStatus()).started).toBe(false);
		const [ann, ben] = createCeremonyOptions(scene.custodians).custodians;
		if (ann === undefined || ben === undefined) throw new Error('no custodian');
		scene.answer = (moment) => (moment.kind === 'next-person' ? { kind: 'not-now' } : undefined);
		const dan = await createCustodian('Dan');
		await scene.fails({ custodians: [ann, ben, { name: dan.name, key: dan.key }] });
		expect(scene.record()?.kept.map(({ custodian }) => custodian)).toEqual(['Ann', 'Ben', 'Dan']);
	});
});
