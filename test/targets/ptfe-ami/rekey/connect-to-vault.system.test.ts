import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SecretBytes } from '../../../../source/engine/secret-bytes.ts';
import { SecretRegistry } from '../../../../source/engine/secret-registry.ts';
import { connectToInstance } from '../../../../source/instance/connect.ts';
import {
	type InstanceConnection,
	InstanceError,
} from '../../../../source/instance/instance-types.ts';
import { readSecretFile } from '../../../../source/instance/remote-files.ts';
import { getInstanceLayout } from '../../../../source/practice/instance/instance-layout.ts';
import type { Context } from '../../../../source/steps/step-context.ts';
import { connectToVault } from '../../../../source/targets/ptfe-ami/rekey/connect-to-vault.ts';
import type { VaultClient } from '../../../../source/vault/http-vault.ts';
import { parseKeyShare } from '../../../../source/vault/key-shares.ts';
import { generateDryRunKey } from '../../../../source/vault/pgp/generate-keys.ts';
import type { RekeyRequest } from '../../../../source/vault/rekey-preconditions.ts';
import { classifyShareSubmissionError } from '../../../../source/vault/response-errors.ts';
import { listenOnFreePort } from '../../../helpers/local-server.ts';
import { startTestInstance, type TestInstance } from '../../../instance/test-instance.ts';

// Over real ssh, with a Vault that commits at once: emulated 0.8.

let machine: TestInstance;
let instance: InstanceConnection;
let tls: Server | undefined;
const limits = { timeoutMs: 120_000 };

beforeEach(async () => {
	machine = await startTestInstance('0.8.2');
	instance = await connectToInstance(machine.target, { environment: process.env });
});
afterEach(async () => {
	tls?.close();
	tls?.closeAllConnections();
	tls = undefined;
	await instance?.close();
	await machine?.end();
});

const home = () => getInstanceLayout(machine.machine.folder).home;
const waiting = () => {
	const folder = join(home(), '.tfe-wizard');
	return existsSync(folder) ? readdirSync(folder) : [];
};
/** Sets variables in the login environment of the instance. */
const setVariables = (variables: Record<string, string>) => {
	const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
	writeFileSync(join(home(), '.profile'), lines.join(''));
};
/** The ssh server forwards the usual port alone: it refuses this one when it is used. */
const refuseForwarding = () =>
	setVariables({ VAULT_ADDR: `http://127.0.0.1:${machine.machine.ports.vault}` });

function connect(over: InstanceConnection, token?: string) {
	const services = { environment: token === undefined ? {} : { VAULT_TOKEN: token } };
	// Of its context it needs a token alone.
	const context = { services, secrets: new SecretRegistry() } as unknown as Context;
	return connectToVault(context, over);
}
async function vaultBy(over: InstanceConnection): Promise<VaultClient> {
	const { vault } = await connect(over);
	expect(vault.how).toContain('sent by curl there');
	expect(vault.features).toEqual({ family: 'rekey', verify: false, token: false });
	return vault;
}
async function oldKey(): Promise<SecretBytes> {
	const read = await readSecretFile(instance, '/data/vault-unseal-key', limits);
	if (!read.ok) throw new Error(read.words);
	const key = read.secret.use(parseKeyShare);
	if (!(key instanceof SecretBytes)) throw new Error(key.what);
	return key;
}
const requestTo = (publicKey: string): RekeyRequest => ({
	...{ shares: 1, threshold: 1, pgpKeys: [publicKey], backup: true, verify: false },
});

it('recovers the response after the connection was lost, with a server that refuses forwarding', async () => {
	refuseForwarding();
	const { publicKey, fingerprint } = await generateDryRunKey({ signOnly: false });
	const asked = requestTo(publicKey);
	const key = await oldKey();
	const whole = instance;
	// The connection ends at the moment the request is known to be sent, and before its response is read.
	const cut: InstanceConnection = {
		...whole,
		async run(command, options) {
			const ran = await whole.run(command, options);
			if (JSON.stringify(command).includes('mkdir rekey-')) await machine.cut();
			return ran;
		},
	};
	const vault = await vaultBy(cut);
	const { nonce } = await vault.startRekey(asked);
	await expect(vault.submitShare(key, nonce, asked)).rejects.toMatchObject({ fault: 'unclear' });

	await whole.close();
	instance = await connectToInstance(machine.target, { environment: process.env });
	const again = await vaultBy(instance);
	// Without a token: it is the response itself that is stored, and not what Vault keeps.
	const found = await again.readShareBackup(nonce);
	expect(found?.nonce).toBe(nonce);
	expect(found?.shares.get(fingerprint)).toHaveLength(1);
	expect((await again.rekeyStatus()).started).toBe(false);
	// The same is never sent twice: what is stored stays until it is deleted.
	await expect(again.submitShare(key, nonce, asked)).rejects.toMatchObject({ fault: 'unsent' });
	expect(waiting()).toEqual([`rekey-${nonce}`]);
	await again.deleteStoredResponse(nonce);
	expect(waiting()).toEqual([]);
	await expect(again.readShareBackup(nonce)).rejects.toMatchObject({ fault: 'refused' });
	// With a token, which only curl's standard input contains.
	const token = readFileSync(getInstanceLayout(machine.machine.folder).rootToken, 'utf8').trim();
	expect(await (await connect(instance, token)).vault.readShareBackup(nonce)).toEqual(found);
});

