import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findRestartBlockReason } from '../../../source/vault/ceremony/ceremony-record.ts';
import { parseKeyShare } from '../../../source/vault/key-shares.ts';
import { unsealVault } from '../../helpers/test-vault.ts';
import { getKeyFilePath } from './file-ports.ts';
import { findBlindRetries, type RecordedRequest, type RequestFate } from './recording-proxy.ts';
import {
	type CustodianWithKey,
	createCustodian,
	decryptEscrow,
	decryptMessage,
	encryptTo,
} from './test-custodians.ts';
import { createScene, createThreeCustodians, type TestScene } from './test-scene.ts';

// Vault 0.8 has no verification, which current versions cannot be configured to omit.
let at: TestScene;
let people: CustodianWithKey[];
beforeAll(async () => {
	people = await createThreeCustodians();
});
afterEach(async () => {
	expect(findBlindRetries(at.proxy.log)).toEqual([]);
	await at.end();
});

const on08 = async () => {
	at = await createScene({ kind: 'stand-in', like: '0.8.2', people });
	return at;
};
const isRekey = () => at.record()?.rekey !== undefined;
const isCommit = (one: RecordedRequest) => one.path === 'sys/rekey/update' && isRekey();
const sent = (method: string, path: string) =>
	at.proxy.log.filter((one) => one.method === method && one.path === path).length;
/** Loses the response with the only new shares. */
const loseTheAnswer = () => {
	let lost = false;
	at.proxy.rule = (one) => {
		if (lost || !isCommit(one)) return 'pass';
		lost = true;
		return 'cut';
	};
};

