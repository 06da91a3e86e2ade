import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decrypt, generateKey, type PrivateKey, readMessage } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../source/engine/secret-bytes.ts';
import { createCurlTransport } from '../../source/targets/ptfe-ami/rekey/remote-requests.ts';
import { findRekeyObstacle } from '../../source/vault/find-rekey-obstacle.ts';
import type { VaultClient } from '../../source/vault/http-vault.ts';
import { createHttpVault } from '../../source/vault/http-vault.ts';
import { probeAndCreateVaultClient } from '../../source/vault/probe-vault.ts';
import type { RekeyRequest } from '../../source/vault/rekey-preconditions.ts';
import { classifyShareSubmissionError, VaultError } from '../../source/vault/response-errors.ts';
import type { HttpTransport } from '../../source/vault/send-http-request.ts';
import { initVault, requireRealVault, startVault, type TestVault } from '../helpers/test-vault.ts';
import { createLocalInstance } from '../instance/local-instance.ts';

const here = await requireRealVault('the drivers for a real Vault');

let server: TestVault;
let custodians: { privateKey: PrivateKey; publicKey: string; fingerprint: string }[];
/** The shares that unseal it now. */
let current: Buffer[];
let request: RekeyRequest;

/** In front of the server, on a Unix socket; can be told to lose the next response. */
let proxy: Server;
let swallow = false;
const socketPath = join(tmpdir(), `vault-ways-${process.pid}.sock`);
const connections = new Set<Socket>();

beforeAll(async () => {
	if (!here) return;
	server = await startVault({ kind: 'real' });
	proxy = createServer((client) => {
		const upstream = connect(server.port, '127.0.0.1');
		connections.add(client).add(upstream);
		for (const end of [client, upstream]) end.on('error', () => undefined);
		client.on('data', (piece) => upstream.write(piece));
		upstream.on('data', (piece) => {
			if (swallow) client.destroy();
			else client.write(piece);
		});
		upstream.on('end', () => client.end());
		client.on('close', () => upstream.end());
	});
	await new Promise<void>((resolve) => proxy.listen(socketPath, resolve));
	custodians = await Promise.all(
		['one', 'two', 'three'].map(async (name) => {
			const { privateKey, publicKey } = await generateKey({
				type: 'ecc',
				curve: 'ed25519Legacy',
				userIDs: [{ name }],
				format: 'object',
			});
			return {
				privateKey,
				publicKey: Buffer.from(publicKey.write()).toString('base64'),
				fingerprint: publicKey.getFingerprint(),
			};
		}),
	);
	request = {
		shares: 3,
		threshold: 2,
		pgpKeys: custodians.map(({ publicKey }) => publicKey),
		backup: true,
		verify: true,
	};
});

afterAll(async () => {
	for (const connection of connections) connection.destroy();
	proxy?.close();
	rmSync(socketPath, { force: true });
	await server?.stop();
});

/** The server's response, and its verdict on the shares. */
const refusedFor = async (asked: Promise<unknown>) => {
	const refused = await asked.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	if (!(refused instanceof VaultError)) throw new Error('it was not refused');
	expect(refused.fault).toBe('refused');
	return [refused.status, classifyShareSubmissionError(refused)];
};
const secret = (bytes: Buffer) => new SecretBytes(Buffer.from(bytes));
const [ONE, TWO, THREE] = [0, 1, 2];
const share = (which: number, of = current) => secret(of[which] ?? Buffer.alloc(0));

async function opened(messages: readonly Buffer[]): Promise<Buffer[]> {
	return Promise.all(
		messages.map(async (binaryMessage, index) => {
			const decryptionKeys = custodians[index]?.privateKey ?? [];
			const message = await readMessage({ binaryMessage });
			const { data } = await decrypt({ message, decryptionKeys });
			// Vault encrypts the hex text of a share.
			return Buffer.from(String(data), 'hex');
		}),
	);
}

const overSocket = (): HttpTransport => ({ socketPath });
const byCurl = (): HttpTransport =>
	createCurlTransport(createLocalInstance({ home: tmpdir() }), {
		address: server.address,
		tlsOptions: [],
	});
const vaultOver = (transport: HttpTransport): VaultClient =>
	createHttpVault(transport, {
		features: { family: 'rekey', verify: true, token: false },
		timeoutMs: 120_000,
	});

const ways: [string, () => HttpTransport][] = [
	['HTTP through a socket', overSocket],
	['HTTP by curl', byCurl],
];

