import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decrypt, generateKey, type PrivateKey, readMessage } from 'openpgp';

const run = promisify(execFile);

/** A key holder's key: the public part for Vault, and a function that decrypts. */
export interface TestPgpKey {
	base64: string;
	fingerprint: string;
	/** Decrypts a binary message in base64. */
	open(message: string): Promise<string>;
}

type Kind = 'rsa' | 'curve25519Legacy' | 'curve25519' | 'nistP256' | 'sign-only';

const KINDS = {
	rsa: { type: 'rsa', rsaBits: 2048, userIDs: [{ name: 'rsa' }] },
	curve25519Legacy: { type: 'ecc', curve: 'curve25519Legacy', userIDs: [{ name: 'legacy' }] },
	curve25519: { type: 'curve25519', userIDs: [{ name: 'new' }] },
	nistP256: { type: 'ecc', curve: 'nistP256', userIDs: [{ name: 'p256' }] },
	'sign-only': { type: 'rsa', rsaBits: 2048, userIDs: [{ name: 'signs' }], subkeys: [] },
} as const satisfies Record<Kind, object>;

const optionsOf = (kind: Kind) =>
	({ ...KINDS[kind], format: 'object' }) as Parameters<typeof generateKey>[0] & {
		format: 'object';
	};

export async function generateTestKey(kind: Kind): Promise<TestPgpKey & { secret: PrivateKey }> {
	const { privateKey: secret } = await generateKey(optionsOf(kind));
	return {
		secret,
		base64: Buffer.from(secret.toPublic().write()).toString('base64'),
		fingerprint: secret.getFingerprint(),
		async open(message) {
			const binaryMessage = Buffer.from(message, 'base64');
			const opened = await decrypt({
				message: await readMessage({ binaryMessage }),
				decryptionKeys: secret,
			});
			return String(opened.data);
		},
	};
}

/** An ed25519 key with cv25519, generated and used by GnuPG in its own keyring. */
export async function generateGpgKey(): Promise<TestPgpKey & { end(): Promise<void> }> {
	const home = await mkdtemp(join(tmpdir(), 'gpg-'));
	const gpg = async (...args: string[]) => {
		const options = { env: { ...process.env, GNUPGHOME: home }, encoding: 'buffer' } as const;
		return (await run('gpg', ['--batch', '--yes', '--quiet', ...args], options)).stdout;
	};
	const unprotected = ['--pinentry-mode', 'loopback', '--passphrase', ''];
	const name = 'custodian@example.com';
	await gpg(...unprotected, '--quick-gen-key', name, 'default', 'default', 'never');
	const listed = (await gpg('--with-colons', '--fingerprint', name)).toString();
	return {
		base64: (await gpg('--export', name)).toString('base64'),
		fingerprint: (/^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '').toLowerCase(),
		async open(message) {
			const options = { env: { ...process.env, GNUPGHOME: home } };
			const opening = run('gpg', ['--batch', '--quiet', '--decrypt'], options);
			opening.child.stdin?.end(Buffer.from(message, 'base64'));
			return (await opening).stdout;
		},
		async end() {
			const options = { env: { ...process.env, GNUPGHOME: home } };
			await run('gpgconf', ['--kill', 'all'], options).catch(() => {});
			await rm(home, { recursive: true, force: true });
		},
	};
}
