import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE = 12;
const TAG = 16;

/** Encrypts with AES-256-GCM; `name` is authenticated, so that one entry cannot replace another. */
export function encryptEntry(key: Buffer, name: string, plain: Buffer): Buffer {
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
	return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined if the key is wrong or the data was changed. The key must have 32 bytes. */
export function decryptEntry(key: Buffer, name: string, sealed: Buffer): Buffer | undefined {
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
	decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(sealed.length - TAG));
	try {
		return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
	} catch {
		return undefined;
	}
}
