import { timingSafeEqual } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { VaultHttpError } from './http-error.ts';

/** AES keys have 16 to 32 bytes; a share has one more byte. */
const SHORTEST = 16;
const LONGEST = 33;

/**
 * A single share is the key itself; multiple shares are y bytes followed by their x, as in Vault.
 */
export async function splitKey(key: Buffer, shares: number, threshold: number): Promise<Buffer[]> {
	if (shares === 1) return [Buffer.from(key)];
	// The package accepts only plain arrays, not Buffers.
	return (await split(Uint8Array.from(key), shares, threshold)).map((share) => Buffer.from(share));
}

/** @throws Error with Vault's wording if the parts do not belong together. */
export async function combineShares(parts: readonly Buffer[]): Promise<Buffer> {
	const [first] = parts;
	if (parts.length === 1 && first !== undefined) return Buffer.from(first);
	if (parts.some((part) => part.length !== first?.length)) {
		throw new Error('all parts must be the same length');
	}
	if (new Set(parts.map((part) => part.at(-1))).size !== parts.length) {
		throw new Error('duplicate part detected');
	}
	return Buffer.from(await combine(parts.map((part) => Uint8Array.from(part))));
}

export function equalBytes(one: Buffer, other: Buffer): boolean {
	return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Decodes hex if the text is valid hex with the length of a key, else base64.
 *
 * @throws Refusal 400
 */
export function decodeKey(given: string): Buffer {
	if (/^([0-9a-f]{2})+$/i.test(given)) {
		const key = Buffer.from(given, 'hex');
		if (key.length >= SHORTEST && key.length <= LONGEST) return key;
	}
	const compact = given.replace(/[\r\n]/g, '');
	if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
		throw new VaultHttpError("'key' must be a valid hex or base64 string");
	}
	return Buffer.from(compact, 'base64');
}

/** Decodes a key of a valid length. @throws Refusal 400 */
export function decodeKeyShare(given: string): Buffer {
	const key = decodeKey(given);
	const length = getKeyLengthError(key);
	if (length !== undefined) throw new VaultHttpError(length);
	return key;
}

/**
 * Collects a share; when there are as many as the threshold, returns all of them and starts again.
 *
 * @throws Refusal 400 for a share that was already given.
 */
export function collectShare(
	given: Buffer[],
	share: Buffer,
	threshold: number,
	operation: 'generation' | 'verify',
): Buffer[] | undefined {
	if (given.some((one) => equalBytes(one, share))) {
		throw new VaultHttpError(
			`given key has already been provided during this ${operation} operation`,
		);
	}
	given.push(share);
	return given.length < threshold ? undefined : given.splice(0);
}

/** Vault's message for an invalid key length; undefined if it is valid. */
export function getKeyLengthError(key: Buffer): string | undefined {
	if (key.length < SHORTEST) return `key is shorter than minimum ${SHORTEST} bytes`;
	if (key.length > LONGEST) return `key is longer than maximum ${LONGEST} bytes`;
	return undefined;
}
