import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createLegacyCommandVault } from '../../source/vault/legacy-command-vault.ts';
import { createOperatorCommandVault } from '../../source/vault/operator-command-vault.ts';
import type {
	DetachedCommandRunner,
	VaultCommandResult,
} from '../../source/vault/run-vault-command.ts';
import { type RekeyRequest, VaultError } from '../../source/vault/vault-types.ts';
import { loadTranscript, type ReplayRunner, readTranscriptFixture } from './transcript-replay.ts';

// With Vaults that commit at once, by command line, as recorded from real Vaults.

const old = loadTranscript('vault-0.8.2.json');
const later = loadTranscript('vault-1.8.json');
const OLD_NONCE = '4da1d443-fd40-381c-630a-fef7e3591f47';
const NONCE = '332e765b-539c-3d4f-c4aa-43ebe7d59d4c';
const underWay = { status: 'vault rekey -status', from: 'rekey-init-pgp-backup' };
const SECOND = 'eX3eQl2+70nDLRXPASNvkY1SCklI27N7Wo8Sr3EuiHxC';
const share = () => new SecretBytes(Buffer.from(SECOND, 'base64'));
const TOKEN = 's.a-token-of-vault';
const token = async () => new SecretBytes(Buffer.from(TOKEN));
const request: RekeyRequest = {
	shares: 3,
	threshold: 2,
	pgpKeys: ['alice', 'bob', 'carol'].map((name) => readTranscriptFixture(`${name}.b64`)),
	backup: true,
	verify: false,
};
const address = 'http://127.0.0.1:8200';
const legacyBy = (runner: ReplayRunner, backupToken?: typeof token) =>
	createLegacyCommandVault({
		...{ runner, address, looked: { family: 'legacy-command', verify: false, token: false } },
		...(backupToken && { backupToken }),
	});
const operatorBy = (runner: ReplayRunner, backupToken?: typeof token) =>
	createOperatorCommandVault({
		...{ runner, address, json: true },
		looked: { family: 'operator-command', verify: false, token: false },
		...(backupToken && { backupToken }),
	});

/** The runner with responses that are stored under a name, and what becomes of them. */
function waiting(by: ReplayRunner, ...answers: [string, VaultCommandResult][]) {
	const kept = new Map(answers);
	const { apart } = by;
	if (apart === undefined) throw new Error('no detached execution');
	const run = async (name: string, ran: Promise<VaultCommandResult>) => {
		if (kept.has(name)) throw new VaultError('unsent', `${name} was begun earlier.`);
		const result = await ran;
		kept.set(name, result);
		return result;
	};
	const keeping: DetachedCommandRunner = {
		run: (name, ...rest) => run(name, apart.run(name, ...rest)),
		runInTerminal: (name, ...rest) => run(name, apart.runInTerminal(name, ...rest)),
		recall: async (name) => kept.get(name),
		forget: async (name) => {
			kept.delete(name);
		},
	};
	return { kept, by: { ...by, apart: keeping } };
}
const unable = (by: ReplayRunner): ReplayRunner => {
	const no = async () => {
		throw new VaultError('unsupported', 'There is no script on the instance.');
	};
	const apart = { run: no, runInTerminal: no, recall: async () => undefined };
	return { ...by, apart: { ...apart, forget: async () => undefined } };
};
const alone = ({ apart: _, ...by }: ReplayRunner): ReplayRunner => by;
const submits = (by: ReplayRunner) =>
	by.ran.filter((argv) => !argv.includes('-status') && !argv.some((it) => /retrieve/.test(it)));

