/** Tags of the packets that a key consists of (RFC 9580, 5). */
export const packetTags = {
	signature: 2,
	secretKey: 5,
	publicKey: 6,
	secretSubkey: 7,
	marker: 10,
	trust: 12,
	userId: 13,
	publicSubkey: 14,
	userAttribute: 17,
	padding: 21,
} as const;

export interface Packet {
	tag: number;
	/** A view into the bytes it was read from. */
	body: Buffer;
}

/**
 * Splits OpenPGP data into packets without interpreting them (RFC 9580, 4.2). Used before any library:
 * one that skips unknown packets would hide a second key or a secret one.
 *
 * @returns undefined when it is not OpenPGP, or truncated.
 */
export function parsePackets(bytes: Buffer): Packet[] | undefined {
	const packets: Packet[] = [];
	let at = 0;
	while (at < bytes.length) {
		const head = bytes[at++] ?? 0;
		if ((head & 0x80) === 0) return undefined;
		const modern = (head & 0x40) !== 0;
		const length = modern
			? parseNewFormatLength(bytes, at)
			: parseOldFormatLength(bytes, at, head & 3);
		if (length === undefined) return undefined;
		const start = at + length.octets;
		if (start + length.value > bytes.length) return undefined;
		packets.push({
			tag: modern ? head & 0x3f : (head >> 2) & 0x0f,
			body: bytes.subarray(start, start + length.value),
		});
		at = start + length.value;
	}
	return packets;
}

interface PacketLength {
	/** Size of the length field itself. */
	octets: number;
	value: number;
}

function parseNewFormatLength(bytes: Buffer, at: number): PacketLength | undefined {
	const first = bytes[at];
	if (first === undefined) return undefined;
	if (first < 192) return { octets: 1, value: first };
	if (first === 255) return parseFixedLength(bytes, at + 1, 4, 5);
	// Partial lengths are for streamed data; no packet of a key may have one.
	if (first >= 224) return undefined;
	const second = bytes[at + 1];
	if (second === undefined) return undefined;
	return { octets: 2, value: ((first - 192) << 8) + second + 192 };
}

function parseOldFormatLength(bytes: Buffer, at: number, kind: number): PacketLength | undefined {
	if (kind === 3) return { octets: 0, value: bytes.length - at };
	const octets = 1 << kind;
	return parseFixedLength(bytes, at, octets, octets);
}

function parseFixedLength(
	bytes: Buffer,
	at: number,
	size: number,
	octets: number,
): PacketLength | undefined {
	return at + size > bytes.length ? undefined : { octets, value: bytes.readUIntBE(at, size) };
}
