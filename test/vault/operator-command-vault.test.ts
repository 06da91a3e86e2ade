import { afterAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createOperatorCommandVault } from '../../source/vault/operator-command-vault.ts';
import {
	parseRekeyStatus,
	parseSealStatus,
	parseSubmitResult,
	unwrapResponse,
} from '../../source/vault/parse-json-response.ts';
import { probeCommand } from '../../source/vault/probe-command.ts';
import {
	createCommandError,
	type VaultCommandRunner,
} from '../../source/vault/run-vault-command.ts';
import type { RekeyRequest } from '../../source/vault/vault-types.ts';
import { loadTranscript, type ReplayRunner, readTranscriptFixture } from './transcript-replay.ts';

const recorded = loadTranscript('vault-1.8.json');
const { entry, result, runner } = recorded;

const vaultBy = (by: ReplayRunner, verify = false) =>
	createOperatorCommandVault({
		runner: by,
		address: 'http://127.0.0.1:8200',
		json: true,
		looked: { family: 'operator-command', verify, token: false },
	});
const SHARE = 'c8a1321a7bec1a9a3eda8a46efaa07ef5bc1c6b2e1c8d04a9bd3fdf01ae5cc24';
const share = () => new SecretBytes(Buffer.from(SHARE, 'hex'));

const PLAIN_NONCE = 'de016514-acb0-dc52-c060-647b125708e2';
const NONCE = '332e765b-539c-3d4f-c4aa-43ebe7d59d4c';
const LATE_NONCE = '5003eb05-3b84-f368-1ed6-9c2a49a534df';
const VERIFY_NONCE = '3ca4c732-27b3-ccc6-641d-7e9968dd3670';
const PROOF_NONCE = '6a65fa5f-588a-e6f6-8351-93a557ce2963';
const STATUS = 'vault operator rekey -status -format=json';
const keys = (...names: string[]) => names.map((name) => readTranscriptFixture(`${name}.b64`));
const request: RekeyRequest = {
	shares: 3,
	threshold: 2,
	pgpKeys: keys('alice', 'bob', 'carol'),
	backup: true,
	verify: false,
};
const starting = { what: 'start a rekey', risk: 'prepares' } as const;

afterAll(() => {
	expect(recorded.titles.filter((title) => !recorded.used.has(title))).toEqual([]);
});

describe('the status of Vault 1.8', () => {
	it('distinguishes an unreachable, uninitialized, sealed and unsealed server', async () => {
		await expect(vaultBy(runner('status-unreachable')).sealStatus()).rejects.toMatchObject({
			fault: 'unsent',
		});
		const seal = (title: string) => vaultBy(runner(title)).sealStatus();
		expect(await seal('status-uninitialized')).toMatchObject({ initialized: false, sealed: true });
		expect(await seal('status-sealed')).toMatchObject({ initialized: true, sealed: true });
		expect(await seal('status-unsealed')).toMatchObject({ sealed: false, type: 'shamir' });
		expect(await seal('status-after-rekey')).toMatchObject({ shares: 5, threshold: 2 });
		expect(await vaultBy(runner('status-unsealed')).leadership()).toMatchObject({ isSelf: true });
	});

	it('includes the rekey and its verification', async () => {
		const status = (title: string) => vaultBy(runner(title)).rekeyStatus();
		expect(await status('rekey-status-idle')).toMatchObject({ started: false, nonce: '' });
		expect(await status('rekey-status-started')).toMatchObject({ nonce: PLAIN_NONCE, shares: 5 });
		expect(await status('rekey-status-final')).toMatchObject({ started: false, required: 2 });
		expect(await status('rekey-status-verifying')).toMatchObject({
			progress: 0,
			verificationRequired: true,
			verificationNonce: PROOF_NONCE,
		});
		expect(await vaultBy(runner('rekey-verify-status')).verificationStatus()).toEqual({
			started: true,
			nonce: PROOF_NONCE,
			shares: 3,
			threshold: 2,
			progress: 0,
		});
	});
});

