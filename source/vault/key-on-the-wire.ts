import type { SecretBytes } from '../engine/secret-bytes.ts';
import { VaultError } from './contract.ts';

/** What Vault takes as a key (`sys/rekey/update`, `sys/unseal`), in bytes. */
const SHORTEST = 16;
const LONGEST = 33;

const HEX = Buffer.from('0123456789abcdef');

/**
 * The share as Vault reads it: hex, which every version takes. Written digit by digit into a
 * Buffer, since a string cannot be wiped. Whoever asks fills it with 0.
 *
 * @throws VaultError `unsupported` when it cannot be a share (an empty file, text instead of raw
 * bytes), so that it never goes on a wire.
 */
export function shareHex(share: SecretBytes): Buffer {
	return share.use((bytes) => {
		if (bytes.length < SHORTEST || bytes.length > LONGEST) {
			throw new VaultError(
				'unsupported',
				`A share of ${bytes.length} bytes was given; Vault takes ${SHORTEST} to ${LONGEST}.`,
			);
		}
		const text = Buffer.alloc(bytes.length * 2);
		for (const [index, byte] of bytes.entries()) {
			text[index * 2] = HEX[byte >> 4] ?? 0;
			text[index * 2 + 1] = HEX[byte & 15] ?? 0;
		}
		return text;
	});
}
