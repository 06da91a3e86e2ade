import type { SecretBytes } from '../engine/secret-bytes.ts';

/** Characters per group. */
export const SHARE_GROUP_LENGTH = 4;

/** The number of characters of a share as shown. */
export const getShareTextLength = (share: SecretBytes): number =>
	share.length === 0 ? 0 : share.use((bytes) => (isText(bytes) ? bytes.length : encoded(bytes)));

/**
 * Formats a share for display, in rows of groups of four.
 *
 * @param share Text (base64, hex), or bytes, which are shown in base64.
 * @param perRow Groups per row, separated by `gap` blanks.
 * @returns The bytes of each row, which the caller wipes.
 */
export function formatShareRows(share: SecretBytes, perRow: number, gap: number): Buffer[] {
	if (share.length === 0) return [];
	return share.use((bytes) => {
		const text = isText(bytes) ? Buffer.from(bytes) : base64(bytes);
		const groups = Math.ceil(text.length / SHARE_GROUP_LENGTH);
		const rows = Array.from({ length: Math.ceil(groups / perRow) }, (_, row) => {
			const part = text.subarray(
				row * perRow * SHARE_GROUP_LENGTH,
				(row + 1) * perRow * SHARE_GROUP_LENGTH,
			);
			const count = Math.ceil(part.length / SHARE_GROUP_LENGTH);
			const line = Buffer.alloc(part.length + (count - 1) * gap, ' ');
			for (let at = 0; at < count; at++)
				part.copy(
					line,
					at * (SHARE_GROUP_LENGTH + gap),
					at * SHARE_GROUP_LENGTH,
					(at + 1) * SHARE_GROUP_LENGTH,
				);
			return line;
		});
		text.fill(0);
		return rows;
	});
}

const isText = (bytes: Buffer): boolean => bytes.every((byte) => byte > 0x20 && byte < 0x7f);

const encoded = (bytes: Buffer): number => Math.ceil(bytes.length / 3) * 4;

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

/** Encodes base64 into a buffer, because Node.js only encodes to a string, which cannot be wiped. */
function base64(bytes: Buffer): Buffer {
	const text = Buffer.alloc(encoded(bytes), '=');
	for (let from = 0, to = 0; from < bytes.length; from += 3) {
		const left = bytes.length - from;
		const three =
			((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
		for (let at = 0; at < 4; at++, to++)
			if (at <= left) text[to] = ALPHABET[(three >> (18 - 6 * at)) & 63] ?? 0;
	}
	return text;
}
