import { randomBytes, randomUUID } from 'node:crypto';
import { type Barrier, getSealConfigError, type SealConfig } from './barrier.ts';
import type { FileStorage } from './file-storage.ts';
import { VaultHttpError } from './http-error.ts';
import { encryptSharesWithPgp, getPgpFingerprints } from './pgp-keys.ts';
import { collectShare, combineShares, decodeKeyShare, equalBytes, splitKey } from './shares.ts';
import type { VersionProfile } from './version-profiles.ts';

/** Readable from the disk without a token, and through the API with one. */
const BACKUP = 'core/unseal-keys-backup';

interface RekeyInitRequest {
	secret_shares: number;
	secret_threshold: number;
	pgp_keys: readonly string[];
	backup: boolean;
	require_verification: boolean;
}

interface UnderWay {
	config: SealConfig;
	fingerprints: string[] | null;
	verify: boolean;
	given: Buffer[];
	/** After the old shares are submitted: the new key that awaits verification. */
	proof?: { key: Buffer; nonce: string; given: Buffer[] };
}

interface Backup {
	Nonce: string;
	/** Encrypted shares in hex, by fingerprint. */
	Keys: Record<string, string[]>;
}

/** The rekey in progress, only in memory: sealing or stopping the server discards it. */
export class RekeyOperation {
	readonly #barrier: Barrier;
	readonly #storage: FileStorage;
	readonly #like: VersionProfile;
	#underWay: UnderWay | undefined;

	constructor(barrier: Barrier, storage: FileStorage, like: VersionProfile) {
		this.#barrier = barrier;
		this.#storage = storage;
		this.#like = like;
	}

