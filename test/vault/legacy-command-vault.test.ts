import { afterAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createLegacyCommandVault } from '../../source/vault/legacy-command-vault.ts';
import {
	parseRekeyStatusText,
	parseSealStatusText,
	parseSubmitResultText,
} from '../../source/vault/parse-text-output.ts';
import { probeCommand } from '../../source/vault/probe-command.ts';
import { createCommandError } from '../../source/vault/run-vault-command.ts';
import type { RekeyRequest } from '../../source/vault/vault-types.ts';
import { loadTranscript, type ReplayRunner, readTranscriptFixture } from './transcript-replay.ts';

const recorded = loadTranscript('vault-0.8.2.json');
const { entry, result, runner } = recorded;

const looked = { family: 'legacy-command', verify: false, token: false } as const;
const vaultBy = (by: ReplayRunner) =>
	createLegacyCommandVault({ runner: by, address: 'http://127.0.0.1:8200', looked });
const share = (base64: string) => new SecretBytes(Buffer.from(base64, 'base64'));

const KEY = 'UqMS26cGBWq2of86urq+O748bRApluLxmxxL2O+HiHU=';
const FIRST = 'Gi4DTlcWILshhhwnrXRv84ChTvObNW1Kqin6WvwvZVvI';
const SECOND = 'eX3eQl2+70nDLRXPASNvkY1SCklI27N7Wo8Sr3EuiHxC';
const NONCE = '4da1d443-fd40-381c-630a-fef7e3591f47';
const PLAIN_NONCE = 'c8a1321a-7bec-1a9a-3eda-8a46efaa07ef';
const PRINTS = [
	'27b254e38bfed09f1724a93f31fa97d8ee74389f',
	'fd0c4c6c3c2f2548d474fe7d7cee4bd45b611550',
	'5c2985d582e5775b5e20367b33df480f17b7e598',
];
const request: RekeyRequest = {
	shares: 3,
	threshold: 2,
	pgpKeys: ['alice.b64', 'bob.b64', 'carol.b64'].map(readTranscriptFixture),
	backup: true,
	verify: false,
};
const underWay = { status: 'vault rekey -status', from: 'rekey-init-pgp-backup' };
const starting = { what: 'start a rekey', risk: 'prepares' } as const;
const committing = { what: 'accept a current key share', risk: 'commits' } as const;

afterAll(() => {
	expect(recorded.titles.filter((title) => !recorded.used.has(title))).toEqual([]);
});

describe('the status of Vault 0.8', () => {
	it('distinguishes an unreachable, uninitialized, sealed and unsealed server', async () => {
		await expect(vaultBy(runner('status-unreachable')).sealStatus()).rejects.toMatchObject({
			fault: 'unsent',
		});
		expect(await vaultBy(runner('status-uninitialized')).sealStatus()).toMatchObject({
			initialized: false,
			sealed: true,
		});
		expect(await vaultBy(runner('status-sealed')).sealStatus()).toMatchObject({
			initialized: true,
			sealed: true,
			shares: 1,
			threshold: 1,
			type: '',
		});
		expect(await vaultBy(runner('status-unsealed')).sealStatus()).toMatchObject({
			sealed: false,
			version: '(version unknown)',
		});
		expect(await vaultBy(runner('status-after-rekey')).sealStatus()).toMatchObject({
			shares: 5,
			threshold: 2,
		});
		expect(parseSealStatusText(entry('unseal').stdout).sealed).toBe(false);
	});

	it('treats a single node as active, unless it is sealed', async () => {
		expect(await vaultBy(runner('status-unsealed')).leadership()).toEqual({
			highAvailability: false,
			isSelf: true,
			leaderAddress: '',
		});
		expect((await vaultBy(runner('status-sealed')).leadership()).isSelf).toBe(false);
	});

	it('includes the rekey', async () => {
		const status = (title: string) => vaultBy(runner(title)).rekeyStatus();
		expect(await status('rekey-status-idle')).toMatchObject({
			started: false,
			nonce: '',
			required: 1,
		});
		expect(await status('rekey-status-started')).toEqual({
			started: true,
			nonce: PLAIN_NONCE,
			shares: 5,
			threshold: 2,
			progress: 0,
			required: 1,
			fingerprints: [],
			backup: false,
			verificationRequired: false,
			verificationNonce: '',
		});
		expect(await status('rekey-status-final')).toMatchObject({ started: false, required: 2 });
	});
});

