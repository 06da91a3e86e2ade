import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FileStorage } from './file-storage.ts';
import { VaultHttpError } from './http-error.ts';
import { getPgpFingerprints } from './pgp-keys.ts';
import { equalBytes } from './shares.ts';
import type { VersionProfile } from './version-profiles.ts';

const KEYRING = 'core/keyring';
const STORED_KEY = 'core/hsm/barrier-unseal-keys';
const UNSEAL_KEY = 'core/shamir-kek';
const SEAL_CONFIG = 'core/seal-config';
const CANARY = 'core/canary-keyring';
const TOKENS = 'sys/tokens';

/** The keys in memory while unsealed. */
interface Opened {
	rootKey: Buffer;
	keyring: Keyring;
}

interface Keyring {
	/** Base64 key that encrypts the stored entries. */
	data: string;
}

/**
 * The encryption keys of the storage. Before 1.3 the shares combine to the root key; since then
 * they combine to an unseal key that encrypts the stored root key. Entries and their write order
 * match Vault's.
 */
export class Barrier {
	readonly #storage: FileStorage;
	readonly #like: VersionProfile;
	#opened: Opened | undefined;

	constructor(storage: FileStorage, like: VersionProfile) {
		this.#storage = storage;
		this.#like = like;
	}

	get sealed(): boolean {
		return this.#opened === undefined;
	}

	async config(): Promise<SealConfig | undefined> {
		const entry = await this.#storage.get(SEAL_CONFIG);
		return entry && (JSON.parse(entry.toString()) as SealConfig);
	}

	/**
	 * @returns The root token. The written keys are unsealed by `unsealKey`; the barrier stays
	 *   sealed.
	 */
	async initialise(config: SealConfig, unsealKey: Buffer): Promise<string> {
		const keyring = { data: randomBytes(32).toString('base64') };
		this.#opened = { rootKey: unsealKey, keyring };
		const letters = randomBytes(18).toString('base64url').replace(/[-_]/g, 'x').slice(0, 24);
		const token = this.#like.token(letters) || randomUUID();
		await this.#put(TOKENS, Buffer.from(JSON.stringify([hashOf(token)])));
		await this.#writeKeys(unsealKey);
		await this.#writeConfig(config);
		this.seal();
		return token;
	}

	/** @throws Refusal if the key is wrong; it stays sealed. */
	async open(unsealKey: Buffer): Promise<void> {
		const rootKey = await this.#rootKeyUnder(unsealKey, 'unable to retrieve stored keys', 400);
		const entry = await this.#storage.get(KEYRING);
		const usable = rootKey.length === 32 && entry !== undefined;
		const keyring = usable ? decryptEntry(rootKey, KEYRING, entry) : undefined;
		if (keyring === undefined) throw new VaultHttpError('Unseal failed, invalid key');
		this.#opened = { rootKey, keyring: JSON.parse(keyring.toString()) as Keyring };
	}

	seal(): void {
		this.#opened = undefined;
	}

	/** @throws Refusal if it is not the current key. */
	async verify(unsealKey: Buffer): Promise<void> {
		const reading = `failed to read ${this.#like.rootKey} key`;
		const rootKey = await this.#rootKeyUnder(unsealKey, reading, 500);
		if (!equalBytes(rootKey, this.#open().rootKey)) {
			throw new VaultHttpError('Unseal failed, invalid key');
		}
	}

	/** Makes `unsealKey` the only key that unseals it. */
	async rekey(config: SealConfig, unsealKey: Buffer): Promise<void> {
		await this.#writeKeys(unsealKey);
		await this.#writeConfig(config);
		await this.#put(CANARY, Buffer.from(config.nonce));
	}

	async knowsToken(token: string): Promise<boolean> {
		const entry = await this.#storage.get(TOKENS);
		const plain = entry && decryptEntry(this.#dataKey(), TOKENS, entry);
		const known = plain ? (JSON.parse(plain.toString()) as string[]) : [];
		return known.includes(hashOf(token));
	}

	async #rootKeyUnder(unsealKey: Buffer, doing: string, status: number): Promise<Buffer> {
		const stored = await this.#storage.get(STORED_KEY);
		if (stored === undefined) return unsealKey;
		if (unsealKey.length !== 32) {
			const words = `failed to setup unseal key: crypto/aes: invalid key size ${unsealKey.length}`;
			throw new VaultHttpError(status === 400 ? `invalid key: ${words}` : words, status);
		}
		const rootKey = decryptEntry(unsealKey, STORED_KEY, stored);
		if (rootKey === undefined) {
			throw new VaultHttpError(`${doing}: ${this.#like.wrongUnsealKey}`, status);
		}
		return rootKey;
	}

	async #writeKeys(unsealKey: Buffer): Promise<void> {
		const opened = this.#open();
		const rootKey = this.#like.legacy ? unsealKey : randomBytes(32);
		if (!this.#like.legacy) {
			await this.#storage.put(STORED_KEY, encryptEntry(unsealKey, STORED_KEY, rootKey));
		}
		const keyring = Buffer.from(JSON.stringify(opened.keyring));
		await this.#storage.put(KEYRING, encryptEntry(rootKey, KEYRING, keyring));
		this.#opened = { ...opened, rootKey };
		if (!this.#like.legacy) await this.#put(UNSEAL_KEY, unsealKey);
	}

	async #writeConfig(config: SealConfig): Promise<void> {
		await this.#storage.put(SEAL_CONFIG, Buffer.from(JSON.stringify(config)));
	}

	async #put(key: string, plain: Buffer): Promise<void> {
		await this.#storage.put(key, encryptEntry(this.#dataKey(), key, plain));
	}

	#dataKey(): Buffer {
		return Buffer.from(this.#open().keyring.data, 'base64');
	}

	#open(): Opened {
		if (this.#opened === undefined) throw new VaultHttpError('Vault is sealed', 503);
		return this.#opened;
	}
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

const NONCE = 12;
const TAG = 16;

/** Encrypts with AES-256-GCM; `name` is authenticated, so that one entry cannot replace another. */
function encryptEntry(key: Buffer, name: string, plain: Buffer): Buffer {
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
	return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined if the key is wrong or the data was changed. The key must have 32 bytes. */
function decryptEntry(key: Buffer, name: string, sealed: Buffer): Buffer | undefined {
	const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
	decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(sealed.length - TAG));
	try {
		return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
	} catch {
		return undefined;
	}
}

/** How the key is split, as stored unencrypted in `core/seal-config`. */
export interface SealConfig {
	type: 'shamir';
	secret_shares: number;
	secret_threshold: number;
	pgp_keys: readonly string[] | null;
	nonce: string;
	backup: boolean;
	stored_shares: number;
}

/** Vault's message for an invalid configuration; undefined if it is valid. */
export async function getSealConfigError(config: SealConfig): Promise<string | undefined> {
	const { secret_shares: shares, secret_threshold: threshold, pgp_keys: keys } = config;
	if (shares < 1) return 'shares must be at least one';
	if (threshold < 1) return 'threshold must be at least one';
	if (shares > 1 && threshold === 1)
		return 'threshold must be greater than one for multiple shares';
	if (shares > 255) return 'shares must be less than 256';
	if (threshold > 255) return 'threshold must be less than 256';
	if (threshold > shares) return 'threshold cannot be larger than shares';
	try {
		await getPgpFingerprints(keys ?? []);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}
