import { VaultError } from '../response-errors.ts';
import type { CeremonyEvent } from './ceremony-ports.ts';
import type { CeremonyState } from './ceremony-state.ts';
import { cancelOwnRekey, verifySharesByDryRun } from './verify-by-dry-run.ts';

/**
 * Verifies every share against the running Vault by dry runs, one quorum at a time: the commit
 * verified only one quorum, and `unseal` on an unsealed Vault verifies nothing.
 */
export async function* verifyEveryShare(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { custodians, threshold, shares } = ceremony.record;
	const { vault } = ceremony.ports;
	const seal = await vault.sealStatus();
	// When its last write failed, Vault still reports the rekey although it is committed.
	if (ceremony.isOurs(await vault.rekeyStatus())) await cancelOwnRekey(ceremony);
	if (seal.shares !== shares || seal.threshold !== threshold)
		throw ceremony.createExternalError(
			`Vault reports ${seal.threshold} of ${seal.shares} key shares, expected ${threshold} of ${shares}.`,
		);
	const there = custodians.filter(({ name }) => !ceremony.record.missing.includes(name));
	for (const group of createVerificationGroups(
		there.map(({ name }) => name),
		threshold,
	)) {
		if (group.every((name) => ceremony.record.proven.includes(name))) continue;
		ceremony.pause();
		const submitted = group.flatMap((name) => ceremony.submittedShares.get(name) ?? []);
		if (!(await verifySharesByDryRun(ceremony, submitted)))
			throw ceremony.createExternalError(
				`Vault rejected the key shares of ${group.join(', ')}. The key file was not removed.`,
			);
		const proven = new Set([...ceremony.record.proven, ...group]);
		await ceremony.update({ proven: [...proven] });
		yield { kind: 'note', text: `verified key shares of ${group.join(', ')}` };
	}
}

/** Groups of `size` that cover all names: 5 names by 2 give (1,2) (3,4) (5,1). */
function createVerificationGroups(names: readonly string[], size: number): string[][] {
	const groups: string[][] = [];
	for (let from = 0; from < names.length; from += size) {
		const group = names.slice(from, from + size);
		// Filled up with names that are verified already.
		groups.push([...group, ...names.slice(0, size - group.length)]);
	}
	return groups;
}

/** Removes the old key file, which the instance would try at every start. */
export async function* removeOldKeyFile(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { instance, storage, now } = ceremony.ports;
	const { committedAt, proven, threshold, escrow, removedAt } = ceremony.record;
	if (removedAt !== undefined) {
		if ((await instance.keyFileState()) === 'gone') return;
		yield {
			kind: 'warning',
			text: `${instance.keyFile} exists again, perhaps after a restore; it is not valid and will be removed`,
		};
		// A backup made since may contain it.
		await ceremony.update({ removedAt: undefined, backupAfter: undefined });
	}
	const enough = ceremony.unverified.length === 0 && proven.length >= threshold;
	if (committedAt === undefined || escrow === undefined || !enough)
		throw ceremony.createRefusedError(
			'The old unseal key is removed only after every new key share is verified.',
		);
	await storage.verify(escrow.name, escrow.sha256);
	const before = await instance.keyFileState();
	if (before === 'other')
		throw ceremony.createRefusedError(
			`${instance.keyFile} is not a regular file. It was not changed.`,
			'a regular file or no file',
		);
	await ceremony.update({ removingAt: now() });
	if (before === 'there') await instance.removeKeyFile();
	if ((await instance.keyFileState()) !== 'gone')
		throw ceremony.createExternalError(`Could not remove ${instance.keyFile}: it still exists.`);
	await ceremony.update({ removedAt: now() });
	yield { kind: 'made', what: `${instance.keyFile} removed` };
}

