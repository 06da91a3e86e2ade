import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { canUnlockPrivateKey } from '../pgp/decrypt-share.ts';
import type { CeremonyState } from './ceremony-state.ts';

/** In characters; long enough to protect the wrapping keys on disk. */
const MIN_PASSPHRASE_LENGTH = 16;
const MAX_ATTEMPTS = 3;

/**
 * The passphrase that encrypts what the ceremony stores for custodians without a key of their own:
 * chosen once, and asked for again when the ceremony is resumed.
 */
export async function getOrPromptPassphrase(
	ceremony: CeremonyState,
	problem?: string,
): Promise<SecretBytes> {
	if (problem === undefined && ceremony.passphrase !== undefined) return ceremony.passphrase;
	const { wrapKeys, escrow } = ceremony.record;
	const fresh = wrapKeys.length === 0 && escrow === undefined;
	for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
		const reply = await ceremony.ask('back-up', {
			kind: 'passphrase',
			title: fresh ? 'Passphrase for this rekey' : 'Passphrase of this rekey',
			words: fresh
				? [
						'Encrypts the wrapping keys of key holders without a public key, and the old unseal key if no key holder has one.',
						'Required to resume the rekey, and later to use the first backup. Protect it like a key share.',
					]
				: ['The passphrase chosen when the rekey was started.'],
			fresh,
			minLength: fresh ? MIN_PASSPHRASE_LENGTH : 1,
			...(problem === undefined ? {} : { problem }),
		});
		if (reply.kind !== 'secret') throw ceremony.createPausedError();
		ceremony.passphrase?.wipe();
		ceremony.passphrase = reply.secret;
		if (await isCorrectPassphrase(ceremony, reply.secret)) return reply.secret;
		problem = 'This is not the passphrase chosen for this rekey.';
	}
	throw ceremony.createExternalError('The passphrase of the rekey was not entered correctly.');
}

/** Tries the passphrase on an existing wrapping key: what a mistyped one encrypts would be lost. */
async function isCorrectPassphrase(
	ceremony: CeremonyState,
	passphrase: SecretBytes,
): Promise<boolean> {
	const [wrap] = ceremony.record.wrapKeys;
	if (wrap === undefined) return true;
	const privateKey = await ceremony.ports.storage.read(wrap.name, wrap.sha256);
	return canUnlockPrivateKey(privateKey.toString('utf8'), passphrase);
}
