import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { describe, expect, it, test } from 'vitest';
import { parseCustodianKey } from '../../../source/vault/pgp/parse-custodian-key.ts';
import { parsePackets } from '../../../source/vault/pgp/parse-packets.ts';

const folder = join(import.meta.dirname, '../../fixtures/pgp');
const fixture = (name: string) => readFileSync(join(folder, name));
/** After every fixture was created, whatever the local clock says. */
const now = new Date('2027-01-01T00:00:00Z');
const read = (bytes: Buffer, more: { goodUntil?: Date; now?: Date } = {}) =>
	parseCustodianKey(bytes, { name: 'Ada', now, ...more });

const accepted: readonly (readonly [file: string, algorithm: string])[] = [
	['rsa.asc', 'RSA 2048'],
	['rsa.gpg', 'RSA 2048'],
	['rsa.b64', 'RSA 2048'],
	['rsa-wrapped.b64', 'RSA 2048'],
	['rsa-one-key.asc', 'RSA 2048'],
	['ed25519.asc', 'Curve25519'],
	['ed25519-js.asc', 'Curve25519'],
	['p256.asc', 'NIST P-256'],
	['p384.asc', 'NIST P-384'],
	['many-subkeys.asc', 'Curve25519'],
	['expired-and-live.asc', 'Curve25519'],
	['revoked-and-live.asc', 'Curve25519'],
	['until-2050.asc', 'Curve25519'],
	['strange-name.asc', 'Curve25519'],
	['alice.asc', 'RSA 3072'],
	['alice.b64', 'RSA 3072'],
	['bob.asc', 'RSA 3072'],
	['bob.b64', 'RSA 3072'],
	['carol.asc', 'RSA 3072'],
	['carol.b64', 'RSA 3072'],
];

const refused: readonly (readonly [file: string, what: RegExp])[] = [
	['brainpool.asc', /key type Brainpool P-256/],
	['brainpool-subkey.asc', /key type Brainpool P-256/],
	['secp256k1.asc', /key type secp256k1/],
	['curve25519-new.asc', /key type Ed25519 in the RFC 9580 format \(algorithm 27\)/],
	['curve25519-new-subkey.asc', /key type X25519 in the RFC 9580 format \(algorithm 25\)/],
	['curve448.asc', /key type Ed448 \(algorithm 28\)/],
	['v6.asc', /a version 6 key: Vault supports only version 4 keys/],
	['dsa-elgamal.asc', /key type DSA/],
	['rsa-1024.asc', /RSA 1024: .*too weak/],
	['sign-only.asc', /can sign, but not encrypt/],
	['signonly.b64', /can sign, but not encrypt/],
	['storage-only.asc', /not flagged for encrypting messages/],
	['expired.asc', /It expired on 2024-06-01/],
	['expired-primary.asc', /It expired on 2024-06-01/],
	['expired-subkey.asc', /no valid encryption subkey: [0-9a-f]{16} expired on 2024-06-01/],
	['revoked.asc', /It is revoked/],
	['revoked-subkey.asc', /no valid encryption subkey: [0-9a-f]{16} is revoked/],
	['revoked-name.asc', /no user id with a valid self-signature/],
	['damaged.gpg', /[0-9a-f]{16} has no valid signature/],
	['cut-short.asc', /damaged/],
	['cut-short.gpg', /damaged/],
	['secret.asc', /The file is a SECRET key/],
	['secret.gpg', /The file is a SECRET key/],
	['secret.b64', /The file is a SECRET key/],
	['two-keys.asc', /contains 2 keys/],
	['two-keys.gpg', /contains 2 keys/],
	['two-blocks.asc', /contains 2 armored blocks/],
	['two-e-subkeys.asc', /2 valid encryption subkeys/],
	['message.asc', /not an OpenPGP public key but "PGP MESSAGE"/],
	['revocation.asc', /signature or a revocation certificate/],
	['utf16.asc', /UTF-16/],
];

test('every key file has a row', () => {
	const rows = [...accepted, ...refused].map(([file]) => file);
	const files = readdirSync(folder).filter((name) => name !== 'make.ts');
	expect(rows.toSorted()).toEqual(files.toSorted());
});

