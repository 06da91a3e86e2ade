import { randomBytes, randomUUID } from 'node:crypto';
import { Barrier, getSealConfigError, type SealConfig } from './barrier.ts';
import { FileStorage } from './file-storage.ts';
import { VaultHttpError } from './http-error.ts';
import { RekeyOperation } from './rekey.ts';
import { combineShares, decodeKey, equalBytes, getKeyLengthError, splitKey } from './shares.ts';
import type { VersionProfile } from './version-profiles.ts';

interface InitRequest {
	secret_shares: number;
	secret_threshold: number;
}

/** A single-node Vault, sealed until enough key shares are submitted. */
export class VaultCore {
	readonly like: VersionProfile;
	readonly rekey: RekeyOperation;
	readonly #barrier: Barrier;
	#unsealing: { nonce: string; parts: Buffer[] } | undefined;

	constructor(folder: string, like: VersionProfile) {
		const storage = new FileStorage(folder);
		this.like = like;
		this.#barrier = new Barrier(storage, like);
		this.rekey = new RekeyOperation(this.#barrier, storage, like);
	}

	get sealed(): boolean {
		return this.#barrier.sealed;
	}

	async initialised(): Promise<boolean> {
		return (await this.#barrier.config()) !== undefined;
	}

	async sealStatus(): Promise<object> {
		const config = await this.#barrier.config();
		const counts = {
			sealed: this.sealed,
			t: config?.secret_threshold ?? 0,
			n: config?.secret_shares ?? 0,
			progress: this.#unsealing?.parts.length ?? 0,
			nonce: this.#unsealing?.nonce ?? '',
			version: this.like.version,
		};
		if (!this.like.legacy) {
			return {
				type: 'shamir',
				initialized: config !== undefined,
				...counts,
				migration: false,
				recovery_seal: false,
				storage_type: 'file',
			};
		}
		if (config === undefined) throw new VaultHttpError('server is not yet initialized');
		return counts;
	}

	leader(): object {
		if (this.like.legacy && this.sealed) throw new VaultHttpError('Vault is sealed', 503);
		return { ha_enabled: false, is_self: false, leader_address: '' };
	}

	async initialise({ secret_shares, secret_threshold }: InitRequest): Promise<object> {
		const config: SealConfig = {
			type: 'shamir',
			secret_shares,
			secret_threshold,
			pgp_keys: null,
			nonce: '',
			backup: false,
			stored_shares: this.like.legacy ? 0 : 1,
		};
		const wrong = await getSealConfigError(config);
		if (wrong !== undefined) throw new VaultHttpError(`invalid seal configuration: ${wrong}`);
		if (await this.initialised()) throw new VaultHttpError('Vault is already initialized');
		const key = randomBytes(32);
		const shares = await splitKey(key, secret_shares, secret_threshold);
		const token = await this.#barrier.initialise(config, key);
		return {
			keys: shares.map((share) => share.toString('hex')),
			keys_base64: shares.map((share) => share.toString('base64')),
			root_token: token,
		};
	}

	/** Submits one key share for unsealing. While unsealed, any well-formed key is accepted. */
	async unseal(text: string): Promise<object> {
		const key = decodeKey(text);
		const config = await this.#barrier.config();
		if (config === undefined) throw new VaultHttpError('Vault is not initialized');
		const length = getKeyLengthError(key);
		if (length !== undefined) {
			throw new VaultHttpError(this.like.legacy ? length : `invalid key: ${length}`);
		}
		if (!this.sealed) return this.sealStatus();
		this.#unsealing ??= { nonce: randomUUID(), parts: [] };
		const { parts } = this.#unsealing;
		if (parts.some((part) => equalBytes(part, key))) return this.sealStatus();
		parts.push(key);
		if (parts.length < config.secret_threshold) return this.sealStatus();
		this.#unsealing = undefined;
		const combined = await combineShares(parts).catch((error: Error) => {
			throw new VaultHttpError(`invalid key: failed to compute combined key: ${error.message}`);
		});
		await this.#barrier.open(combined);
		return this.sealStatus();
	}

	resetUnsealing(): Promise<object> {
		if (!this.sealed) throw new VaultHttpError('vault is unsealed');
		this.#unsealing = undefined;
		return this.sealStatus();
	}

	/** @throws Refusal unless the token is valid. */
	async allow(token: string | undefined): Promise<void> {
		if (this.sealed) throw new VaultHttpError('Vault is sealed', 503);
		if (token === undefined || token === '') {
			throw new VaultHttpError(this.like.noToken.words, this.like.noToken.status);
		}
		if (!(await this.#barrier.knowsToken(token)))
			throw new VaultHttpError('permission denied', 403);
	}
}