describe('a Vault without verification (emulated 0.8)', () => {
	it('requests only encrypted shares, with a backup on the server', async () => {
		await on08();
		const bodies: { pgp_keys: string[]; backup: boolean; secret_shares: number }[] = [];
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/init' && one.method === 'PUT'
				? {
						send: (body) => {
							bodies.push(JSON.parse(body));
							return body;
						},
					}
				: 'pass';
		const record = await at.run();
		for (const { pgp_keys, secret_shares } of bodies) expect(pgp_keys).toHaveLength(secret_shares);
		const [real, ...others] = bodies.filter(({ secret_shares }) => secret_shares > 1);
		expect(real?.backup).toBe(true);
		expect(others).toEqual([]);
		expect(record.rekey?.verify).toBe(false);
		expect(await at.openedBy()).toBe('new');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(false);
	});

	it('never submits the old key before the first backup is confirmed', async () => {
		await on08();
		at.hook = (when, what) => {
			if (when === 'before' && what === 'back-up') throw new Error('no backup today');
		};
		await expect(at.run()).rejects.toThrow('no backup today');
		expect(sent('PUT', 'sys/rekey/update')).toBe(0);
	});

	it('closes the reboot gate before it submits the old key', async () => {
		await on08();
		let gate: string | undefined;
		at.proxy.rule = (one) => {
			if (isCommit(one)) gate ??= findRestartBlockReason(at.record());
			return 'pass';
		};
		await at.run();
		expect(gate).toContain('may already be committed');
	});

	it("row 12: reads Vault's backup of the shares with a token when the response of a committed rekey is lost", async () => {
		await on08();
		loseTheAnswer();
		const record = await at.run();
		expect(record.proven).toEqual(['Ann', 'Ben', 'Cem']);
		expect(sent('GET', 'sys/rekey/backup')).toBe(1);
		expect(await at.openedBy()).toBe('new');
	});

	it('row 12: verifies the old key and restarts the rekey when the old key never arrived', async () => {
		await on08();
		let drops = 0;
		at.proxy.rule = (one) => {
			if (!isCommit(one) || drops > 0) return 'pass';
			drops += 1;
			return 'drop';
		};
		const record = await at.run();
		expect(drops).toBe(1);
		expect(record.proven).toHaveLength(3);
		expect(sent('GET', 'sys/rekey/backup')).toBe(0);
		expect(await at.openedBy()).toBe('new');
	});

	it('row 13: does nothing more until there is a token when the response is lost', async () => {
		await on08();
		const { token } = at;
		at.token = undefined;
		loseTheAnswer();
		for (let run = 1; run <= 2; run += 1) {
			const { text } = await at.fails();
			expect(text).toContain('do not restart or seal it');
			expect(text).toContain('core/unseal-keys-backup');
			expect(text).toContain('VAULT_TOKEN');
			expect(findRestartBlockReason(at.record())).toContain('may already be committed');
			expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		}
		expect(await at.whoOpens(`${at.folder}/${at.record()?.backupBefore?.key}`)).toBe('old');
		at.token = token;
		await at.run();
		expect(await at.openedBy()).toBe('new');
	});

	it("row 26: rejects Vault's backup of another rekey (its nonce is altered)", async () => {
		await on08();
		loseTheAnswer();
		const losing = at.proxy.rule;
		at.proxy.rule = (one) =>
			one.path === 'sys/rekey/backup'
				? { rewrite: (body) => ({ ...body, nonce: 'of-another-rekey' }) }
				: losing(one);
		const { text } = await at.fails();
		expect(text).toContain('the response with the new key shares was lost');
		expect(at.record()?.kept).toEqual([]);
		expect(at.record()?.committedAt).toBeUndefined();
		at.proxy.rule = () => 'pass';
		await at.run();
		expect(await at.openedBy()).toBe('new');
	});

	it('row 14: shows the encrypted shares when they are committed but no disk accepts them (simulated fault)', async () => {
		await on08();
		at.hook = (when, what, name) => {
			if (when === 'before' && what === 'keep' && name === 'share')
				throw new Error('no space left');
		};
		const { text } = await at.fails();
		expect(text).toContain(
			'The rekey is committed, but the new key shares could not be stored: no space left',
		);
		const [, ann = ''] = /^Ann: (\S+)$/m.exec(text) ?? [];
		const owner = at.custodians.find(({ name }) => name === 'Ann');
		if (owner === undefined) throw new Error('Ann is no custodian');
		expect(await decryptMessage(owner, Buffer.from(ann, 'base64'))).not.toBe('');
		at.hook = undefined;
		// With disk space, they are read from Vault's own backup.
		await at.run();
		expect(await at.openedBy()).toBe('new');
	});

	it('row 9: does not submit the old key to a rekey that is gone after a restart of Vault', async () => {
		await on08();
		let restarted = false;
		let given = 0;
		at.proxy.rule = async (one): Promise<RequestFate> => {
			if (isCommit(one)) given += 1;
			if (restarted || one.method !== 'GET' || at.record()?.rekey?.nonce === undefined)
				return 'pass';
			restarted = true;
			await at.vault.restart();
			return 'pass';
		};
		expect((await at.fails()).text).toContain('sealed');
		expect(given).toBe(0);
		expect(findRestartBlockReason(at.record())).toBeUndefined();
		expect(await at.openedBy()).toBe('old');
		expect(await unsealVault(at.vault, [at.oldKey])).toBe(true);
		await at.run();
		expect(given).toBeGreaterThan(0);
		expect(await at.openedBy()).toBe('new');
	});

	it('keeps the old key when a share is not encrypted to its custodian (the response is altered)', async () => {
		await on08();
		const foreign = await encryptTo(await createCustodian('Eve'), 'ab'.repeat(33));
		at.proxy.rule = (one) =>
			isCommit(one)
				? {
						rewrite: (body) => ({
							...body,
							keys_base64: [foreign.toString('base64'), ...(body.keys_base64 as string[]).slice(1)],
							keys: [foreign.toString('hex'), ...(body.keys as string[]).slice(1)],
						}),
					}
				: 'pass';
		const { text } = await at.fails();
		expect(text).toContain('A new key share is not encrypted to its key holder');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
		expect(findRestartBlockReason(at.record())).toBeDefined();
	});

	it('row 6: commits nothing and reopens the reboot gate when the key file changes before it is submitted', async () => {
		await on08();
		const key = readFileSync(getKeyFilePath(at.folder));
		at.hook = (when, what) => {
			if (when === 'before' && what === 'read-key' && isRekey())
				writeFileSync(getKeyFilePath(at.folder), Buffer.alloc(32, 7).toString('base64'));
		};
		expect((await at.fails()).text).toContain('Vault rejected the current unseal key');
		expect(findRestartBlockReason(at.record())).toBeUndefined();
		at.hook = undefined;
		writeFileSync(getKeyFilePath(at.folder), key);
		await at.run();
		expect(await at.openedBy()).toBe('new');
	});

	it('stores the key and closes the reboot gate when a dry run is committed (with a key that can encrypt)', async () => {
		await on08();
		const eve = await createCustodian('Eve');
		const generateDryRunKey = async () => ({
			...eve.key,
			decryptShare: async (message: Buffer) => {
				const share = parseKeyShare(Buffer.from(await decryptMessage(eve, message)));
				if ('what' in share) throw new Error(share.what);
				return share;
			},
		});
		const { text } = await at.fails({}, { generateDryRunKey });
		expect(text).toContain('Do not restart Vault');
		const [, file = ''] = /is stored encrypted in (\S+)\. /.exec(text) ?? [];
		const [ann] = at.custodians;
		if (ann === undefined) throw new Error('no custodian');
		const copy = await at.vault.copyOf();
		expect(await at.opens(copy, [await decryptEscrow(ann, readFileSync(file))])).toBe(true);
		expect(await at.opens(copy, [at.oldKey])).toBe(false);
		rmSync(copy, { recursive: true });
		expect(findRestartBlockReason(at.record())).toContain('may already be committed');
		expect(existsSync(getKeyFilePath(at.folder))).toBe(true);
	});
});
