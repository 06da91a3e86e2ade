import type { VerificationResult, VerificationStatus } from '../parse-json-response.ts';
import { VaultError } from '../response-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { createPartialCommitError, getPendingVerification, isCommitted } from './commit-status.ts';
import { abortHandOutAndCreateError } from './hand-out-shares.ts';
import { resolveInterruptedCommit, unsealAfterInterruptedCommit } from './interrupted-commit.ts';

const MAX_ATTEMPTS = 3;

/**
 * Commits the rekey: submits a quorum of new shares to Vault. The last one cannot be undone, so a
 * backup, the escrowed old key, and every share stored in two places and confirmed by its custodian
 * come first.
 */
export async function* commitRekey(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	await assertReadyToCommit(ceremony);
	await confirmCommit(ceremony);
	let failed: VaultError | undefined;
	for (let round = 1; round <= MAX_ATTEMPTS; round += 1) {
		const status = await restartVerification(ceremony);
		if (status === 'committed') return yield* recordCommit(ceremony);
		if (status === 'gone') return yield* handleLostRekey(ceremony);
		const outcome = await submitQuorum(ceremony, status);
		if (outcome === 'committed') return yield* recordCommit(ceremony);
		if (outcome === 'gone') return yield* handleLostRekey(ceremony);
		if (outcome !== 'again') failed = outcome;
		yield { kind: 'warning', text: 'Vault did not accept the new key shares; retrying' };
	}
	// The rekey stays open: once its disk has space, Vault can complete it with the same shares. After a
	// cancel nothing could complete it.
	if (failed !== undefined) throw createPartialCommitError(ceremony, failed);
	ceremony.wipe();
	throw await abortHandOutAndCreateError(
		ceremony,
		`Vault rejected the new key shares ${MAX_ATTEMPTS} times.`,
	);
}

/**
 * Finds out whether the new shares were committed when an earlier run stopped during the commit.
 * While Vault still waits for verification, nothing was lost.
 */
export async function* resolvePendingCommit(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { rekey, committingAt, committedAt } = ceremony.record;
	if (committingAt === undefined || committedAt !== undefined || rekey?.verify === false) return;
	if (await isCommitted(ceremony)) {
		yield* recordCommit(ceremony);
		return;
	}
	// A sealed Vault has lost its rekey state. The key that unseals it shows whether it was committed.
	if ((await ceremony.ports.vault.sealStatus()).sealed)
		yield* unsealAfterInterruptedCommit(ceremony);
	if ((await getPendingVerification(ceremony)) === undefined)
		yield* resolveInterruptedCommit(ceremony);
}

/** The rekey no longer exists in Vault, and the new shares were not committed. */
async function* handleLostRekey(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	if (ceremony.record.committingAt !== undefined) yield* resolveInterruptedCommit(ceremony);
	throw ceremony.createExternalError(
		'The rekey is gone: Vault was restarted, or the rekey was cancelled. The new key shares are void.',
	);
}

async function assertReadyToCommit(ceremony: CeremonyState): Promise<void> {
	const { record, ports } = ceremony;
	const { backupBefore, escrow, kept, custodians } = record;
	if (backupBefore === undefined || escrow === undefined || kept.length !== custodians.length)
		throw ceremony.createRefusedError('The rekey is not ready to be committed.');
	for (const { name, sha256 } of [...kept, escrow]) await ports.storage.verify(name, sha256);
}

async function confirmCommit(ceremony: CeremonyState): Promise<void> {
	const { shares, threshold } = ceremony.record;
	if (ceremony.ports.operator === undefined) return ceremony.requireApproval('commit the rekey.');
	const prompt = ceremony.createConfirmation({
		title: 'Commit the rekey',
		will: [
			`Vault receives ${threshold} of the ${shares} new key shares. From then on they unseal it, and the current unseal key does not.`,
			'The old unseal key stays in escrow: it unseals the first backup.',
			'Then every share is verified again, the key file is removed, and a second backup is created.',
		],
		yes: 'commit the rekey',
		no: 'not now; the current unseal key stays valid',
	});
	await ceremony.requireAgreement('count', prompt);
}

/** The verification, restarted if shares were already submitted to it. */
async function restartVerification(
	ceremony: CeremonyState,
): Promise<VerificationStatus | 'committed' | 'gone'> {
	const { vault } = ceremony.ports;
	const status = await getCommitProgress(ceremony);
	if (typeof status === 'string' || status.progress === 0) return status;
	await vault.restartVerification(status.nonce);
	return getCommitProgress(ceremony);
}

/** `committed`, nothing left to verify. `gone`: nothing can be verified any more. */
async function getCommitProgress(
	ceremony: CeremonyState,
): Promise<VerificationStatus | 'committed' | 'gone'> {
	if (await isCommitted(ceremony)) return 'committed';
	return (await getPendingVerification(ceremony)) ?? 'gone';
}

/** @returns The error when Vault failed during the commit and still waits for verification. */
async function submitQuorum(
	ceremony: CeremonyState,
	status: VerificationStatus,
): Promise<'committed' | 'gone' | 'again' | VaultError> {
	const { vault, now } = ceremony.ports;
	const quorum = ceremony.record.custodians.slice(0, ceremony.record.threshold);
	const { committingAt } = ceremony.record;
	let nonce = status.nonce;
	for (const [index, { name }] of quorum.entries()) {
		const share = ceremony.submittedShares.get(name);
		if (share === undefined) throw ceremony.createPausedError();
		const last = index === quorum.length - 1;
		if (last) await ceremony.update({ committingAt: now() });
		let proving: VerificationResult;
		try {
			proving = await vault.verifyShare(share, nonce);
		} catch (thrown) {
			if (!(thrown instanceof VaultError)) throw thrown;
			// Refused or never sent: this attempt cannot have committed anything.
			if (last && (thrown.fault === 'refused' || thrown.fault === 'unsent'))
				await ceremony.update({ committingAt });
			return handleSubmitError(ceremony, thrown, last);
		}
		if (proving.complete) return 'committed';
		nonce = proving.nonce === '' ? nonce : proving.nonce;
	}
	return 'again';
}

/** A request failed: its outcome is read from Vault, never assumed. */
async function handleSubmitError(
	ceremony: CeremonyState,
	thrown: VaultError,
	last: boolean,
): Promise<'committed' | 'gone' | 'again' | VaultError> {
	if (!last) return 'again';
	try {
		const status = await getCommitProgress(ceremony);
		if (typeof status === 'string') return status;
		return thrown.fault === 'unclear' && thrown.status === 500 ? thrown : 'again';
	} catch (again) {
		if (!(again instanceof VaultError)) throw again;
		throw ceremony.createExternalError(
			'Vault does not respond. The rekey may or may not be committed.',
			thrown,
		);
	}
}

async function* recordCommit(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	await ceremony.update({ committedAt: ceremony.ports.now() });
	const { threshold, shares } = ceremony.record;
	yield {
		kind: 'made',
		what: `rekey committed: ${threshold} of ${shares} new key shares unseal Vault`,
	};
}