describe.skipIf(!here)('a real Vault', () => {
	it('is found, and its gate judged, while it is uninitialized and while it is sealed', async () => {
		for (const [, way] of ways) {
			const { vault } = await probeAndCreateVaultClient({ http: way() });
			expect(await findRekeyObstacle(vault, () => false)).toMatchObject({
				reason: 'uninitialized',
			});
		}
		const { hexKeys } = await initVault(server, { shares: 3, threshold: 2 });
		current = hexKeys.map((key) => Buffer.from(key, 'hex'));
		for (const [, way] of ways) {
			const { vault } = await probeAndCreateVaultClient({ http: way() });
			expect(await findRekeyObstacle(vault, () => false)).toMatchObject({ reason: 'sealed' });
			await expect(vault.startRekey(request)).rejects.toMatchObject({ fault: 'unsupported' });
		}
	});

	it.each(ways)('is unsealed, rekeyed and verified over %s', async (_, way) => {
		await server.restart();
		const vault = vaultOver(way());
		expect(await vault.unseal(share(ONE))).toMatchObject({ sealed: true, progress: 1 });
		expect(await vault.unseal(share(TWO))).toMatchObject({ sealed: false });
		const probed = await probeAndCreateVaultClient({ http: way() });
		expect(probed.vault.features).toMatchObject({ verify: true, token: false });
		await expect.poll(() => vault.leadership()).toMatchObject({ isSelf: true });
		await expect
			.poll(() => vault.rekeyStatus().catch(() => undefined))
			.toMatchObject({ started: false });
		expect(await findRekeyObstacle(vault, () => false)).toBeUndefined();

		// Started exactly once; cancelled only with its nonce.
		const begun = await vault.startRekey(request);
		expect(begun).toMatchObject({ started: true, required: 2, progress: 0, backup: true });
		expect(begun.verificationRequired).toBe(true);
		expect(begun.fingerprints).toEqual(custodians.map(({ fingerprint }) => fingerprint));
		expect(await vault.rekeyStatus()).toEqual(begun);
		await expect(vault.startRekey(request)).rejects.toMatchObject({ fault: 'refused' });
		expect(await findRekeyObstacle(vault, () => false)).toMatchObject({ reason: 'foreign-rekey' });
		await expect(vault.cancelRekey('another')).rejects.toMatchObject({ fault: 'refused' });
		await vault.cancelRekey(begun.nonce);
		expect(await vault.verificationStatus()).toMatchObject({ started: false });
		const { nonce } = await vault.startRekey(request);

		// Wrong shares: noticed with the last one, without loss.
		const wrong = secret(Buffer.alloc(33, 5));
		const one = await vault.submitShare(wrong, nonce, request);
		expect(one).toMatchObject({ complete: false, status: { progress: 1, required: 2 } });
		expect(await refusedFor(vault.submitShare(wrong, nonce, request))).toEqual([400, 'wrong']);
		expect(await refusedFor(vault.submitShare(share(ONE), nonce, request))).toEqual([500, 'wrong']);
		expect(await vault.rekeyStatus()).toMatchObject({ started: true, progress: 0 });
		const foreign = vault.submitShare(share(ONE), 'another', request);
		expect(await refusedFor(foreign)).toEqual([400, 'not-judged']);

		await vault.submitShare(share(ONE), nonce, request);
		const done = await vault.submitShare(share(TWO), nonce, request);
		if (!done.complete) throw new Error('not complete');
		expect(done.nonce).toBe(nonce);
		expect(done.shares.map(({ fingerprint }) => fingerprint)).toEqual(begun.fingerprints);
		const proof = await vault.verificationStatus();
		expect(proof).toEqual({
			started: true,
			nonce: done.verificationNonce,
			progress: 0,
		});
		await expect(vault.submitShare(share(ONE), nonce, request)).rejects.toMatchObject({
			fault: 'refused',
			words: [expect.stringContaining('already finished')],
		});

		// Verification: a wrong set or a restart changes the nonce, the right set commits.
		const fresh = await opened(done.shares.map(({ message }) => message));
		await vault.verifyShare(wrong, proof.nonce);
		const mixed = vault.verifyShare(share(ONE, fresh), proof.nonce);
		expect(await refusedFor(mixed)).toEqual([400, 'wrong']);
		const second = await vault.verificationStatus();
		expect(second.nonce).not.toBe(proof.nonce);
		await expect(vault.restartVerification(proof.nonce)).rejects.toMatchObject({
			fault: 'refused',
		});
		await vault.restartVerification(second.nonce);
		const third = await vault.verificationStatus();
		expect(third.nonce).not.toBe(second.nonce);
		expect(await vault.verifyShare(share(ONE, fresh), third.nonce)).toMatchObject({
			complete: false,
			progress: 1,
		});
		expect(await vault.verifyShare(share(THREE, fresh), third.nonce)).toMatchObject({
			complete: true,
		});
		current = fresh;
		expect(await vault.rekeyStatus()).toMatchObject({ started: false });
		await expect(vault.readShareBackup()).rejects.toMatchObject({ fault: 'refused', status: 403 });
	});

	it('is unsealed with the latest shares after all that', async () => {
		await server.restart();
		const vault = vaultOver(overSocket());
		await vault.unseal(share(ONE));
		expect(await vault.unseal(share(TWO))).toMatchObject({ sealed: false });
	});

	it('may have executed a request whose response was lost', async () => {
		const vault = vaultOver(overSocket());
		await expect
			.poll(() => vault.rekeyStatus().catch(() => undefined))
			.toMatchObject({ started: false });
		swallow = true;
		await expect(vault.startRekey(request)).rejects.toMatchObject({ fault: 'unclear' });
		swallow = false;
		const status = await vault.rekeyStatus();
		expect(status).toMatchObject({
			...{ started: true, shares: 3, threshold: 2, progress: 0, verificationNonce: '' },
			verificationRequired: request.verify,
			fingerprints: custodians.map(({ fingerprint }) => fingerprint),
		});
		await vault.cancelRekey(status.nonce);
	});
});
