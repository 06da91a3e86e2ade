import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../response-errors.ts';
import {
	createExternalError,
	createRefusedError,
	isErrorWithUnsealKeyNotice,
	type SafetyNotice,
} from './ceremony-errors.ts';
import type { CeremonyEvent, CeremonyOptions, CeremonyPorts } from './ceremony-ports.ts';
import type { CeremonyRecord } from './ceremony-record.ts';
import {
	type CeremonyStage,
	type CeremonyState,
	describeCurrentUnsealKeys,
} from './ceremony-state.ts';
import { commitRekey, resolvePendingCommit } from './commit-rekey.ts';
import {
	assertStillCommitted,
	getPendingVerification,
	isCommitted,
	wasRekeyedAgain,
} from './commit-status.ts';
import {
	completeCeremony,
	ensureBackupAfterRekey,
	removeOldKeyFile,
	unsealWithShares,
	verifyByRestart,
	verifyEveryShare,
} from './complete-rekey.ts';
import { handOutAndCollectShares } from './hand-out-shares.ts';
import {
	ensureBackupBeforeRekey,
	ensureCurrentKeyEscrowed,
	verifyCurrentKey,
} from './prepare-rekey.ts';
import {
	adoptStartedRekey,
	assertRekeyPossible,
	assertSingleKeyOnInstance,
	confirmStartAndRecordCustodians,
	matchesOptions,
	startOrResumeCeremony,
	startOrResumeRekey,
} from './start-or-resume.ts';
import {
	recoverFromLostResponse,
	storeSharesFromBackup,
	submitOldKeyAndStoreShares,
} from './submit-old-key.ts';

const MAX_ATTEMPTS = 3;

/**
 * Runs the rekey from preflight to the confirmed second backup, or resumes it. Each stage reads the
 * record and Vault's state and does only what is missing. At every point some pair of storage and key
 * unseals Vault, and every error says which.
 *
 * @throws WizardError `refused`, `command` or `cancelled`; the ceremony can be resumed after each.
 */
export async function* runRekeyCeremony(
	ports: CeremonyPorts,
	options: CeremonyOptions,
): AsyncGenerator<CeremonyEvent, CeremonyRecord> {
	let ceremony: CeremonyState | undefined;
	try {
		ceremony = yield* startOrResumeCeremony(ports, options);
		// An operator who confirms interactively sees the warnings on that prompt.
		if (ports.operator === undefined || ceremony.record.agreedAt !== undefined)
			for (const text of options.warnings) yield { kind: 'warning', text };
		yield* resolvePendingCommit(ceremony);
		yield* assertSameOptions(ceremony);
		if (ceremony.record.committedAt === undefined) yield* runUntilCommitted(ceremony);
		yield* runAfterCommit(ceremony);
		return ceremony.record;
	} catch (thrown) {
		const notice = ceremony?.safetyNotice ?? {
			safe: describeCurrentUnsealKeys(undefined),
			next: [options.resume],
		};
		if (thrown instanceof VaultError)
			throw createExternalError('Could not query Vault.', notice, thrown);
		throw ceremony === undefined ? thrown : addSafetyNotice(notice, thrown);
	} finally {
		ceremony?.wipe();
	}
}

/** Adds to any error which key unseals Vault now, unless the error already says so. */
function addSafetyNotice({ safe, next }: SafetyNotice, thrown: unknown): unknown {
	// The ceremony's own errors are more specific.
	if (!(thrown instanceof WizardError) || isErrorWithUnsealKeyNotice(thrown)) return thrown;
	const { details = [], next: known = [] } = thrown.facts;
	return thrown.with({
		details: details.includes(safe) ? [] : [safe],
		next: next.filter((line) => !known.includes(line)),
	});
}

/**
 * A started ceremony belongs to the custodians it was started for. Once the commit may have happened
 * it is completed with them: dropping it could drop the only way to finish a half-written commit.
 */
async function* assertSameOptions(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { record, options } = ceremony;
	if (record.custodians.length === 0 || matchesOptions(record, options)) return;
	if (record.committedAt !== undefined || record.committingAt !== undefined) {
		const text =
			'the key holders in the answers changed; completing the rekey with the original ones';
		yield { kind: 'warning', text };
		return;
	}
	throw createRefusedError(
		'The key holders or the threshold changed during the commit of the new key shares.',
		{
			safe: 'The current unseal key unseals Vault. The new key shares are void.',
			next: [`to restart with the new key holders: ${options.resume}`],
		},
	);
}

