import { createHash } from 'node:crypto';
import { WizardError } from '../../engine/errors.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { encryptOldKey } from '../pgp/encrypt-old-key.ts';
import { getOrPromptPassphrase } from './ceremony-passphrase.ts';
import type { CeremonyState } from './ceremony-state.ts';

/**
 * Stores a whole Vault key in two places, encrypted to the custodians' own keys, or with the
 * ceremony's passphrase if none has one.
 *
 * @param fileNameStem Start of the file name.
 * @throws WizardError when it could not be encrypted or stored.
 */
export async function encryptAndStoreKey(
	ceremony: CeremonyState,
	key: SecretBytes,
	fileNameStem: string,
	label: string,
): Promise<{ name: string; sha256: string; to: 'custodians' | 'passphrase' }> {
	const { storage } = ceremony.ports;
	const own = ceremony.record.custodians.filter(({ wrapped }) => !wrapped);
	const to = own.length > 0 ? 'custodians' : 'passphrase';
	try {
		const sealed = await encryptOldKey(
			key,
			to === 'custodians'
				? { publicKeys: own.map(({ publicKey }) => publicKey) }
				: { passphrase: await getOrPromptPassphrase(ceremony) },
			label,
		);
		// Encrypting again after a crash gives other bytes, and stored files are never overwritten.
		const digest = createHash('sha256').update(sealed).digest('hex').slice(0, 8);
		const name = `${fileNameStem}-${digest}.asc`;
		return { name, sha256: await storage.store(name, sealed), to };
	} catch (thrown) {
		if (thrown instanceof WizardError) throw thrown;
		throw ceremony.createExternalError(
			`Could not encrypt and store ${fileNameStem} in two places: ${thrown instanceof Error ? thrown.message : ''}`,
			thrown,
		);
	}
}

/** Turns an ISO time or a name into a part of a file name. */
export function toFileNamePart(text: string): string {
	return text.replace(/\.\d+Z$/, 'Z').replace(/[^A-Za-z0-9-]+/g, '-');
}
