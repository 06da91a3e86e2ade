import { createHash } from 'node:crypto';
import { combine } from 'shamir-secret-sharing';
import { SecretBytes } from '../engine/secret-bytes.ts';
import type { InputProblem } from './pgp/pgp-errors.ts';

/** Length of a whole unseal key (1 of 1), and of a share: 32 bytes and its x coordinate. */
const KEY_BYTES = 32;
const SHARE_BYTES = 33;

const BASE64_ALPHABET = Buffer.from(
	'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
	'ascii',
);
const HEX_ALPHABET = Buffer.from('0123456789abcdef', 'ascii');
const EQUALS = 0x3d;
const EXPECTED_SHARE_FORMAT =
	'a key share as Vault prints it: 44 base64 characters, or 64 or 66 hex digits';
const RETYPE_ADVICE = 'Compare it with your notes, four characters at a time, and enter it again.';

/**
 * Parses a share as Vault prints it: base64 (with or without padding) or hex, in groups or on several
 * lines, with or without `Key 1:` or `Unseal Key 1:` in front. Never creates a string of it.
 *
 * @returns The share, or what is wrong, with positions but without any of its characters.
 */
export function parseKeyShare(text: Buffer): SecretBytes | InputProblem {
	const { characters, strange } = stripWhitespaceAndLabel(text);
	try {
		const { length } = characters;
		if (length === 0) return createShareProblem('The input is empty.');
		if (strange !== undefined) {
			return createShareProblem(`Character ${strange} is neither base64 nor hex.`);
		}
		if (length === 2 * KEY_BYTES || length === 2 * SHARE_BYTES) return decodeHex(characters);
		if (length === 43 || length === 44) return decodeBase64(characters);
		return createShareProblem(
			`It has ${length} characters without spaces: too ${getLengthProblem(characters)}.`,
		);
	} finally {
		characters.fill(0);
	}
}

function getLengthProblem(characters: Buffer): string {
	const hex = characters.every((byte) => getHexDigitValue(byte) >= 0);
	return characters.length < (hex && characters.length > 44 ? 64 : 43) ? 'few' : 'many';
}

/** Removes whitespace and a label; `strange` counts from 1 without them. */
function stripWhitespaceAndLabel(text: Buffer): { characters: Buffer; strange?: number } {
	const label = /^\s*(?:(?:unseal|recovery)\s+)?key(?:\s+\d+)?:/i.exec(
		// A label is short; a share never has a colon.
		text.subarray(0, Math.max(0, text.subarray(0, 40).indexOf(0x3a) + 1)).toString('latin1'),
	);
	const characters = Buffer.alloc(text.length);
	let length = 0;
	let strange: number | undefined;
	for (const byte of text.subarray(label?.[0].length ?? 0)) {
		if (byte <= 0x20) continue;
		characters[length++] = byte;
		if (byte !== EQUALS && !BASE64_ALPHABET.includes(byte)) strange ??= length;
	}
	return {
		characters: characters.subarray(0, length),
		...(strange === undefined ? {} : { strange }),
	};
}

function decodeHex(characters: Buffer): SecretBytes | InputProblem {
	const bytes = Buffer.alloc(characters.length / 2);
	for (const [at, character] of characters.entries()) {
		const digit = getHexDigitValue(character);
		if (digit < 0) {
			bytes.fill(0);
			return createShareProblem(
				`It has the length of hex, but character ${at + 1} is not 0-9 or a-f.`,
			);
		}
		bytes[at >> 1] = ((bytes[at >> 1] ?? 0) << 4) | digit;
	}
	return new SecretBytes(bytes);
}

function decodeBase64(characters: Buffer): SecretBytes | InputProblem {
	const padding = characters.indexOf(EQUALS);
	if (padding !== -1 && padding !== 43) {
		return createShareProblem(
			`Character ${padding + 1} is "=", which is valid only as character 44.`,
		);
	}
	const bytes = Buffer.alloc(padding === 43 || characters.length === 43 ? KEY_BYTES : SHARE_BYTES);
	let [bits, held, length] = [0, 0, 0];
	for (const character of padding === -1 ? characters : characters.subarray(0, padding)) {
		bits = ((bits << 6) | BASE64_ALPHABET.indexOf(character)) & 0xffff;
		held += 6;
		if (held < 8) continue;
		held -= 8;
		bytes[length++] = (bits >> held) & 0xff;
	}
	if ((bits & ((1 << held) - 1)) === 0) return new SecretBytes(bytes);
	bytes.fill(0);
	return createShareProblem('Its last character is not valid at the end of a key share.');
}

function getHexDigitValue(character: number): number {
	return HEX_ALPHABET.indexOf(
		character >= 0x41 && character <= 0x46 ? character + 0x20 : character,
	);
}