describe('a rekey of Vault 0.8', () => {
	it('starts with the keys as files, which are removed again', async () => {
		const by = runner('rekey-init-pgp-backup');
		expect(await vaultBy(by).startRekey(request)).toMatchObject({
			started: true,
			nonce: NONCE,
			required: 2,
			fingerprints: PRINTS,
			backup: true,
		});
		expect(by.files.size).toBe(0);
		expect(by.ran[0]).toContain('VAULT_MAX_RETRIES=0');
	});

	it('reads keys from the terminal, never from an argument', async () => {
		const by = runner(underWay, underWay, 'rekey-submit-pgp-1of2', 'rekey-submit-pgp-2of2');
		const vault = vaultBy(by);
		const first = await vault.submitShare(share(FIRST), NONCE, request);
		expect(first).toMatchObject({ complete: false, status: { progress: 1, required: 2 } });
		const second = await vault.submitShare(share(SECOND), NONCE, request);
		if (!second.complete) throw new Error('not complete');
		expect(second).toMatchObject({ nonce: NONCE, backup: true, verificationNonce: '' });
		expect(second.shares.map(({ fingerprint }) => fingerprint)).toEqual(PRINTS);
		expect(second.shares.every(({ message }) => message[0] === 0xc1)).toBe(true);
		const submitted = by.ran.filter((argv) => !argv.includes('-status'));
		for (const argv of submitted) {
			expect(argv).toEqual(
				expect.arrayContaining(['-key-shares=3', '-backup=true', `-nonce=${NONCE}`]),
			);
			for (const key of [FIRST, SECOND, Buffer.from(SECOND, 'base64').toString('hex')])
				expect(argv.join(' ')).not.toContain(key);
		}
		expect(by.given.join(' ')).not.toMatch(/1a2e034e|797dde42/);
	});

	it("reports the server's refusal", async () => {
		const plain: RekeyRequest = { ...request, shares: 5 };
		const refused = (key: string, title: string, nonce = PLAIN_NONCE) => {
			const from = nonce === NONCE ? underWay.from : 'rekey-status-started';
			const by = runner({ status: underWay.status, from }, title);
			return expect(
				vaultBy(by).submitShare(share(key), nonce, {
					...plain,
					pgpKeys: Array(5).fill(readTranscriptFixture('alice.b64')),
				}),
			).rejects;
		};
		await refused(
			'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
			'rekey-submit-wrong-key',
		).toMatchObject({ fault: 'refused', status: 400, words: ['Unseal failed, invalid key'] });
		await refused(FIRST, 'rekey-submit-pgp-same-key-again', NONCE).toMatchObject({
			fault: 'refused',
			words: [expect.stringContaining('already been provided')],
		});
		// Unencrypted shares: a rekey without keys, started elsewhere. It happened, and nothing is shown.
		await refused(KEY, 'rekey-submit').toMatchObject({ fault: 'unclear', words: [] });
	});

	it('submits no key when no rekey, or another one, is in progress', async () => {
		const none = runner('rekey-status-idle');
		await expect(vaultBy(none).submitShare(share(KEY), NONCE, request)).rejects.toMatchObject({
			fault: 'refused',
		});
		const other = runner('rekey-status-started');
		await expect(vaultBy(other).submitShare(share(KEY), NONCE, request)).rejects.toMatchObject({
			fault: 'refused',
		});
		expect([...none.ran, ...other.ran].every((argv) => argv.includes('-status'))).toBe(true);
	});

	it('cannot submit a key without a terminal', async () => {
		const { runInTerminal: _, apart: __, ...by } = runner('rekey-retrieve-none', underWay);
		const vault = createLegacyCommandVault({
			...{ runner: by, address: 'http://127.0.0.1:8200', looked },
			backupToken: async () => new SecretBytes(Buffer.from('a-token')),
		});
		await expect(vault.submitShare(share(KEY), NONCE, request)).rejects.toMatchObject({
			fault: 'unsupported',
		});
	});

	it('cancels only the given rekey', async () => {
		const meant = runner({ status: underWay.status, from: 'rekey-init-to-cancel' }, 'rekey-cancel');
		await vaultBy(meant).cancelRekey('a2a1192b-6629-33cc-02af-fa05fffd84a2');
		expect(meant.ran[1]).toContain('-nonce=a2a1192b-6629-33cc-02af-fa05fffd84a2');
		const armored = { status: underWay.status, from: 'rekey-init-pgp-armored' };
		await vaultBy(runner(armored, 'rekey-cancel-armored')).cancelRekey(
			'925f20d5-22f6-cf4c-86ae-5f28c48218bd',
		);
		const other = runner(underWay);
		await expect(vaultBy(other).cancelRekey(PLAIN_NONCE)).rejects.toMatchObject({
			fault: 'refused',
		});
		await vaultBy(runner('rekey-status-idle')).cancelRekey(NONCE);
	});

	it("returns the server's backup to an authorized user", async () => {
		const kept = await vaultBy(runner('rekey-retrieve-with-token')).keptBackup();
		expect(kept?.nonce).toBe(NONCE);
		expect([...(kept?.shares.keys() ?? [])].sort()).toEqual([...PRINTS].sort());
		const done = parseSubmitResultText(entry('rekey-submit-pgp-2of2').stdout, 3);
		if (!done.complete) throw new Error('not complete');
		for (const { fingerprint, message } of done.shares)
			expect(kept?.shares.get(fingerprint)).toEqual([message]);
		await expect(vaultBy(runner('rekey-retrieve')).keptBackup()).rejects.toMatchObject({
			fault: 'refused',
			words: ['missing client token'],
		});
		expect(await vaultBy(runner('rekey-retrieve-none')).keptBackup()).toBeUndefined();
	});

	it('requests no verification, which it does not support', async () => {
		const by = runner();
		const vault = vaultBy(by);
		expect(await vault.verificationStatus()).toMatchObject({ started: false });
		await expect(vault.proveShare(share(KEY), NONCE)).rejects.toMatchObject({
			fault: 'unsupported',
		});
		await expect(vault.startRekey({ ...request, verify: true })).rejects.toMatchObject({
			fault: 'unsupported',
		});
		await expect(vault.startRekey({ ...request, pgpKeys: [] })).rejects.toMatchObject({
			fault: 'unsupported',
		});
		expect(by.ran).toEqual([]);
	});
});