/** The backup that the new shares unseal. Until it is confirmed, the instance must not restart. */
export async function* ensureBackupAfterRekey(
	ceremony: CeremonyState,
): AsyncGenerator<CeremonyEvent> {
	const { instance } = ceremony.ports;
	const { removedAt, backupAfter } = ceremony.record;
	if (backupAfter !== undefined) return;
	if (removedAt === undefined)
		throw ceremony.createRefusedError(
			'The backup after the rekey requires the old unseal key to be removed first.',
		);
	yield {
		kind: 'note',
		text: 'backing up; do not restart the instance until the backup is confirmed',
	};
	const { warnings = [], ...made } = await instance.backUp(removedAt, { withoutKey: true });
	for (const text of warnings) yield { kind: 'warning', text };
	if ((await instance.keyFileState()) !== 'gone')
		throw ceremony.createExternalError(
			`${instance.keyFile} reappeared during the backup: the backup may contain it.`,
		);
	await ceremony.update({ backupAfter: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** Unseals Vault with the shares that custodians have submitted. */
export async function* unsealWithShares(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { vault } = ceremony.ports;
	const { quorum } = ceremony;
	const { progress } = await vault.sealStatus();
	try {
		await submitUnsealShares(ceremony, quorum);
	} catch (thrown) {
		// At its start the instance tried its old key file: one wrong share before these. Vault has
		// discarded all of them now.
		if (!(thrown instanceof VaultError) || thrown.fault !== 'refused' || progress === 0)
			throw thrown;
		await submitUnsealShares(ceremony, quorum);
	}
	if ((await vault.sealStatus()).sealed)
		throw ceremony.createExternalError('The new key shares did not unseal Vault.');
	await ceremony.ports.probeAgain();
	yield { kind: 'made', what: `Vault unsealed by ${quorum.join(', ')}` };
}

/** Submits the shares one by one, and none once Vault is unsealed. */
async function submitUnsealShares(
	ceremony: CeremonyState,
	quorum: readonly string[],
): Promise<void> {
	const { vault } = ceremony.ports;
	let seal = await vault.sealStatus();
	for (const name of quorum) {
		if (!seal.sealed) return;
		const share = ceremony.submittedShares.get(name);
		if (share !== undefined) seal = await vault.unseal(share);
	}
}

/** Restarts Vault and unseals it with a quorum: the end-to-end test of the new shares. */
export async function* verifyByRestart(ceremony: CeremonyState): AsyncGenerator<CeremonyEvent> {
	const { vault, instance, now, operator } = ceremony.ports;
	const { restart, approved } = ceremony.options;
	if (!restart || ceremony.record.doneAt !== undefined) return;
	if (operator === undefined && !approved) return;
	const { quorum } = ceremony;
	let seal = await vault.sealStatus();
	if (ceremony.record.restartedAt === undefined) {
		if (operator !== undefined) {
			const prompt = ceremony.createConfirmation({
				title: 'Restart Vault and unseal it with the new key shares',
				will: [
					'Vault restarts and stays sealed until the key shares are submitted. Terraform Enterprise is unavailable until then.',
					`The key shares of ${quorum.join(', ')}, still in memory, unseal it.`,
				],
				yes: 'restart Vault',
				no: 'do not restart',
			});
			const reply = await ceremony.ask('restart', prompt);
			if (reply.kind !== 'agreed') return;
		}
		await instance.restartVault();
		seal = await vault.sealStatus();
		if (!seal.sealed)
			throw ceremony.createExternalError(
				'Vault was unsealed after the restart: something still unseals it automatically. Find and remove it, then rerun.',
			);
		// Recorded only now: an interruption before this leads to another restart, never to none.
		await ceremony.update({ restartedAt: now() });
		yield { kind: 'made', what: 'Vault restarted' };
	}
	if (seal.sealed) yield* unsealWithShares(ceremony);
}

/** Deletes the wrapping keys: every share has been confirmed by its custodian. */
export async function completeCeremony(ceremony: CeremonyState): Promise<void> {
	const { storage, now } = ceremony.ports;
	for (const one of ceremony.record.wrapKeys) {
		// Removed from the record first, so that a half-deleted key is never looked up.
		await ceremony.update({
			wrapKeys: ceremony.record.wrapKeys.filter(({ name }) => name !== one.name),
		});
		await storage.remove(one.name);
	}
	await ceremony.update({ doneAt: now() });
}
