import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keepDurably } from '../engine/durable.ts';
import { makeFolder } from '../engine/folders.ts';
import { readOwnFile, readOwnText } from '../engine/own-file.ts';
import { SecretBytes } from '../engine/secret-bytes.ts';
import { openShare } from '../vault/pgp/message.ts';
import { makeWrapKey } from '../vault/pgp/own-keys.ts';
import { shareHex } from '../vault/shares.ts';
import { practiceCustodians } from './answers.ts';

/** Not secret: practice keys protect nothing of value. */
const PASSPHRASE = 'practice';

const publicFile = (folder: string, name: string) => join(folder, `${name}.asc`);
const privateFile = (folder: string, name: string) => join(folder, `${name}.private.asc`);

/**
 * Creates an OpenPGP key for every practice key holder in `folder`, unless it exists.
 *
 * @returns The public key file by key holder.
 */
export async function makeCustodianKeys(folder: string): Promise<Record<string, string>> {
	makeFolder(folder);
	const made = await Promise.all(
		practiceCustodians.map(async (name) => {
			const path = publicFile(folder, name);
			if (!existsSync(path)) {
				const passphrase = new SecretBytes(Buffer.from(PASSPHRASE));
				const key = await makeWrapKey(`${name} (practice)`, passphrase);
				keepDurably(privateFile(folder, name), Buffer.from(key.privateArmored));
				keepDurably(path, Buffer.from(`${key.publicBase64}\n`));
			}
			return [name, path] as const;
		}),
	);
	return Object.fromEntries(made);
}

/**
 * Decrypts a share with the practice key of a key holder. Returns it in hex, as gpg would print it.
 */
export async function openAsCustodian(
	folder: string,
	custodian: string,
	file: string,
): Promise<Buffer> {
	const armored = readOwnText(privateFile(folder, custodian)) ?? '';
	const passphrase = new SecretBytes(Buffer.from(PASSPHRASE));
	const share = await openShare(readOwnFile(file) ?? Buffer.alloc(0), armored, passphrase);
	try {
		return shareHex(share);
	} finally {
		share.wipe();
	}
}
