import type { SecretBytes } from '../engine/secret-bytes.ts';
import { formatShareAsHex } from './key-shares.ts';
import { VaultError } from './vault-types.ts';

/** Lengths in bytes that Vault accepts as a key (`sys/rekey/update`, `sys/unseal`). */
const MIN_KEY_BYTES = 16;
const MAX_KEY_BYTES = 33;

/**
 * Encodes a share as hex, which every Vault version accepts. Written into a Buffer digit by digit,
 * since a string cannot be wiped. The caller wipes it.
 *
 * @throws VaultError `unsupported` when it cannot be a share (an empty file, text instead of raw
 * bytes), so that it is never sent.
 */
export function encodeKey(share: SecretBytes): Buffer {
	if (share.length < MIN_KEY_BYTES || share.length > MAX_KEY_BYTES) {
		throw new VaultError(
			'unsupported',
			`The key share has ${share.length} bytes; Vault accepts ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES}.`,
		);
	}
	return formatShareAsHex(share);
}
