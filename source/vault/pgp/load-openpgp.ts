import type { PartialConfig } from 'openpgp';

/** Loads OpenPGP.js on first use: most runs never need it. */
export function loadOpenPgp(): Promise<typeof import('openpgp')> {
	return import('openpgp');
}

/**
 * Settings for output that every OpenPGP program can read: version 4 keys, and messages without AEAD,
 * which old Vaults and gpg do not support. So passphrases are stretched by iterated SHA-256
 * (RFC 9580, 3.7.1.3) with its highest count, 62 MiB per attempt, and not by Argon2: gpg must be able
 * to decrypt these files without this program.
 */
export const compatibleConfig: PartialConfig = {
	v6Keys: false,
	aeadProtect: false,
	s2kType: 3,
	s2kIterationCountByte: 255,
	preferredSymmetricAlgorithm: 9,
	preferredCompressionAlgorithm: 0,
	showVersion: false,
	showComment: false,
};
