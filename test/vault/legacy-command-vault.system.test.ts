import { generateKey } from 'openpgp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { probeVault } from '../../source/vault/probe-vault.ts';
import { checkRekeyGate } from '../../source/vault/rekey-gate.ts';
import type { RekeyRequest, Vault } from '../../source/vault/vault-types.ts';
import { initVault, startVault, type TestVault, unsealVault } from '../helpers/test-vault.ts';
import { createLocalRunner, type LocalRunner } from './local-runner.ts';

/** Vault 0.8 is no longer available: it is emulated from recorded output. */
let server: TestVault;
let runner: LocalRunner;
let request: RekeyRequest;
let fingerprints: string[];
let hexKeys: readonly string[];
let rootToken: string;
let vault: Vault;

const share = (hex: string) => new SecretBytes(Buffer.from(hex, 'hex'));
/** Responses are not stored on this instance: a lost one is read with a token. */
const token = async () => new SecretBytes(Buffer.from(rootToken));
const found = (by: LocalRunner = runner) =>
	probeVault({ command: { runner: by, address: server.address, program: server.command }, token });

beforeAll(async () => {
	server = await startVault({ kind: 'stand-in', like: '0.8.2' });
	runner = createLocalRunner(server.env);
	const keys = await Promise.all(
		['one', 'two', 'three'].map((name) =>
			generateKey({ type: 'rsa', rsaBits: 2048, userIDs: [{ name }], format: 'object' }),
		),
	);
	fingerprints = keys.map(({ publicKey }) => publicKey.getFingerprint());
	request = {
		shares: 3,
		threshold: 2,
		pgpKeys: keys.map(({ publicKey }) => Buffer.from(publicKey.write()).toString('base64')),
		backup: true,
		verify: false,
	};
});

afterAll(() => server?.stop());

it('finds the old command of an emulated 0.8, and its gate', async () => {
	({ hexKeys, token: rootToken } = await initVault(server, { shares: 3, threshold: 2 }));
	({ vault } = await found());
	expect(vault.abilities).toMatchObject({ family: 'legacy-command', verify: false });
	expect(await checkRekeyGate(vault, { nonces: [] })).toMatchObject({ reason: 'sealed' });
	expect(await unsealVault(server, hexKeys)).toBe(true);
	({ vault } = await found());
	expect(await checkRekeyGate(vault, { nonces: [] })).toMatchObject({
		open: true,
		underWay: 'none',
	});
});

it('rekeys it on a terminal without showing a key', async () => {
	const begun = await vault.startRekey(request);
	expect(begun).toMatchObject({ started: true, fingerprints, backup: true, required: 2 });
	const wrong = share('05'.repeat(33));
	await vault.submitShare(wrong, begun.nonce, request);
	await expect(
		vault.submitShare(share(hexKeys[0] ?? ''), begun.nonce, request),
	).rejects.toMatchObject({ fault: 'refused', status: 400 });
	const first = await vault.submitShare(share(hexKeys[0] ?? ''), begun.nonce, request);
	expect(first).toMatchObject({ complete: false, status: { progress: 1 } });
	const done = await vault.submitShare(share(hexKeys[1] ?? ''), begun.nonce, request);
	if (!done.complete) throw new Error('not complete');
	expect(done).toMatchObject({ nonce: begun.nonce, backup: true });
	expect(done.shares.map(({ fingerprint }) => fingerprint)).toEqual(fingerprints);
	expect(await vault.rekeyStatus()).toMatchObject({ started: false });
	for (const key of hexKeys) {
		expect(runner.shown()).not.toContain(key);
		expect(runner.ran.flat().join('\n')).not.toContain(key);
	}
	expect(runner.shown()).toContain('will be hidden');
});

it('submits nothing when the rekey is gone, and does not start one by accident', async () => {
	const { nonce } = await vault.startRekey(request);
	await vault.cancelRekey(nonce);
	await expect(vault.submitShare(share(hexKeys[0] ?? ''), nonce, request)).rejects.toMatchObject({
		fault: 'refused',
	});
	expect(await vault.rekeyStatus()).toMatchObject({ started: false });
});

it('submits no key when the command has started a rekey of its own', async () => {
	const { nonce } = await vault.startRekey(request);
	const impatient = createLocalRunner(server.env, 'Key (will be hidden): ');
	const racing: LocalRunner = {
		...impatient,
		// Between the status request and the command, another operator cancels the rekey.
		async runInTerminal(...given) {
			await vault.cancelRekey(nonce);
			const none = { exitCode: 1, stdout: Buffer.alloc(0), stderr: '' };
			return (await impatient.runInTerminal?.(...given)) ?? none;
		},
	};
	const { vault: raced } = await found(racing);
	const submitted = raced.submitShare(share(hexKeys[0] ?? ''), nonce, request);
	await expect(submitted).rejects.toMatchObject({ name: 'VaultError', fault: 'unclear' });
	expect(impatient.shown()).toContain('Key (will be hidden): ');
	expect(impatient.shown()).not.toContain(nonce);
	// It has our parameters and no share: the rekey that `vault rekey` starts by itself.
	expect(await vault.rekeyStatus()).toMatchObject({ started: true, progress: 0, fingerprints });
});
