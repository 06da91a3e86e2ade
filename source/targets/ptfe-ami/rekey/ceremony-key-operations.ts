import { randomBytes } from 'node:crypto';
import { WizardError } from '../../../engine/errors.ts';
import { SecretBytes } from '../../../engine/secret-bytes.ts';
import type { CeremonyKeyOperations } from '../../../vault/ceremony/ceremony-ports.ts';
import {
	checkShareConsistency,
	combineKeyShares,
	computeCheckDigits,
	formatShareAsBase64,
	parseKeyShare,
} from '../../../vault/key-shares.ts';
import {
	canUnlockPrivateKey,
	decryptShare,
	getRecipientKeyIds,
} from '../../../vault/pgp/decrypt-share.ts';
import { encryptOldKey } from '../../../vault/pgp/encrypt-old-key.ts';
import {
	generateSignOnlyKey,
	generateThrowawayKey,
	generateWrappingKey,
} from '../../../vault/pgp/generate-keys.ts';
import { PgpError } from '../../../vault/pgp/pgp-errors.ts';

/** The OpenPGP and key share operations of the ceremony. */
export function createCeremonyKeyOperations(): CeremonyKeyOperations {
	return {
		async generateThrowawayKey() {
			const { fingerprint, publicBase64 } = await generateThrowawayKey();
			return { fingerprint, publicKey: publicBase64 };
		},
		async generateSignOnlyKey() {
			const passphrase = new SecretBytes(Buffer.from(randomBytes(32).toString('base64')));
			const made = await generateSignOnlyKey(passphrase);
			return {
				fingerprint: made.fingerprint,
				publicKey: made.publicBase64,
				decryptShare: (message) => decryptShare(message, made.privateArmored ?? '', passphrase),
			};
		},
		async generateWrappingKey(custodian, passphrase) {
			const made = await generateWrappingKey(custodian, passphrase);
			return {
				name: custodian,
				fingerprint: made.fingerprint,
				encryptionKeyId: made.encryptionKeyId,
				publicKey: made.publicBase64,
				wrapped: true,
				privateKey: Buffer.from(made.privateArmored),
			};
		},
		canUnlockPrivateKey: (privateKey, passphrase) =>
			canUnlockPrivateKey(privateKey.toString('utf8'), passphrase),
		getRecipientKeyIds: getRecipientKeyIds,
		async decryptShare(message, privateKey, passphrase) {
			try {
				return await decryptShare(message, privateKey.toString('utf8'), passphrase);
			} catch (thrown) {
				if (!(thrown instanceof PgpError)) throw thrown;
				throw new WizardError('answers', { message: thrown.message, cause: thrown });
			}
		},
		encryptOldKey: encryptOldKey,
		parseShare(text) {
			const parsed = text.use(parseKeyShare);
			return parsed instanceof SecretBytes ? { share: parsed } : { problem: parsed.what };
		},
		formatShare: (share) => new SecretBytes(formatShareAsBase64(share)),
		checkDigits: computeCheckDigits,
		combineShares: combineKeyShares,
		checkShareConsistency: checkShareConsistency,
	};
}
