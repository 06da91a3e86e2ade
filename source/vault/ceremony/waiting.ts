import type { VerificationStatus } from '../contract.ts';
import type { Course } from './course.ts';

/**
 * The proof that Vault waits for, of the shares this ceremony has made; undefined when it waits for
 * none. A nonce alone says nothing: Vault 1.14 keeps it when the last but one of its writes has
 * failed, and takes no proof any more (`performBarrierRekey` in vault/rekey.go).
 */
export async function waitingProof(course: Course): Promise<VerificationStatus | undefined> {
	const { vault } = course.ports;
	const rekey = await vault.rekeyStatus();
	if (!course.isOurs(rekey) || rekey.verificationNonce === '') return undefined;
	const status = await vault.verificationStatus();
	return status.started ? status : undefined;
}