it('verifies the current unseal key with a dry run and leaves nothing behind', async () => {
	refuseForwarding();
	const asked = requestTo((await generateDryRunKey({ signOnly: true })).publicKey);
	const vault = await vaultBy(instance);
	const submit = async (key: SecretBytes) => {
		const { nonce } = await vault.startRekey(asked);
		const judged = await vault
			.submitShare(key, nonce, asked)
			.then(() => 'taken', classifyShareSubmissionError);
		await vault.cancelRekey(nonce);
		return judged;
	};
	expect(await submit(new SecretBytes(Buffer.alloc(32, 5)))).toBe('wrong');
	expect(await submit(await oldKey())).toBe('cannot-encrypt');
	expect(waiting()).toEqual([]);
});

it('reports what ssh said when no port can be forwarded (a fake failure)', async () => {
	const refused = async () => {
		throw new InstanceError('no-forward', 'ssh could not forward port 8200.', ['ssh said: no']);
	};
	const { vault, found } = await connect({ ...instance, forward: refused });
	expect(vault.how).toContain('sent by curl there');
	expect(found[0]).toBe('ssh could not forward port 8200. ssh said: no');
	const over = await connect(instance);
	expect(over.vault.how).toContain('HTTP through ssh');
	rmSync(join(getInstanceLayout(machine.machine.folder).bin, 'curl'));
	writeFileSync(
		join(getInstanceLayout(machine.machine.folder).bin, 'curl'),
		'#!/bin/sh\nexit 127\n',
		{
			mode: 0o755,
		},
	);
	await expect(connect({ ...instance, forward: refused })).rejects.toMatchObject({
		fault: 'unsent',
		message: expect.stringContaining('curl is not available'),
	});
});

/** HTTPS in front of Vault, with a certificate of its own for this name. */
async function serveTls(name: string): Promise<{ port: number; certificate: string }> {
	const file = (extension: string) => join(machine.scratch, `tls.${extension}`);
	execFileSync('openssl', [
		...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
		...['-keyout', file('key'), '-out', file('crt'), '-days', '1', '-subj', `/CN=${name}`],
		...['-addext', `subjectAltName=${/^\d/.test(name) ? 'IP' : 'DNS'}:${name}`],
	]);
	const [key, cert] = [readFileSync(file('key')), readFileSync(file('crt'))];
	const server = createServer({ key, cert }, (incoming, outgoing) => {
		const { method, url, headers } = incoming;
		const to = { host: '127.0.0.1', port: machine.machine.ports.vault, path: url };
		const onward = request({ ...to, method, headers }, (reply) => {
			outgoing.writeHead(reply.statusCode ?? 0, reply.headers);
			reply.pipe(outgoing);
		});
		incoming.pipe(onward);
	});
	tls = server;
	const port = await listenOnFreePort(server);
	return { port, certificate: file('crt') };
}

it('rekeys over https on loopback, verified with the CA file of the instance', async () => {
	const { port, certificate } = await serveTls('127.0.0.1');
	const VAULT_ADDR = `https://127.0.0.1:${port}`;
	setVariables({ VAULT_ADDR });
	await expect(connect(instance)).rejects.toMatchObject({
		fault: 'unsent',
		message: expect.stringContaining('certificate'),
	});
	setVariables({ VAULT_ADDR, VAULT_CACERT: certificate });
	const vault = await vaultBy(instance);
	const asked = requestTo((await generateDryRunKey({ signOnly: false })).publicKey);
	const { nonce } = await vault.startRekey(asked);
	expect(await vault.submitShare(await oldKey(), nonce, asked)).toMatchObject({ complete: true });
	expect((await vault.readShareBackup(nonce))?.nonce).toBe(nonce);
	setVariables({ VAULT_ADDR, VAULT_SKIP_VERIFY: 'true' });
	expect((await vaultBy(instance)).features.verify).toBe(false);
});

it('verifies the server name that the instance sets, and still connects to loopback', async () => {
	const { port, certificate } = await serveTls('vault.example.com');
	const VAULT_ADDR = `https://127.0.0.1:${port}`;
	setVariables({ VAULT_ADDR, VAULT_CACERT: certificate });
	await expect(connect(instance)).rejects.toMatchObject({ fault: 'unsent' });
	setVariables({
		VAULT_ADDR,
		VAULT_CACERT: certificate,
		VAULT_TLS_SERVER_NAME: 'vault.example.com',
	});
	expect((await vaultBy(instance)).features.verify).toBe(false);
});