describe('a rekey of Vault 1.8', () => {
	it('starts, reads shares from standard input, and returns the encrypted ones', async () => {
		const by = runner('rekey-init-pgp-backup', 'rekey-submit-pgp-1of2', 'rekey-submit-pgp-2of2');
		const vault = vaultBy(by);
		expect(await vault.startRekey(request)).toMatchObject({ nonce: NONCE, backup: true });
		expect(by.files.size).toBe(0);
		expect(await vault.submitShare(share(), NONCE, request)).toMatchObject({
			complete: false,
			status: { progress: 1 },
		});
		const done = await vault.submitShare(share(), NONCE, request);
		if (!done.complete) throw new Error('not complete');
		expect(done).toMatchObject({ nonce: NONCE, backup: true, verificationNonce: '' });
		expect(done.shares.map(({ fingerprint }) => fingerprint.slice(0, 8))).toEqual([
			'27b254e3',
			'fd0c4c6c',
			'5c2985d5',
		]);
		expect(by.given.slice(-2)).toEqual([SHARE, SHARE]);
		expect(by.ran.flat().join(' ')).not.toContain(SHARE);
	});

	it("reports the server's refusal", async () => {
		const refused = (title: string, nonce = PLAIN_NONCE) =>
			expect(vaultBy(runner(title)).submitShare(share(), nonce, request)).rejects;
		await refused('rekey-submit-not-base64').toMatchObject({ fault: 'refused', status: 400 });
		// A 500, although nothing was done: it fails before anything is written.
		await refused('rekey-submit-wrong-key').toMatchObject({ fault: 'refused', status: 500 });
		await refused('rekey-submit-wrong-nonce', '00000000-0000-0000-0000-000000000000').toMatchObject(
			{
				fault: 'refused',
			},
		);
		await refused('rekey-submit-pgp-same-key-again', NONCE).toMatchObject({
			words: [expect.stringContaining('already been provided')],
		});
	});

	it('never returns or shows unencrypted shares', async () => {
		const cases = [
			['rekey-submit', PLAIN_NONCE, 5],
			['rekey-verify-submit-2', VERIFY_NONCE, 3],
		] as const;
		for (const [title, nonce, shares] of cases) {
			const error = await vaultBy(runner(title))
				.submitShare(share(), nonce, { ...request, shares })
				.catch((thrown: unknown) => thrown);
			expect(error).toMatchObject({ name: 'VaultError', fault: 'unclear', words: [] });
			const secrets: string[] = JSON.parse(entry(title).stdout).keys;
			for (const secret of secrets) expect(String(error)).not.toContain(secret);
		}
		const first = await vaultBy(runner('rekey-verify-submit-1')).submitShare(
			share(),
			VERIFY_NONCE,
			request,
		);
		expect(first).toMatchObject({ complete: false, status: { verificationRequired: true } });
	});

	it('rejects another number of shares than requested', () => {
		const body = unwrapResponse(entry('rekey-submit-pgp-2of2').stdout);
		expect(() => parseSubmitResult(body, 2)).toThrow(expect.objectContaining({ fault: 'unclear' }));
	});

	it('survives a key that cannot encrypt, noticed after the last share', async () => {
		const by = runner(
			'rekey-init-pgp-signonly',
			'rekey-signonly-submit-1',
			'rekey-signonly-submit-2-fails-late',
			'rekey-status-after-late-failure',
			{ status: STATUS, from: 'rekey-status-after-late-failure' },
			'rekey-cancel',
		);
		const vault = vaultBy(by);
		const two = { ...request, shares: 2, backup: false, pgpKeys: keys('alice', 'signonly') };
		await vault.startRekey(two);
		await vault.submitShare(share(), LATE_NONCE, two);
		await expect(vault.submitShare(share(), LATE_NONCE, two)).rejects.toMatchObject({
			fault: 'refused',
			status: 500,
			words: [expect.stringContaining('no encryption keys')],
		});
		expect(await vault.rekeyStatus()).toMatchObject({ started: true, progress: 0 });
		await vault.cancelRekey(LATE_NONCE);
		expect(by.ran.at(-1)).toContain(`-nonce=${LATE_NONCE}`);
	});

	it('does not touch another rekey than the given one', async () => {
		const by = runner('rekey-status-started');
		await expect(vaultBy(by).cancelRekey(NONCE)).rejects.toMatchObject({ fault: 'refused' });
		const armored = { status: STATUS, from: 'rekey-init-pgp-armored-accepted-or-not' };
		await vaultBy(runner(armored, 'rekey-cancel-2')).cancelRekey(
			'7e8bf552-f642-adec-90d3-14aad984f380',
		);
		await vaultBy(runner('rekey-status-idle')).cancelRekey(NONCE);
	});

	it('verifies new shares, although the last response is prose', async () => {
		const by = runner('rekey-verify-new-1of2', 'rekey-verify-new-2of2');
		const vault = vaultBy(by, true);
		expect(await vault.proveShare(share(), PROOF_NONCE)).toEqual({
			complete: false,
			progress: 1,
			nonce: PROOF_NONCE,
		});
		expect(await vault.proveShare(share(), PROOF_NONCE)).toMatchObject({ complete: true });
	});

	it("returns the server's backup to an authorized user", async () => {
		const kept = await vaultBy(runner('rekey-backup-retrieve-with-token')).keptBackup();
		const done = parseSubmitResult(unwrapResponse(entry('rekey-submit-pgp-2of2').stdout), 3);
		if (!done.complete) throw new Error('not complete');
		expect(kept?.nonce).toBe(NONCE);
		for (const { fingerprint, message } of done.shares)
			expect(kept?.shares.get(fingerprint)).toEqual([message]);
		await expect(vaultBy(runner('rekey-backup-retrieve')).keptBackup()).rejects.toMatchObject({
			fault: 'refused',
		});
		expect(await vaultBy(runner('rekey-backup-retrieve-none')).keptBackup()).toBeUndefined();
	});

	it('neither omits verification nor starts after an inconclusive probe', async () => {
		const by = runner();
		await expect(vaultBy(by, true).startRekey(request)).rejects.toMatchObject({
			fault: 'unsupported',
		});
		const sealed = createOperatorCommandVault({
			runner: by,
			address: 'http://127.0.0.1:8200',
			json: true,
			looked: { family: 'operator-command', verify: false, token: false, undetermined: true },
		});
		await expect(sealed.startRekey(request)).rejects.toMatchObject({ fault: 'unsupported' });
		expect(by.ran).toEqual([]);
	});
});