describe('accepted keys', () => {
	it.each(accepted)('%s: %s', async (file, algorithm) => {
		const result = await read(fixture(file));
		if (!result.ok) throw new Error(result.problem.what);
		const { key, warnings } = result;
		expect(warnings).toEqual([]);
		expect(key.algorithm).toBe(algorithm);
		expect(key.fingerprint).toMatch(/^[0-9a-f]{40}$/);
		expect(key.encryptionKeyId).toMatch(/^[0-9a-f]{16}$/);

		// What Vault receives: one key, one user id, at most one subkey, no more signatures than needed.
		const bytes = Buffer.from(key.base64, 'base64');
		const tags = parsePackets(bytes)?.map(({ tag }) => tag);
		expect(tags).toEqual(file === 'rsa-one-key.asc' ? [6, 13, 2] : [6, 13, 2, 14, 2]);
		const again = await openpgp.readKey({ binaryKey: bytes });
		expect(again.getFingerprint()).toBe(key.fingerprint);
		expect((await again.getEncryptionKey(undefined, now)).getKeyID().toHex()).toBe(
			key.encryptionKeyId,
		);
	});

	test('one key is read the same from every format', async () => {
		const results = await Promise.all(
			['rsa.asc', 'rsa.gpg', 'rsa.b64', 'rsa-wrapped.b64'].map((name) => read(fixture(name))),
		);
		expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
		const marked = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), fixture('rsa.asc')]);
		expect(await read(marked)).toEqual(results[0]);
	});

	test('the valid subkey is chosen, never the expired or revoked one', async () => {
		for (const file of ['expired-and-live.asc', 'revoked-and-live.asc']) {
			const whole = await openpgp.readKey({ armoredKey: fixture(file).toString() });
			const result = await read(fixture(file));
			const dead = whole.subkeys[0]?.getKeyID().toHex();
			const live = whole.subkeys[1]?.getKeyID().toHex();
			expect(result).toMatchObject({ ok: true, key: { encryptionKeyId: live } });
			expect(dead).not.toBe(live);
		}
	});

	test('the earlier expiry of primary key and subkey applies, with a warning before the horizon', async () => {
		const until = (year: number) => ({ goodUntil: new Date(Date.UTC(year, 6, 1)) });
		const late = await read(fixture('until-2050.asc'), until(2051));
		expect(late).toMatchObject({ ok: true, key: { expires: expect.any(Date) } });
		expect(late.ok && late.key.expires?.toISOString().slice(0, 10)).toBe('2050-01-01');
		expect(late.ok && late.warnings).toEqual([
			'The key of Ada expires on 2050-01-01: extend it before the next rekey.',
		]);
		expect(await read(fixture('until-2050.asc'), until(2049))).toMatchObject({ warnings: [] });
		expect(await read(fixture('rsa.asc'), until(2100))).toMatchObject({ warnings: [] });
		const over = await read(fixture('until-2050.asc'), { now: new Date('2050-07-01') });
		expect(over).toMatchObject({
			ok: false,
			problem: { what: expect.stringMatching(/expired on 2050-01-01/) },
		});
	});
});

describe('refused keys', () => {
	it.each(refused)('%s: %s', async (file, what) => {
		const result = await read(fixture(file));
		if (result.ok) throw new Error(`accepted: ${file}`);
		expect(result.problem.what).toMatch(what);
		expect(result.problem.what).toMatch(/^The key of Ada: .*\.$/);
		expect(result.problem.expected).not.toBe('');
		expect(result.problem.next.length).toBeGreaterThan(0);
	});

	const odd: readonly (readonly [title: string, text: string | Buffer, what: RegExp])[] = [
		['an empty file', '', /empty/],
		['prose', 'my key is on the server, see there!', /not an OpenPGP key/],
		['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI ada@example.com', /SSH key/],
		[
			'a certificate',
			'-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
			/CERTIFICATE/,
		],
		['an SSH secret key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==', /SECRET key/],
		['a Keybase name', 'keybase:ada', /Keybase/],
		['a large file', Buffer.alloc(1024 * 1024 + 1, 65), /larger than 1 MiB/],
		['no blank line in the armor', '-----BEGIN PGP PUBLIC KEY BLOCK-----\nab\n-----END', /damaged/],
	];
	it.each(odd)('%s', async (_title, text, what) => {
		const result = await read(Buffer.from(text));
		expect(result).toMatchObject({ ok: false, problem: { what: expect.stringMatching(what) } });
	});

	test('a key from the future is refused', async () => {
		const result = await read(fixture('rsa.asc'), { now: new Date('2023-01-01') });
		expect(result).toMatchObject({
			problem: { what: expect.stringMatching(/created on 2024-01-01.*future/) },
		});
	});

	test('a secret key hidden behind a public one is refused', async () => {
		const both = Buffer.concat([fixture('ed25519-js.asc'), fixture('secret.asc')]);
		expect(await read(both)).toMatchObject({ problem: { what: expect.stringMatching(/SECRET/) } });
		const binary = Buffer.concat([fixture('rsa.gpg'), fixture('secret.gpg')]);
		expect(await read(binary)).toMatchObject({
			problem: { what: expect.stringMatching(/SECRET/) },
		});
	});

	const userIdsOf = async ({ base64 }: { base64: string }) =>
		(await openpgp.readKey({ binaryKey: Buffer.from(base64, 'base64') })).getUserIDs();

	test('damage at any byte is refused or leaves the key unchanged', async () => {
		const whole = fixture('rsa.gpg');
		const good = await read(whole);
		for (let at = 0; at < whole.length; at += 37) {
			const bytes = Buffer.from(whole);
			bytes.writeUInt8(bytes.readUInt8(at) ^ 0x20, at);
			const result = await read(bytes);
			const same = result.ok && good.ok && result.key.fingerprint === good.key.fingerprint;
			if (result.ok) expect(same, `byte ${at}`).toBe(true);
			if (result.ok && good.ok)
				expect(await userIdsOf(result.key), `byte ${at}`).toEqual(await userIdsOf(good.key));
		}
	});
});
