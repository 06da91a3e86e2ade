import type { RekeyStatus, VerificationStatus } from './parse-json-response.ts';
import { VaultError } from './response-errors.ts';

/** Shares are requested only encrypted: to custodians' keys, or to wrapping keys of this program. */
export interface RekeyRequest {
	shares: number;
	threshold: number;
	/** One public key a share, binary OpenPGP in base64. */
	pgpKeys: readonly string[];
	/** Store a backup of the encrypted shares on the server too. */
	backup: boolean;
	/** Must be true if the server supports it. */
	verify: boolean;
}

/** What Vault supports, as found by probing, never from its version text. */
export interface VaultFeatures {
	/** `sys/rekey/verify` exists: new shares can be verified before the commit. */
	verify: boolean;
	/** The endpoints used for the rekey: `sys/rekey`, or OpenBao's `sys/rotate/root`. */
	family: 'rekey' | 'rotate';
	/** A token is required even for the status, and one is in use. */
	token: boolean;
	/** It was sealed or not initialized during the probe: `verify` is not known. */
	undetermined?: boolean;
}

/**
 * Refuses a request that would put the new shares at risk, before anything is sent.
 *
 * @throws VaultError `unsupported`: unencrypted shares, no verification although it is supported, or
 * verification that the server would silently ignore.
 */
export function assertSafeRekeyRequest(request: RekeyRequest, features: VaultFeatures): void {
	const no = (message: string) => new VaultError('unsupported', message);
	if (features.undetermined === true) {
		throw no('Vault was sealed when it was probed, so its features are unknown. Probe it again.');
	}
	if (request.pgpKeys.length !== request.shares) {
		throw no(
			`${request.pgpKeys.length} PGP keys for ${request.shares} key shares: each share requires its own key.`,
		);
	}
	if (request.verify && !features.verify) {
		throw no('This Vault cannot verify new key shares first: it would commit the rekey at once.');
	}
	if (!request.verify && features.verify) {
		throw no(
			'This Vault can verify new key shares first: a rekey without verification is refused.',
		);
	}
}

/**
 * Whether a rekey is in progress and has this nonce. Before 1.20 a server cancels any rekey,
 * whatever nonce is given.
 *
 * @throws VaultError `refused` when it is another rekey; nothing was sent.
 */
export function assertRekeyNonceIfStarted(status: RekeyStatus, nonce: string): boolean {
	if (!status.started) return false;
	if (status.nonce === nonce) return true;
	throw new VaultError(
		'refused',
		`Another rekey is in progress (nonce ${status.nonce}). It was not changed.`,
	);
}

/** @throws VaultError `refused` when that verification is not in progress; nothing was sent. */
export function assertVerificationNonce(status: VerificationStatus, nonce: string): void {
	if (status.started && status.nonce === nonce) return;
	throw new VaultError('refused', 'The verification is no longer in progress.');
}
