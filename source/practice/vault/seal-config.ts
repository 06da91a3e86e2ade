import { getPgpFingerprints } from './pgp-keys.ts';

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