describe('commands that an operator may have run on Vault 0.8', () => {
	it.each([
		['rekey-init-while-sealed', 503, 'Vault is sealed'],
		['rekey-init-threshold-over-shares', 400, 'threshold cannot be larger'],
		['rekey-init-threshold-one-many-shares', 400, 'threshold must be greater than one'],
		['rekey-init-already-started', 400, 'rekey already in progress'],
		['rekey-init-pgp-count-mismatch', 400, 'incorrect number of PGP keys'],
	])('%s is refused', (title, status, words) => {
		expect(createCommandError(starting, result(title))).toMatchObject({
			fault: 'refused',
			status,
			words: [expect.stringContaining(words)],
		});
	});

	it.each([
		['rekey-submit-wrong-nonce', 'incorrect nonce'],
		['rekey-submit-not-base64', 'valid hex or base64'],
		['rekey-submit-stdin-dash-not-supported', 'valid hex or base64'],
		['rekey-submit-stdin-not-a-terminal', 'File descriptor 0 is not a terminal'],
	])('%s is refused without effect', (title, words) => {
		const error = createCommandError(committing, result(title));
		expect(error.fault).toBe('refused');
		expect(error.words.join(' ')).toContain(words);
	});

	it.each(['rekey-init', 'rekey-init-to-cancel', 'rekey-init-pgp-armored'])(
		'%s is parsed below its warning',
		(title) => {
			expect(parseRekeyStatusText(entry(title).stdout)).toMatchObject({
				started: true,
				progress: 0,
			});
		},
	);

	it.each(['init', 'version', 'rekey-delete', 'rekey-cancel'])(
		'%s is never mistaken for a status or for new shares',
		(title) => {
			for (const read of [
				parseRekeyStatusText,
				parseSealStatusText,
				(text: string) => parseSubmitResultText(text, 1),
			])
				expect(() => read(entry(title).stdout)).toThrow(
					expect.objectContaining({ fault: 'unclear' }),
				);
		},
	);
});

describe('probing', () => {
	it('finds the old command from its output', async () => {
		const unknown = (words: string) => ({ status: words, from: 'operator-subcommand-unknown' });
		const by = runner(
			unknown('vault operator rekey -status -format=json'),
			unknown('vault operator rekey -status'),
			unknown('vault operator rotate-keys -status -format=json'),
			'rekey-status-idle',
			'status-unsealed',
		);
		const { vault } = await probeCommand(
			{ runner: by, address: 'http://127.0.0.1:8200' },
			undefined,
		);
		expect(vault?.abilities).toEqual(looked);
	});
});
