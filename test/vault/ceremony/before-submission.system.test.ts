import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../source/engine/secret-bytes.ts';
import { requireRealVault, unsealVault } from '../../helpers/test-vault.ts';
import { getKeyFilePath, writeKeyFile } from './file-ports.ts';
import type { RecordedRequest, RequestFate } from './recording-proxy.ts';
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

const real = await requireRealVault('failures before the old key is submitted');
startSharedVault(real);

describe.runIf(real)('before the old key is submitted, with a real Vault', () => {
	it('row 1: requests nothing from Vault when stopped before the start, and the next run continues', async () => {
		scene.answer = () => ({ kind: 'not-now' });
		expect((await scene.fails()).fault).toBe('cancelled');
		expect(getChangingRequests()).toEqual([]);
		scene.answer = undefined;
		await runUntilCommit();
	});

	it.each([
		['fails', 'atlas-backup exited with status 1'],
		['is not seen in the bucket', 'no new object is seen'],
	])('row 2: starts no rekey when the first backup %s', async (_how, words) => {
		scene.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error(words);
		};
		await expect(scene.run()).rejects.toThrow(words);
		expect(isRekeyRecorded()).toBe(false);
		expect(countRequests('PUT', 'sys/rekey/verify')).toBe(0);
		// The only start is that of the dry run.
		expect(countRequests('PUT', 'sys/rekey/init')).toBe(1);
		expect((await getRekeyStatus()).started).toBe(false);
	});

	it('row 3: resumes the same rekey when the response to the start is lost', async () => {
		let nonce = '';
		scene.proxy.rule = (one) =>
			one.method === 'PUT' && one.path === 'sys/rekey/init' && isRekeyRecorded() ? 'cut' : 'pass';
		scene.proxy.answered = async () => {
			if (isRekeyRecorded() && nonce === '') nonce = (await getRekeyStatus()).nonce;
		};
		stopAfterRequest((one) => one.path === 'sys/rekey/update' && isRekeyRecorded());
		await scene.fails();
		expect(countRequests('PUT', 'sys/rekey/init')).toBe(2);
		expect(scene.record()?.rekey?.nonce).toBe((await getRekeyStatus()).nonce);
		await runUntilCommit();
	});

	it("row 3: does not touch another operator's rekey to the same custodians after a lost start", async () => {
		const { custodians } = scene;
		scene.proxy.rule = async (one) => {
			if (one.method !== 'PUT' || one.path !== 'sys/rekey/init' || !isRekeyRecorded())
				return 'pass';
			await scene.vault.api('PUT', 'sys/rekey/init', {
				secret_shares: 3,
				secret_threshold: 3,
				pgp_keys: custodians.map(({ key }) => key.publicKey),
				require_verification: true,
			});
			return 'drop';
		};
		const { text } = await scene.fails();
		expect(text).toContain('Could not determine whether Vault started a rekey.');
		const { nonce } = await getRekeyStatus();
		expect((await scene.fails()).fault).toBe('refused');
		expect((await getRekeyStatus()).nonce).toBe(nonce);
	});

	it.each([
		['without a backup', { require_verification: true }],
		['without verification', { backup: true }],
	])(
		'does not adopt a rekey to the same custodians started elsewhere %s after a lost start',
		async (_how, others) => {
			const { custodians } = scene;
			scene.proxy.rule = async (one) => {
				if (one.method !== 'PUT' || one.path !== 'sys/rekey/init' || !isRekeyRecorded())
					return 'pass';
				await scene.vault.api('PUT', 'sys/rekey/init', {
					secret_shares: 3,
					secret_threshold: 2,
					pgp_keys: custodians.map(({ key }) => key.publicKey),
					...others,
				});
				return 'drop';
			};
			await scene.fails();
			const { nonce } = await getRekeyStatus();
			scene.proxy.rule = () => 'pass';
			const [ann, ben] = custodians;
			if (ann === undefined || ben === undefined) throw new Error('no custodian');
			for (const wishes of [{}, { custodians: [ann, ben] }])
				expect((await scene.fails(wishes)).text).toContain(nonce);
			expect((await getRekeyStatus()).nonce).toBe(nonce);
		},
	);

	it('does not adopt an identical rekey started elsewhere after a refused start', async () => {
		const { custodians } = scene;
		scene.proxy.rule = (one) =>
			one.method === 'PUT' && one.path === 'sys/rekey/init' && isRekeyRecorded()
				? { send: (body) => body.replace('"secret_threshold":2', '"secret_threshold":9') }
				: 'pass';
		expect((await scene.fails()).text).toContain('Vault refused to start the rekey');
		scene.proxy.rule = () => 'pass';
		await scene.vault.api('PUT', 'sys/rekey/init', {
			secret_shares: 3,
			secret_threshold: 2,
			pgp_keys: custodians.map(({ key }) => key.publicKey),
			require_verification: true,
			backup: true,
		});
		const { nonce } = await getRekeyStatus();
		expect((await scene.fails()).text).toContain(nonce);
		expect((await getRekeyStatus()).nonce).toBe(nonce);
	});

	it("row 4: shows Vault's error when it refuses the start, and Vault stays idle", async () => {
		const { text } = await scene.fails({ threshold: 4 });
		expect(text).toContain('provided threshold greater than the total shares');
		expect((await getRekeyStatus()).started).toBe(false);
	});

	it.each([
		['before the ceremony', () => true],
		['after the first backup', () => scene.record()?.escrow !== undefined],
	])('row 5: shows a foreign rekey started %s and does not change it', async (_when, due) => {
		let nonce = '';
		const begin = async () => {
			if (nonce !== '' || !due()) return;
			await scene.vault.api('PUT', 'sys/rekey/init', { secret_shares: 5, secret_threshold: 3 });
			nonce = (await getRekeyStatus()).nonce;
			scene.proxy.log.length = 0;
		};
		scene.proxy.rule = async (): Promise<RequestFate> => {
			await begin();
			return 'pass';
		};
		const { fault, text } = await scene.fails();
		expect(fault).toBe('refused');
		expect(text).toContain(nonce);
		expect(getChangingRequests()).toEqual([]);
		expect((await getRekeyStatus()).nonce).toBe(nonce);
	});

	it.each([
		['another key', Buffer.alloc(32, 7).toString('base64'), 'does not unseal this Vault'],
		['an empty file', '', 'The input is empty'],
	])('row 6: notices first of all that the key file holds %s', async (_what, key, words) => {
		writeFileSync(getKeyFilePath(scene.folder), key);
		const message = await scene.run().catch(({ message }) => message);
		expect(message).toContain(words);
		expect(scene.record()?.backupBefore).toBeUndefined();
		expect(countRequests('PUT', 'sys/rekey/init')).toBeLessThan(2);
		expect((await getRekeyStatus()).started).toBe(false);
		writeKeyFile(scene.folder, scene.oldKey);
		await runUntilCommit();
	});

	it('row 6: cancels and restarts the rekey when the key file changes before it is submitted', async () => {
		scene.hook = (when, what) => {
			if (when === 'before' && what === 'read-key' && isRekeyRecorded())
				writeFileSync(getKeyFilePath(scene.folder), Buffer.alloc(32, 7).toString('base64'));
		};
		expect((await scene.fails()).text).toContain('Vault rejected the current unseal key');
		expect((await getRekeyStatus()).started).toBe(false);
		scene.hook = undefined;
		writeKeyFile(scene.folder, scene.oldKey);
		await runUntilCommit();
	});

	it('row 7: rejects the same share entered twice and asks for the right one', async () => {
		const [ann, ben] = scene.custodians;
		const problems: (string | undefined)[] = [];
		let first: Buffer | undefined;
		scene.answer = (prompt) => {
			if (prompt.kind === 'agree' && prompt.title === 'Commit the rekey')
				return { kind: 'not-now' };
			if (prompt.kind !== 'give-share' || prompt.custodian !== ben?.name) return undefined;
			problems.push(prompt.problem);
			return prompt.attempt === 1 && first !== undefined
				? { kind: 'secret', secret: new SecretBytes(Buffer.from(first)) }
				: undefined;
		};
		scene.hook = async (when, what) => {
			const received = scene.record()?.received ?? [];
			if (when === 'after' && what === 'record' && received.length === 1 && ann !== undefined)
				first = Buffer.from((await scene.newShares())[0] ?? '');
		};
		expect((await scene.fails()).fault).toBe('cancelled');
		expect(problems).toEqual([undefined, expect.stringContaining('by another key holder')]);
		expect(countRequests('PUT', 'sys/rekey/verify')).toBe(0);
	});

	it.each([
		[
			'after the start',
			(one: RecordedRequest) => one.path === 'sys/rekey/init' && one.method === 'PUT',
		],
		['after the old key was submitted', (one: RecordedRequest) => one.path === 'sys/rekey/update'],
	])('row 8: checks Vault and continues when stopped %s', async (_when, which) => {
		stopAfterRequest((one) => which(one) && isRekeyRecorded());
		const { fault, text } = await scene.fails();
		expect(fault).toBe('cancelled');
		expect(text).toContain('The unseal key on the instance unseals Vault');
		await runUntilCommit();
	});

	it('row 9: creates new shares when Vault is restarted during the hand-out', async () => {
		await runUntilCommit();
		const [old] = scene.record()?.kept ?? [];
		await scene.vault.restart();
		const sealed = await scene.fails();
		expect(sealed.fault).toBe('refused');
		expect(sealed.text).toContain('This Vault is sealed');
		expect(sealed.text).toContain(`sudo cat ${getKeyFilePath(scene.folder)}`);
		expect(await unsealVault(scene.vault, [scene.oldKey])).toBe(true);
		await runUntilCommit();
		expect(scene.record()?.kept[0]?.name).not.toBe(old?.name);
	});
});
