import { limits } from '../../engine/limits.ts';
import { readRegularFile } from '../../engine/regular-file.ts';
import { FlagError } from './go-flags.ts';

/**
 * Reads the key files of a `-pgp-keys` flag, each as base64 of the binary key. Files are armored,
 * binary or base64.
 *
 * @throws FlagError with Vault's wording if one cannot be read.
 */
export async function readPgpKeyFiles(list: string): Promise<string[]> {
	const keys: string[] = [];
	for (const path of list === '' ? [] : list.split(',')) {
		keys.push(await keyFromFile(list, path.trim().replace(/^@/, '')));
	}
	return keys;
}

async function keyFromFile(list: string, path: string): Promise<string> {
	const refused = (words: string) =>
		new FlagError(`invalid value "${list}" for flag -pgp-keys: ${words}`);
	let bytes: Buffer | undefined;
	try {
		bytes = readRegularFile(path, limits.openPgpKeyBytes);
	} catch {
		throw refused(`open ${path}: no such file or directory`);
	}
	if (bytes === undefined) throw refused(`open ${path}: no such file or directory`);
	const text = bytes.toString('latin1').trim();
	if (text.startsWith('-----BEGIN PGP')) {
		const { readKeys } = await import('openpgp');
		const [key, ...more] = await readKeys({ armoredKeys: text });
		if (more.length > 0 || key === undefined) {
			throw refused(`more than one key found in file "${path}"`);
		}
		return Buffer.from(key.write()).toString('base64');
	}
	return /^[A-Za-z0-9+/=\s]+$/.test(text) ? text.replace(/\s/g, '') : bytes.toString('base64');
}