describe('a possibly last share, by command line', () => {
	it.each([
		['no detached execution', alone],
		['an instance that lacks the tools', unable],
	])('is not submitted with %s and without a token', async (_, made) => {
		const [by, other] = [made(old.runner(underWay)), made(later.runner())];
		for (const submit of [
			() => legacyBy(by).submitShare(share(), OLD_NONCE, request),
			() => operatorBy(other).submitShare(share(), NONCE, request),
		]) {
			await expect(submit()).rejects.toMatchObject({
				fault: 'refused',
				message: expect.stringMatching(/Without a Vault token.*nothing was sent.*VAULT_TOKEN/),
			});
		}
		expect([...submits(by), ...submits(other)]).toEqual([]);
	});

	it('is not submitted when the token cannot read the backup', async () => {
		const by = alone(old.runner('rekey-retrieve'));
		const submitted = legacyBy(by, token).submitShare(share(), OLD_NONCE, request);
		await expect(submitted).rejects.toMatchObject({
			fault: 'refused',
			message: expect.stringMatching(/cannot read Vault's backup.*missing client token/),
		});
		const other = alone(later.runner('rekey-backup-retrieve'));
		await expect(
			operatorBy(other, token).submitShare(share(), NONCE, request),
		).rejects.toMatchObject({ fault: 'refused' });
		expect([...submits(by), ...submits(other)]).toEqual([]);
	});

	it('is submitted with a token that can read the backup, and the token appears in no argument', async () => {
		const by = unable(
			old.runner(underWay, 'rekey-retrieve-none', underWay, 'rekey-submit-pgp-2of2'),
		);
		const done = await legacyBy(by, token).submitShare(share(), OLD_NONCE, request);
		expect(done.complete).toBe(true);
		const other = alone(later.runner('rekey-backup-retrieve-with-token', 'rekey-submit-pgp-2of2'));
		const ended = await operatorBy(other, token).submitShare(share(), NONCE, request);
		expect(ended.complete).toBe(true);
		expect([...by.ran, ...other.ran].flat().join(' ')).not.toContain(TOKEN);
		expect(other.given.join('')).toContain(`${TOKEN}\n`);
	});

	it('is submitted detached without a token, and its response is stored until it is deleted', async () => {
		const { by, kept } = waiting(old.runner(underWay, 'rekey-submit-pgp-2of2', 'rekey-retrieve'));
		const vault = legacyBy(by);
		const done = await vault.submitShare(share(), OLD_NONCE, request);
		if (!done.complete) throw new Error('not complete');
		expect([...kept.keys()]).toEqual([`rekey-${OLD_NONCE}`]);
		const found = await vault.keptBackup(OLD_NONCE);
		for (const { fingerprint, message } of done.shares)
			expect(found?.shares.get(fingerprint)).toEqual([message]);
		await vault.forgetAnswer?.(OLD_NONCE);
		expect(kept.size).toBe(0);
		await expect(vault.keptBackup(OLD_NONCE)).rejects.toMatchObject({ fault: 'refused' });
	});

	it('leaves no stored response when it was refused or was one of several', async () => {
		const { by, kept } = waiting(
			old.runner(underWay, 'rekey-submit-pgp-same-key-again', underWay, 'rekey-submit-pgp-1of2'),
		);
		const first = new SecretBytes(
			Buffer.from('Gi4DTlcWILshhhwnrXRv84ChTvObNW1Kqin6WvwvZVvI', 'base64'),
		);
		const vault = legacyBy(by);
		await expect(vault.submitShare(first, OLD_NONCE, request)).rejects.toMatchObject({
			fault: 'refused',
		});
		expect(kept.size).toBe(0);
		const one = await vault.submitShare(first, OLD_NONCE, request);
		expect(one.complete).toBe(false);
		expect(kept.size).toBe(0);
	});

	it('never deletes an earlier response, whatever fails before it has its own', async () => {
		const { by, kept } = waiting(old.runner('rekey-status-idle', underWay), [
			`rekey-${OLD_NONCE}`,
			old.result('rekey-submit-pgp-2of2'),
		]);
		const vault = legacyBy(by);
		const again = vault.submitShare(share(), OLD_NONCE, request);
		await expect(again).rejects.toMatchObject({ fault: 'refused' });
		expect(kept.size).toBe(1);
		expect((await vault.keptBackup(OLD_NONCE))?.shares.size).toBe(3);
	});
});

describe('the backup of the shares, by command line', () => {
	it("is requested with the operator's token, although nothing else required one", async () => {
		const by = old.runner('rekey-retrieve-with-token');
		expect((await legacyBy(by, token).keptBackup(OLD_NONCE))?.nonce).toBe(OLD_NONCE);
		expect(by.given).toEqual([`${TOKEN}\n`]);
		const other = later.runner('rekey-backup-retrieve-with-token');
		expect((await operatorBy(other, token).keptBackup(NONCE))?.nonce).toBe(NONCE);
		expect(other.given).toEqual([`${TOKEN}\n`]);
	});

	it('is read from a stored response, or from Vault when that is truncated', async () => {
		const whole = later.result('rekey-submit-pgp-2of2');
		const waits = waiting(later.runner(), [`rekey-${NONCE}`, whole]);
		expect((await operatorBy(waits.by).keptBackup(NONCE))?.shares.size).toBe(3);
		const half = { ...whole, stdout: whole.stdout.subarray(0, whole.stdout.length / 2) };
		const short = waiting(later.runner('rekey-backup-retrieve-with-token'), [
			`rekey-${NONCE}`,
			half,
		]);
		expect((await operatorBy(short.by, token).keptBackup(NONCE))?.shares.size).toBe(3);
	});
});
