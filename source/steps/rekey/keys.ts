import { randomBytes } from 'node:crypto';
import { WizardError } from '../../engine/errors.ts';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import type { CeremonyKeys } from '../../vault/ceremony/ports.ts';
import { sealOldKey } from '../../vault/pgp/escrow.ts';
import { openShare, recipientKeyIds, unlocksKey } from '../../vault/pgp/message.ts';
import { makeSignOnlyKey, makeThrowawayKey, makeWrapKey } from '../../vault/pgp/own-keys.ts';
import { PgpError } from '../../vault/pgp/problem.ts';
import { checkDigits, consistent, parseShare, shareText, together } from '../../vault/shares.ts';

/** The OpenPGP and key share operations of the ceremony. */
export function ceremonyKeys(): CeremonyKeys {
	return {
		async throwaway() {
			const { fingerprint, publicBase64 } = await makeThrowawayKey();
			return { fingerprint, publicKey: publicBase64 };
		},
		async signOnly() {
			const passphrase = new SecretBytes(Buffer.from(randomBytes(32).toString('base64')));
			const made = await makeSignOnlyKey(passphrase);
			return {
				fingerprint: made.fingerprint,
				publicKey: made.publicBase64,
				open: (message) => openShare(message, made.privateArmored ?? '', passphrase),
			};
		},
		async wrapping(custodian, passphrase) {
			const made = await makeWrapKey(custodian, passphrase);
			return {
				name: custodian,
				fingerprint: made.fingerprint,
				encryptionKeyId: made.encryptionKeyId,
				publicKey: made.publicBase64,
				wrapped: true,
				privateKey: Buffer.from(made.privateArmored),
			};
		},
		unlocks: (privateKey, passphrase) => unlocksKey(privateKey.toString('utf8'), passphrase),
		recipients: recipientKeyIds,
		async open(message, privateKey, passphrase) {
			try {
				return await openShare(message, privateKey.toString('utf8'), passphrase);
			} catch (thrown) {
				if (!(thrown instanceof PgpError)) throw thrown;
				throw new WizardError('answers', { message: thrown.message, cause: thrown });
			}
		},
		sealOldKey,
		parse(text) {
			const parsed = text.use(parseShare);
			return parsed instanceof SecretBytes ? { share: parsed } : { problem: parsed.what };
		},
		shown: (share) => new SecretBytes(shareText(share)),
		checkDigits,
		together,
		consistent,
	};
}
