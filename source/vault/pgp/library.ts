import type { PartialConfig } from 'openpgp';

/** Loads OpenPGP.js when it is first needed: most runs never do. */
export function loadOpenPgp(): Promise<typeof import('openpgp')> {
	return import('openpgp');
}

/**
 * What we write is for every OpenPGP program there is: version 4 keys and messages without AEAD,
 * which old Vaults, and gpg to this day, do not read. So passphrases are stretched by iterated
 * SHA-256 (RFC 9580, 3.7.1.3) at its highest count, 62 MiB hashed a try, and not by Argon2: gpg must
 * be able to open what this program wrote when this program is gone.
 */
export const readableByAll: PartialConfig = {
	v6Keys: false,
	aeadProtect: false,
	s2kType: 3,
	s2kIterationCountByte: 255,
	preferredSymmetricAlgorithm: 9,
	preferredCompressionAlgorithm: 0,
	showVersion: false,
	showComment: false,
};
