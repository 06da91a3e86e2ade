import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../../../engine/create-directory.ts';
import { writeFileOnceDurably } from '../../../engine/durable-file.ts';
import { readRegularFile, readRegularFileText } from '../../../engine/regular-file.ts';
import { SecretBytes } from '../../../engine/secret-bytes.ts';
import { formatShareAsHex } from '../../../vault/key-shares.ts';
import { decryptShare } from '../../../vault/pgp/decrypt-share.ts';
import { generateWrappingKey } from '../../../vault/pgp/generate-keys.ts';

/** Roles instead of names, because one user plays all of them in practice mode. */
export const practiceCustodians = ['security-lead', 'head-of-operations', 'on-call'] as const;

/** Not secret: practice keys protect nothing of value. */
const PASSPHRASE = 'practice';

const publicFile = (folder: string, name: string) => join(folder, `${name}.asc`);
const privateFile = (folder: string, name: string) => join(folder, `${name}.private.asc`);

/**
 * Creates an OpenPGP key for every practice key holder in `folder`, unless it exists.
 *
 * @returns The public key file by key holder.
 */
export async function createCustodianKeys(folder: string): Promise<Record<string, string>> {
	createDirectory(folder);
	const made = await Promise.all(
		practiceCustodians.map(async (name) => {
			const path = publicFile(folder, name);
			if (!existsSync(path)) {
				const passphrase = new SecretBytes(Buffer.from(PASSPHRASE));
				const key = await generateWrappingKey(`${name} (practice)`, passphrase);
				writeFileOnceDurably(privateFile(folder, name), Buffer.from(key.privateKey));
				writeFileOnceDurably(path, Buffer.from(`${key.publicKey}\n`));
			}
			return [name, path] as const;
		}),
	);
	return Object.fromEntries(made);
}

/**
 * Decrypts a share with the practice key of a key holder. Returns it in hex, as gpg would print it.
 */
export async function decryptShareAsCustodian(
	folder: string,
	custodian: string,
	file: string,
): Promise<Buffer> {
	const armored = readRegularFileText(privateFile(folder, custodian)) ?? '';
	const passphrase = new SecretBytes(Buffer.from(PASSPHRASE));
	const share = await decryptShare(readRegularFile(file) ?? Buffer.alloc(0), armored, passphrase);
	try {
		return formatShareAsHex(share);
	} finally {
		share.wipe();
	}
}