async function* runUntilCommitted(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const unsettled =
		ceremony.record.committingAt !== undefined && ceremony.record.rekey?.verify === false;
	// After a commit the stored response or Vault's backup can be read even while Vault is sealed.
	if (unsettled && (await isCommitted(ceremony))) {
		yield* storeSharesFromBackup(ceremony);
		return;
	}
	await assertRekeyPossible(ceremony);
	await adoptStartedRekey(ceremony);
	if (unsettled && (yield* recoverFromLostResponse(ceremony)) === 'kept') return;
	await assertSingleKeyOnInstance(ceremony);
	yield* confirmStartAndRecordCustodians(ceremony);
	// Without verification even a dry run could commit, so the backup comes first.
	const before = ceremony.ports.vault.features.verify
		? [verifyCurrentKey, ensureBackupBeforeRekey, ensureCurrentKeyEscrowed]
		: [ensureBackupBeforeRekey, verifyCurrentKey, ensureCurrentKeyEscrowed];
	for (const stage of before) {
		ceremony.pause();
		yield* stage(ceremony);
	}
	ceremony.pause();
	yield* createNewShares(ceremony);
	if (ceremony.record.committedAt !== undefined) return;
	yield* handOutAndCollectShares(ceremony, 'hand-out');
	ceremony.pause();
	yield* commitRekey(ceremony);
}

/** Continues until the new shares are stored encrypted in two places. */
async function* createNewShares(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	if (await isVerificationPending(ceremony)) {
		yield { kind: 'kept', what: 'new key shares, encrypted and pending verification' };
		return;
	}
	for (let round = 1; round <= MAX_ATTEMPTS; round += 1) {
		const started = yield* startOrResumeRekey(ceremony);
		if ((yield* submitOldKeyAndStoreShares(ceremony, started)) === 'kept') return;
	}
	throw ceremony.createExternalError('Vault dropped the rekey three times.');
}

/** Whether Vault waits for verification of exactly the shares stored here. */
async function isVerificationPending(ceremony: CeremonyState): Promise<boolean> {
	const { kept, custodians } = ceremony.record;
	return (
		kept.length === custodians.length && (await getPendingVerification(ceremony)) !== undefined
	);
}

async function* runAfterCommit(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	if (await wasRekeyedAgain(ceremony)) {
		yield {
			kind: 'warning',
			text: 'Vault was rekeyed again after this rekey; nothing left to do',
		};
		return;
	}
	await assertStillCommitted(ceremony);
	const unproven = ceremony.unverified.length > 0;
	const { restartedAt, doneAt } = ceremony.record;
	const restart = ceremony.options.restart && restartedAt === undefined && doneAt === undefined;
	const stage: CeremonyStage = unproven ? 'prove-all' : 'restart';
	const { sealed } = await ceremony.ports.vault.sealStatus();
	if (sealed || unproven || (restart && ceremony.record.backupAfter === undefined))
		yield* handOutAndCollectShares(ceremony, stage);
	// Vault was restarted: the key file on the instance no longer unseals it.
	if (sealed) yield* unsealWithShares(ceremony);
	ceremony.pause();
	if (unproven) yield* verifyEveryShare(ceremony);
	// No pause between removing the key and the backup: only the backup makes the result safe.
	yield* removeOldKeyFile(ceremony);
	yield* ensureBackupAfterRekey(ceremony);
	ceremony.pause();
	if (restart && ceremony.submittedShares.size === 0)
		yield* handOutAndCollectShares(ceremony, 'restart');
	yield* verifyByRestart(ceremony);
	if (ceremony.record.doneAt === undefined) {
		await completeCeremony(ceremony);
		yield {
			kind: 'note',
			text: `Vault stores a backup of the encrypted shares. Delete it with a token when every share is safe: ${ceremony.command} rekey -${ceremony.ports.vault.features.verify ? 'backup-delete' : 'delete'}`,
		};
	}
	if (ceremony.record.backupAfter === undefined)
		throw ceremony.createRefusedError('The backup after the rekey has not been confirmed.');
}
