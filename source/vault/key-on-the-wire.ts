import type { SecretBytes } from '../engine/secret-bytes.ts';
import { VaultError } from './contract.ts';
import { shareHex } from './shares.ts';

/** Lengths in bytes that Vault accepts as a key (`sys/rekey/update`, `sys/unseal`). */
const SHORTEST = 16;
const LONGEST = 33;

/**
 * Encodes a share as hex, which every Vault version accepts. Written into a Buffer digit by digit,
 * since a string cannot be wiped. The caller wipes it.
 *
 * @throws VaultError `unsupported` when it cannot be a share (an empty file, text instead of raw
 * bytes), so that it is never sent.
 */
export function keyOnTheWire(share: SecretBytes): Buffer {
	if (share.length < SHORTEST || share.length > LONGEST) {
		throw new VaultError(
			'unsupported',
			`The key share has ${share.length} bytes; Vault accepts ${SHORTEST} to ${LONGEST}.`,
		);
	}
	return shareHex(share);
}