describe('commands that an operator may have run on Vault 1.8', () => {
	it.each([
		['rekey-init-while-sealed', 503, 'node is not active'],
		['rekey-init-threshold-over-shares', 400, 'threshold greater'],
		['rekey-init-threshold-one-many-shares', 500, 'threshold must be greater than one'],
		['rekey-init-already-started', 400, 'rekey already in progress'],
		['rekey-init-pgp-count-mismatch', 400, 'incorrect number of PGP keys'],
		['rekey-init-pgp-missing-file', undefined, 'no such file or directory'],
	])('%s is refused', (title, status, words) => {
		expect(createCommandError(starting, result(title))).toMatchObject({
			fault: 'refused',
			status,
			words: [expect.stringContaining(words)],
		});
	});

	it.each(['rekey-init', 'rekey-init-verify', 'rekey-init-pgp-armored-accepted-or-not'])(
		'%s is parsed',
		(title) => {
			const status = parseRekeyStatus(unwrapResponse(entry(title).stdout));
			expect(status).toMatchObject({ started: true, progress: 0 });
			expect(status.verificationRequired).toBe(title === 'rekey-init-verify');
		},
	);

	it('parses the response of unseal', () => {
		expect(parseSealStatus(unwrapResponse(entry('unseal').stdout)).sealed).toBe(false);
	});

	it.each(['init', 'version', 'rekey-backup-delete', 'rekey-cancel-none'])(
		'%s is never mistaken for a status or for new shares',
		(title) => {
			for (const read of [
				parseRekeyStatus,
				parseSealStatus,
				(it: unknown) => parseSubmitResult(it, 1),
			])
				expect(() => read(unwrapResponse(entry(title).stdout))).toThrow(
					expect.objectContaining({ fault: 'unclear' }),
				);
		},
	);
});

describe('probing', () => {
	it('finds the command and its support for verification', async () => {
		const by = runner('rekey-status-idle', {
			status: 'vault operator rekey -verify -status -format=json',
			from: 'rekey-verify-status',
		});
		const { vault } = await probeCommand(
			{ runner: by, address: 'http://127.0.0.1:8200' },
			undefined,
		);
		expect(vault?.abilities).toEqual({ family: 'operator-command', verify: true, token: false });
	});

	it('finds the command of a sealed Vault without claiming what it supports', async () => {
		const by = runner({ status: STATUS, from: 'rekey-init-while-sealed' });
		const { vault } = await probeCommand(
			{ runner: by, address: 'http://127.0.0.1:8200' },
			undefined,
		);
		await expect(vault?.startRekey(request)).rejects.toMatchObject({ fault: 'unsupported' });
	});

	it('rejects a server with verification when the command cannot request it (a command without -verify)', async () => {
		const by = runner('rekey-status-idle', 'status-unsealed');
		const older: VaultCommandRunner = {
			...by,
			run: async (argv, options) =>
				argv.includes('-verify')
					? {
							exitCode: 1,
							stdout: Buffer.alloc(0),
							stderr: 'flag provided but not defined: -verify',
						}
					: by.run(argv, options),
		};
		await expect(
			probeCommand({ runner: older, address: 'http://127.0.0.1:8200' }, undefined),
		).rejects.toMatchObject({
			fault: 'unsupported',
			message: expect.stringMatching(/Vault 1\.8\.0-dev can verify.*as new as the server/),
		});
	});

	it('does not guess when the response about verification is inconclusive', async () => {
		const by = runner('rekey-status-idle', {
			status: 'vault operator rekey -verify -status -format=json',
			from: 'rekey-submit-wrong-key',
		});
		await expect(
			probeCommand({ runner: by, address: 'http://127.0.0.1:8200' }, undefined),
		).rejects.toMatchObject({ fault: 'unclear' });
	});
});
