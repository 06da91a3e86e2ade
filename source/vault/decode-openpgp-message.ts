/**
 * Whether the bytes start like an OpenPGP message encrypted to a public key (RFC 9580 4.2, packet
 * tag 1). An unencrypted share, 33 bytes or its hex text, fails the length check.
 */
function isEncryptedMessage(bytes: Buffer): boolean {
	const [first = 0] = bytes;
	const tag = first & 0x40 ? first & 0x3f : (first & 0x3c) >> 2;
	// The shortest such message, to a Curve25519 key, has about 150 bytes.
	return (first & 0x80) !== 0 && tag === 1 && bytes.length > 70;
}

/** Decodes a base64 or hex message; undefined if it is neither, or not an OpenPGP message. */
export function decodeMessage(text: string): Buffer | undefined {
	for (const encoding of ['hex', 'base64'] as const) {
		const pattern = encoding === 'hex' ? /^([0-9a-f]{2})+$/i : /^[A-Za-z0-9+/]+={0,2}$/;
		if (!pattern.test(text)) continue;
		const bytes = Buffer.from(text, encoding);
		if (isEncryptedMessage(bytes)) return bytes;
	}
	return undefined;
}
