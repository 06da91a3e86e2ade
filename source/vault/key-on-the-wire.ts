import type { SecretBytes } from '../engine/secret-bytes.ts';
import { VaultError } from './contract.ts';
import { shareHex } from './shares.ts';

/** What Vault takes as a key (`sys/rekey/update`, `sys/unseal`), in bytes. */
const SHORTEST = 16;
const LONGEST = 33;

/**
 * The share as Vault reads it: hex, which every version takes. Written digit by digit into a
 * Buffer, since a string cannot be wiped. Whoever asks fills it with 0.
 *
 * @throws VaultError `unsupported` when it cannot be a share (an empty file, text instead of raw
 * bytes), so that it never goes on a wire.
 */
export function keyOnTheWire(share: SecretBytes): Buffer {
	if (share.length < SHORTEST || share.length > LONGEST) {
		throw new VaultError(
			'unsupported',
			`A share of ${share.length} bytes was given; Vault takes ${SHORTEST} to ${LONGEST}.`,
		);
	}
	return shareHex(share);
}