	async status(): Promise<object> {
		const required = (await this.#currentConfig()).secret_threshold;
		const rekey = this.#underWay;
		return {
			nonce: rekey?.config.nonce ?? '',
			started: rekey !== undefined,
			t: rekey?.config.secret_threshold ?? 0,
			n: rekey?.config.secret_shares ?? 0,
			progress: rekey?.given.length ?? 0,
			required,
			pgp_fingerprints: rekey?.fingerprints ?? null,
			backup: rekey?.config.backup ?? false,
			...(this.#like.legacy ? {} : { verification_required: rekey?.verify ?? false }),
			...(rekey?.proof === undefined ? {} : { verification_nonce: rekey.proof.nonce }),
		};
	}

	async start(asked: RekeyInitRequest): Promise<object> {
		const { secret_shares: shares, secret_threshold: threshold, pgp_keys: keys } = asked;
		if (asked.backup && keys.length === 0) {
			throw new VaultHttpError(
				'cannot request a backup of the new keys without providing PGP keys for encryption',
			);
		}
		if (keys.length > 0 && keys.length !== shares) {
			throw new VaultHttpError('incorrect number of PGP keys for rekey');
		}
		if (!this.#like.legacy && threshold > shares) {
			throw new VaultHttpError('provided threshold greater than the total shares');
		}
		const config: SealConfig = {
			type: 'shamir',
			secret_shares: shares,
			secret_threshold: threshold,
			pgp_keys: keys.length === 0 ? null : keys,
			nonce: randomUUID(),
			backup: asked.backup,
			stored_shares: this.#like.legacy ? 0 : 1,
		};
		const wrong = await getSealConfigError(config);
		if (wrong !== undefined) {
			throw new VaultHttpError(`invalid rekey seal configuration: ${wrong}`, this.#lateStatus());
		}
		if (this.#underWay !== undefined) throw new VaultHttpError('rekey already in progress');
		this.#underWay = {
			config,
			fingerprints: keys.length === 0 ? null : await getPgpFingerprints(keys),
			verify: asked.require_verification && !this.#like.legacy,
			given: [],
		};
		return this.status();
	}

	forget(): void {
		this.#underWay = undefined;
	}

	/**
	 * Submits one old share. The last one creates the new shares, and commits them unless they must
	 * be verified first.
	 */
	async submit(text: string, nonce: string): Promise<object> {
		const key = decodeKeyShare(text);
		const rekey = this.#underWay;
		if (rekey === undefined) throw new VaultHttpError('no barrier rekey in progress');
		if (rekey.proof !== undefined) {
			throw new VaultHttpError(
				`rekey operation already finished; verification must be performed; nonce for the verification operation is "${rekey.proof.nonce}"`,
			);
		}
		const { config } = rekey;
		if (nonce !== config.nonce) {
			const right = this.#like.legacy ? config.nonce : `"${config.nonce}"`;
			throw new VaultHttpError(
				`incorrect nonce supplied; nonce for this rekey operation is ${right}`,
			);
		}
		const threshold = (await this.#currentConfig()).secret_threshold;
		const given = collectShare(rekey.given, key, threshold, 'generation');
		if (given === undefined) return this.status();
		const current = await combineShares(given).catch((error: Error) => {
			const words = `failed to compute ${this.#like.rootKey} key: ${error.message}`;
			throw new VaultHttpError(words, this.#lateStatus());
		});
		await this.#barrier.verify(current);
		return this.#makeShares(rekey);
	}

	async verification(): Promise<object> {
		const rekey = this.#underWay;
		if (rekey === undefined) throw new VaultHttpError('no rekey configuration found');
		return {
			nonce: rekey.proof?.nonce ?? '',
			started: rekey.proof !== undefined,
			t: rekey.config.secret_threshold,
			n: rekey.config.secret_shares,
			progress: rekey.proof?.given.length ?? 0,
		};
	}

	restartVerification(): Promise<object> {
		const proof = this.#underWay?.proof;
		if (proof !== undefined) {
			proof.given = [];
			proof.nonce = randomUUID();
		}
		return this.verification();
	}

	/** Submits one new share for verification. The last one commits the new shares. */
	async prove(text: string, nonce: string): Promise<object> {
		const key = decodeKeyShare(text);
		const rekey = this.#underWay;
		if (rekey === undefined) throw new VaultHttpError('no rekey in progress');
		const proof = rekey.proof;
		if (proof === undefined) throw new VaultHttpError('no rekey verification in progress');
		if (nonce !== proof.nonce) {
			const words = `incorrect nonce supplied; nonce for this verify operation is "${proof.nonce}"`;
			throw new VaultHttpError(words);
		}
		const given = collectShare(proof.given, key, rekey.config.secret_threshold, 'verify');
		if (given === undefined) return this.verification();
		const spent = proof.nonce;
		proof.nonce = randomUUID();
		const proven = await combineShares(given).catch((error: Error) => {
			throw new VaultHttpError(`failed to compute key for verification: ${error.message}`, 500);
		});
		if (!equalBytes(proven, proof.key)) {
			throw new VaultHttpError('rekey verification failed; incorrect key shares supplied');
		}
		await this.#commit(rekey, proof.key);
		return { nonce: spent, complete: true };
	}

	/** @throws Refusal 400 if there is none. */
	async backup(): Promise<object> {
		const entry = await this.#storage.get(BACKUP);
		if (entry === undefined) throw new VaultHttpError('no backed-up keys found');
		const { Nonce: nonce, Keys } = JSON.parse(entry.toString()) as Backup;
		const kept = Object.entries(Keys).sort(([one], [other]) => (one < other ? -1 : 1));
		const base64 = kept.map(([fingerprint, messages]) => [
			fingerprint,
			messages.map((hex) => Buffer.from(hex, 'hex').toString('base64')),
		]);
		return { nonce, keys: Object.fromEntries(kept), keys_base64: Object.fromEntries(base64) };
	}

	deleteBackup(): Promise<void> {
		return this.#storage.delete(BACKUP);
	}

	async #makeShares(rekey: UnderWay): Promise<object> {
		const { config, fingerprints } = rekey;
		const key = randomBytes(32);
		let shares = await splitKey(key, config.secret_shares, config.secret_threshold);
		if (config.pgp_keys !== null) {
			const lack = this.#like.noEncryptionKeys;
			shares = await encryptSharesWithPgp(shares, config.pgp_keys, lack).catch((error: Error) => {
				throw new VaultHttpError(`failed to encrypt shares: ${error.message}`, this.#lateStatus());
			});
			if (config.backup) await this.#keep(config.nonce, fingerprints ?? [], shares);
		}
		if (rekey.verify) rekey.proof = { key, nonce: randomUUID(), given: [] };
		else await this.#commit(rekey, key);
		return {
			nonce: config.nonce,
			complete: true,
			keys: shares.map((share) => share.toString('hex')),
			keys_base64: shares.map((share) => share.toString('base64')),
			pgp_fingerprints: fingerprints,
			backup: config.backup,
			...(this.#like.legacy ? {} : { verification_required: rekey.verify }),
			...(rekey.proof === undefined ? {} : { verification_nonce: rekey.proof.nonce }),
		};
	}

	async #commit(rekey: UnderWay, key: Buffer): Promise<void> {
		try {
			await this.#barrier.rekey(rekey.config, key);
		} catch (error) {
			const words = `failed to perform barrier rekey: ${(error as Error).message}`;
			throw new VaultHttpError(words, this.#lateStatus());
		}
		this.#underWay = undefined;
	}

	async #keep(nonce: string, fingerprints: readonly string[], shares: readonly Buffer[]) {
		const keys: Backup['Keys'] = {};
		for (const [index, fingerprint] of fingerprints.entries()) {
			const message = shares[index]?.toString('hex');
			if (message !== undefined) keys[fingerprint] = [...(keys[fingerprint] ?? []), message];
		}
		await this.#storage.put(BACKUP, Buffer.from(JSON.stringify({ Nonce: nonce, Keys: keys })));
	}

	/** Before 0.9 every error of a rekey is a client error. */
	#lateStatus(): number {
		return this.#like.legacy ? 400 : 500;
	}

	async #currentConfig(): Promise<SealConfig> {
		const config = await this.#barrier.config();
		if (config === undefined) throw new VaultHttpError('server is not yet initialized');
		return config;
	}
}
