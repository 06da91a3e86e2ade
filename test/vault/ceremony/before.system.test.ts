import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { requireReal, unsealVault } from '../../helpers/vaults.ts';
import { keyFileIn, writeKeyFile } from './ground.ts';
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
import type { Fate, Passed } from './proxy.ts';

const real = await requireReal('failures before the old key is submitted');
onOneVault(real);

describe.runIf(real)('before the old key is submitted, with a real Vault', () => {
	it('row 1: requests nothing from Vault when stopped before the start, and the next run continues', async () => {
		at.answer = () => ({ kind: 'not-now' });
		expect((await at.fails()).fault).toBe('cancelled');
		expect(changing()).toEqual([]);
		at.answer = undefined;
		await upToTheCommit();
	});

	it.each([
		['fails', 'atlas-backup exited with status 1'],
		['is not seen in the bucket', 'no new object is seen'],
	])('row 2: starts no rekey when the first backup %s', async (_how, words) => {
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error(words);
		};
		await expect(at.run()).rejects.toThrow(words);
		expect(isRekey()).toBe(false);
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
		// The only start is that of the dry run.
		expect(sent('PUT', 'sys/rekey/init')).toBe(1);
		expect((await started()).started).toBe(false);
	});

	it('row 3: resumes the same rekey when the response to the start is lost', async () => {
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

	it("row 3: does not touch another operator's rekey to the same custodians after a lost start", async () => {
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
		expect(text).toContain('Could not determine whether Vault started a rekey.');
		const { nonce } = await started();
		expect((await at.fails()).fault).toBe('refused');
		expect((await started()).nonce).toBe(nonce);
	});

	it.each([
		['without a backup', { require_verification: true }],
		['without verification', { backup: true }],
	])(
		'does not adopt a rekey to the same custodians started elsewhere %s after a lost start',
		async (_how, others) => {
			const { custodians } = at;
			at.proxy.rule = async (one) => {
				if (one.method !== 'PUT' || one.path !== 'sys/rekey/init' || !isRekey()) return 'pass';
				await at.vault.api('PUT', 'sys/rekey/init', {
					secret_shares: 3,
					secret_threshold: 2,
					pgp_keys: custodians.map(({ key }) => key.publicKey),
					...others,
				});
				return 'drop';
			};
			await at.fails();
			const { nonce } = await started();
			at.proxy.rule = () => 'pass';
			const [ann, ben] = custodians;
			if (ann === undefined || ben === undefined) throw new Error('no custodian');
			for (const wishes of [{}, { custodians: [ann, ben] }])
				expect((await at.fails(wishes)).text).toContain(nonce);
			expect((await started()).nonce).toBe(nonce);
		},
	);

	it('does not adopt an identical rekey started elsewhere after a refused start', async () => {
		const { custodians } = at;
		at.proxy.rule = (one) =>
			one.method === 'PUT' && one.path === 'sys/rekey/init' && isRekey()
				? { send: (body) => body.replace('"secret_threshold":2', '"secret_threshold":9') }
				: 'pass';
		expect((await at.fails()).text).toContain('Vault refused to start the rekey');
		at.proxy.rule = () => 'pass';
		await at.vault.api('PUT', 'sys/rekey/init', {
			secret_shares: 3,
			secret_threshold: 2,
			pgp_keys: custodians.map(({ key }) => key.publicKey),
			require_verification: true,
			backup: true,
		});
		const { nonce } = await started();
		expect((await at.fails()).text).toContain(nonce);
		expect((await started()).nonce).toBe(nonce);
	});

	it("row 4: shows Vault's error when it refuses the start, and Vault stays idle", async () => {
		const { text } = await at.fails({ threshold: 4 });
		expect(text).toContain('provided threshold greater than the total shares');
		expect((await started()).started).toBe(false);
	});

	it.each([
		['before the ceremony', () => true],
		['after the first backup', () => at.record()?.escrow !== undefined],
	])('row 5: shows a foreign rekey started %s and does not change it', async (_when, due) => {
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
		['another key', Buffer.alloc(32, 7).toString('base64'), 'does not unseal this Vault'],
		['an empty file', '', 'The input is empty'],
	])('row 6: notices first of all that the key file holds %s', async (_what, key, words) => {
		writeFileSync(keyFileIn(at.folder), key);
		const message = await at.run().catch(({ message }) => message);
		expect(message).toContain(words);
		expect(at.record()?.backupBefore).toBeUndefined();
		expect(sent('PUT', 'sys/rekey/init')).toBeLessThan(2);
		expect((await started()).started).toBe(false);
		writeKeyFile(at.folder, at.oldKey);
		await upToTheCommit();
	});

	it('row 6: cancels and restarts the rekey when the key file changes before it is submitted', async () => {
		at.hook = (when, what) => {
			if (when === 'before' && what === 'read-key' && isRekey())
				writeFileSync(keyFileIn(at.folder), Buffer.alloc(32, 7).toString('base64'));
		};
		expect((await at.fails()).text).toContain('Vault rejected the current unseal key');
		expect((await started()).started).toBe(false);
		at.hook = undefined;
		writeKeyFile(at.folder, at.oldKey);
		await upToTheCommit();
	});

	it('row 7: rejects the same share entered twice and asks for the right one', async () => {
		const [ann, ben] = at.custodians;
		const problems: (string | undefined)[] = [];
		let first: Buffer | undefined;
		at.answer = (moment) => {
			if (moment.kind === 'agree' && moment.title === 'Commit the rekey')
				return { kind: 'not-now' };
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
		expect(problems).toEqual([undefined, expect.stringContaining('by another key holder')]);
		expect(sent('PUT', 'sys/rekey/verify')).toBe(0);
	});

	it.each([
		['after the start', (one: Passed) => one.path === 'sys/rekey/init' && one.method === 'PUT'],
		['after the old key was submitted', (one: Passed) => one.path === 'sys/rekey/update'],
	])('row 8: checks Vault and continues when stopped %s', async (_when, which) => {
		stopAt((one) => which(one) && isRekey());
		const { fault, text } = await at.fails();
		expect(fault).toBe('cancelled');
		expect(text).toContain('The unseal key on the instance unseals Vault');
		await upToTheCommit();
	});

	it('row 9: creates new shares when Vault is restarted during the hand-out', async () => {
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
});
