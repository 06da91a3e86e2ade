import type { VerificationStatus } from '../contract.ts';
import type { Course } from './course.ts';

/**
 * The verification that Vault waits for, of this ceremony's shares; undefined when there is none. A
 * nonce alone proves nothing: Vault 1.14 retains it when the last but one of its writes fails, and
 * accepts no verification any more (`performBarrierRekey` in vault/rekey.go).
 */
export async function waitingProof(course: Course): Promise<VerificationStatus | undefined> {
	const { vault } = course.ports;
	const rekey = await vault.rekeyStatus();
	if (!course.isOurs(rekey) || rekey.verificationNonce === '') return undefined;
	const status = await vault.verificationStatus();
	return status.started ? status : undefined;
}
