import {
	type RekeyRequest,
	type RekeyStatus,
	type VaultAbilities,
	VaultError,
	type VerificationStatus,
} from './contract.ts';

/** What a Vault was found to be able to do, or that it could not be asked yet. */
export interface Looked extends VaultAbilities {
	/** It was sealed or not initialized when it was looked at: `verify` is not known. */
	undetermined?: boolean;
}

/**
 * Refuses what would put the new shares at risk, before anything is sent.
 *
 * @throws VaultError `unsupported`: shares in the clear, verification left out where it is there,
 * or asked for where the server would drop the wish without a word.
 */
export function assertSafe(request: RekeyRequest, looked: Looked): void {
	const no = (message: string) => new VaultError('unsupported', message);
	if (looked.undetermined === true) {
		throw no('Vault was sealed when it was looked at, so what it can do is not known. Look again.');
	}
	if (request.pgpKeys.length !== request.shares) {
		throw no(
			`There are ${request.pgpKeys.length} PGP keys for ${request.shares} shares: each share needs its own.`,
		);
	}
	if (request.verify && !looked.verify) {
		throw no('This Vault cannot verify new shares before they count: it would rekey at once.');
	}
	if (!request.verify && looked.verify) {
		throw no(
			'This Vault can verify new shares before they count: a rekey without that is refused.',
		);
	}
}

/**
 * Whether there is a rekey to cancel, and it is the one meant. Before 1.20 a server cancels
 * whatever is under way.
 *
 * @throws VaultError `refused` when another one is; nothing was sent.
 */
export function stillOurs(status: RekeyStatus, nonce: string): boolean {
	if (!status.started) return false;
	if (status.nonce === nonce) return true;
	throw new VaultError(
		'refused',
		`Another rekey is under way (nonce ${status.nonce}); it is left alone.`,
	);
}

/** @throws VaultError `refused` when that verification is not under way; nothing was sent. */
export function stillProving(status: VerificationStatus, nonce: string): void {
	if (status.started && status.nonce === nonce) return;
	throw new VaultError('refused', 'That verification is not under way any more.');
}
