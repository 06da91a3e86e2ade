import type { VerificationStatus } from '../vault-types.ts';
import type { CeremonyState } from './ceremony-state.ts';

/**
 * The verification that Vault waits for, of this ceremony's shares; undefined when there is none. A
 * nonce alone proves nothing: Vault 1.14 retains it when the last but one of its writes fails, and
 * accepts no verification any more (`performBarrierRekey` in vault/rekey.go).
 */
export async function getPendingVerification(
	ceremony: CeremonyState,
): Promise<VerificationStatus | undefined> {
	const { vault } = ceremony.ports;
	const rekey = await vault.rekeyStatus();
	if (!ceremony.isOurs(rekey) || rekey.verificationNonce === '') return undefined;
	const status = await vault.verificationStatus();
	return status.started ? status : undefined;
}