function createShareProblem(what: string): InputProblem {
	return { what, expected: EXPECTED_SHARE_FORMAT, next: [RETYPE_ADVICE] };
}

/** The share in base64, as Vault prints it. The caller wipes it. */
export function formatShareAsBase64(share: SecretBytes): Buffer {
	return share.use((bytes) => {
		const text = Buffer.alloc(Math.ceil(bytes.length / 3) * 4, EQUALS);
		for (let bit = 0; bit < bytes.length * 8; bit += 6) {
			const at = bit >> 3;
			const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
			text[bit / 6] = BASE64_ALPHABET[(pair >> (10 - (bit & 7))) & 0x3f] ?? EQUALS;
		}
		return text;
	});
}

/** The share in hex, as inside the messages that Vault encrypts. The caller wipes it. */
export function formatShareAsHex(share: SecretBytes): Buffer {
	return share.use((bytes) => {
		const text = Buffer.alloc(bytes.length * 2);
		for (const [at, byte] of bytes.entries()) {
			text[2 * at] = HEX_ALPHABET[byte >> 4] ?? 0;
			text[2 * at + 1] = HEX_ALPHABET[byte & 15] ?? 0;
		}
		return text;
	});
}

/**
 * First four hex digits of the share's SHA-256. They reveal a typing error; as a share is uniformly
 * random, they reveal nothing else.
 */
export function computeCheckDigits(share: SecretBytes): string {
	return share.use((bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 4));
}

type ConsistencyResult = { ok: true } | { ok: false; why: string };

/**
 * Checks the shares of one rekey against each other, without Vault: they match when any `threshold`
 * of them give the same key. A share off the polynomial of the others always changes the key, so each
 * remaining share is tried once with all but one of the first `threshold`. Without a spare share
 * nothing is proven.
 *
 * The key is in memory during the check, then wiped. Vault's layout (`shamir/shamir.go`): y bytes,
 * then x.
 */
export async function checkShareConsistency(
	shares: readonly SecretBytes[],
	threshold: number,
): Promise<ConsistencyResult> {
	const shape = findShapeProblem(shares, threshold);
	if (shape !== undefined) return { ok: false, why: shape };
	if (threshold === 1) return { ok: true };
	const base = shares.slice(0, threshold);
	const key = await combineKeyShares(base);
	const off: number[] = [];
	try {
		for (let at = threshold; at < shares.length; at++) {
			const other = await combineKeyShares([...base.slice(1), ...shares.slice(at, at + 1)]);
			if (!other.equals(key)) off.push(at + 1);
			other.wipe();
		}
	} finally {
		key.wipe();
	}
	if (off.length === 0) return { ok: true };
	// When all others differ, the first ones are wrong, or the wrong ones cannot be identified.
	const why =
		off.length === shares.length - threshold
			? 'At least one key share does not match the others.'
			: `These key shares do not match the others: ${off.join(', ')}.`;
	return { ok: false, why };
}

function findShapeProblem(shares: readonly SecretBytes[], threshold: number): string | undefined {
	if (threshold < 1 || shares.length < threshold) {
		return `Too few key shares: ${shares.length} of ${threshold} required.`;
	}
	if (threshold === 1) {
		if (shares.length === 1 && shares[0]?.length === KEY_BYTES) return undefined;
		return `With a threshold of 1 there must be one key of ${KEY_BYTES} bytes.`;
	}
	const seen = new Map<number, number>();
	for (const [at, share] of shares.entries()) {
		if (share.length !== SHARE_BYTES) {
			return `Key share ${at + 1} has ${share.length} bytes instead of ${SHARE_BYTES}.`;
		}
		const x = share.use((bytes) => bytes[KEY_BYTES] ?? 0);
		if (x === 0) return `Key share ${at + 1} is not valid: its x coordinate is 0.`;
		const twin = seen.get(x);
		if (twin !== undefined) {
			return `Key shares ${twin + 1} and ${at + 1} are the same, or from different rekeys.`;
		}
		seen.set(x, at);
	}
	return undefined;
}

/**
 * Combines a quorum of shares into their key. Shares that do not match give a useless key: only Vault
 * can tell. The caller wipes it.
 */
export async function combineKeyShares(shares: readonly SecretBytes[]): Promise<SecretBytes> {
	// The package wants bare Uint8Arrays.
	const copies = shares.map((share) => share.use((bytes) => new Uint8Array(bytes)));
	try {
		const { buffer, byteOffset, byteLength } = await combine(copies);
		return new SecretBytes(Buffer.from(buffer, byteOffset, byteLength));
	} finally {
		for (const copy of copies) copy.fill(0);
	}
}
