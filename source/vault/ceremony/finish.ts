import { VaultError } from '../contract.ts';
import type { Course } from './course.ts';
import { cancelOurs, dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import type { News } from './ports.ts';

/**
 * Verifies every share against the running Vault by dry runs, one quorum at a time: the commit
 * verified only one quorum, and `unseal` on an unsealed Vault verifies nothing.
 */
export async function* proveEveryShare(course: Course): AsyncGenerator<News> {
	const { custodians, threshold, shares } = course.record;
	const { vault } = course.ports;
	const seal = await vault.sealStatus();
	// When its last write failed, Vault still reports the rekey although it is committed.
	if (course.isOurs(await vault.rekeyStatus())) await cancelOurs(course);
	if (seal.shares !== shares || seal.threshold !== threshold)
		throw outside(
			`Vault reports ${seal.threshold} of ${seal.shares} key shares, expected ${threshold} of ${shares}.`,
			course.standing,
		);
	const there = custodians.filter(({ name }) => !course.record.missing.includes(name));
	for (const group of rounds(
		there.map(({ name }) => name),
		threshold,
	)) {
		if (group.every((name) => course.record.proven.includes(name))) continue;
		course.pause();
		const hands = group.flatMap((name) => course.hands.get(name) ?? []);
		if ((await dryRun(course, hands)) === 'wrong')
			throw outside(
				`Vault rejected the key shares of ${group.join(', ')}. The key file was not removed.`,
				course.standing,
			);
		const proven = new Set([...course.record.proven, ...group]);
		await course.set({ proven: [...proven] });
		yield { kind: 'note', text: `verified key shares of ${group.join(', ')}` };
	}
}

/** Groups of `size` that cover all names: 5 names by 2 give (1,2) (3,4) (5,1). */
export function rounds(names: readonly string[], size: number): string[][] {
	const groups: string[][] = [];
	for (let from = 0; from < names.length; from += size) {
		const group = names.slice(from, from + size);
		// Filled up with names that are verified already.
		groups.push([...group, ...names.slice(0, size - group.length)]);
	}
	return groups;
}

/** Removes the old key file, which the instance would try at every start. */
export async function* removeOldKey(course: Course): AsyncGenerator<News> {
	const { machine, keeping, now } = course.ports;
	const { committedAt, proven, threshold, escrow, removedAt } = course.record;
	if (removedAt !== undefined) {
		if ((await machine.keyFileState()) === 'gone') return;
		yield {
			kind: 'warning',
			text: `${machine.keyFile} exists again, perhaps after a restore; it is not valid and will be removed`,
		};
		// A backup made since may contain it.
		await course.set({ removedAt: undefined, backupAfter: undefined });
	}
	const enough = course.unproven.length === 0 && proven.length >= threshold;
	if (committedAt === undefined || escrow === undefined || !enough)
		throw refused(
			'The old unseal key is removed only after every new key share is verified.',
			course.standing,
		);
	await keeping.confirm(escrow.name, escrow.sha256);
	const before = await machine.keyFileState();
	if (before === 'other')
		throw refused(
			`${machine.keyFile} is not a regular file. It was not changed.`,
			course.standing,
			'a regular file or no file',
		);
	await course.set({ removingAt: now() });
	if (before === 'there') await machine.removeKeyFile();
	if ((await machine.keyFileState()) !== 'gone')
		throw outside(`Could not remove ${machine.keyFile}: it still exists.`, course.standing);
	await course.set({ removedAt: now() });
	yield { kind: 'made', what: `${machine.keyFile} removed` };
}

/** The backup that the new shares unseal. Until it is confirmed, the instance must not restart. */
export async function* backUpAfter(course: Course): AsyncGenerator<News> {
	const { machine } = course.ports;
	const { removedAt, backupAfter } = course.record;
	if (backupAfter !== undefined) return;
	if (removedAt === undefined)
		throw refused(
			'The backup after the rekey requires the old unseal key to be removed first.',
			course.standing,
		);
	yield {
		kind: 'note',
		text: 'backing up; do not restart the instance until the backup is confirmed',
	};
	const { warnings = [], ...made } = await machine.backUp(removedAt, { withoutKey: true });
	for (const text of warnings) yield { kind: 'warning', text };
	if ((await machine.keyFileState()) !== 'gone')
		throw outside(
			`${machine.keyFile} reappeared during the backup: the backup may contain it.`,
			course.standing,
		);
	await course.set({ backupAfter: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** Unseals Vault with the shares that custodians have submitted. */
export async function* openWithShares(course: Course): AsyncGenerator<News> {
	const { vault } = course.ports;
	const { quorum } = course;
	const { progress } = await vault.sealStatus();
	try {
		await giveShares(course, quorum);
	} catch (thrown) {
		// At its start the instance tried its old key file: one wrong share before these. Vault has
		// discarded all of them now.
		if (!(thrown instanceof VaultError) || thrown.fault !== 'refused' || progress === 0)
			throw thrown;
		await giveShares(course, quorum);
	}
	if ((await vault.sealStatus()).sealed)
		throw outside('The new key shares did not unseal Vault.', course.standing);
	await course.ports.lookAgain();
	yield { kind: 'made', what: `Vault unsealed by ${quorum.join(', ')}` };
}

/** Submits the shares one by one, and none once Vault is unsealed. */
async function giveShares(course: Course, quorum: readonly string[]): Promise<void> {
	const { vault } = course.ports;
	let seal = await vault.sealStatus();
	for (const name of quorum) {
		if (!seal.sealed) return;
		const share = course.hands.get(name);
		if (share !== undefined) seal = await vault.unseal(share);
	}
}

/** Restarts Vault and unseals it with a quorum: the end-to-end test of the new shares. */
export async function* witnessRestart(course: Course): AsyncGenerator<News> {
	const { vault, machine, now, person } = course.ports;
	const { restart, approved } = course.wishes;
	if (!restart || course.record.doneAt !== undefined) return;
	if (person === undefined && !approved) return;
	const { quorum } = course;
	let seal = await vault.sealStatus();
	if (course.record.restartedAt === undefined) {
		if (person !== undefined) {
			const reply = await course.ask({
				kind: 'agree',
				step: course.wishes.step,
				ceremony: course.view('restart'),
				title: 'Restart Vault and unseal it with the new key shares',
				will: [
					'Vault restarts and stays sealed until the key shares are submitted. Terraform Enterprise is unavailable until then.',
					`The key shares of ${quorum.join(', ')}, still in memory, unseal it.`,
				],
				check: [],
				warnings: [],
				type: course.wishes.name,
				yes: 'restart Vault',
				no: 'do not restart',
			});
			if (reply.kind !== 'agreed') return;
		}
		await machine.restartVault();
		seal = await vault.sealStatus();
		if (!seal.sealed)
			throw outside(
				'Vault was unsealed after the restart: something still unseals it automatically. Find and remove it, then rerun.',
				course.standing,
			);
		// Recorded only now: an interruption before this leads to another restart, never to none.
		await course.set({ restartedAt: now() });
		yield { kind: 'made', what: 'Vault restarted' };
	}
	if (seal.sealed) yield* openWithShares(course);
}

/** Deletes the wrapping keys: every share has been confirmed by its custodian. */
export async function finish(course: Course): Promise<void> {
	const { keeping, now } = course.ports;
	for (const one of course.record.wrapKeys) {
		// Removed from the record first, so that a half-deleted key is never looked up.
		await course.set({ wrapKeys: course.record.wrapKeys.filter(({ name }) => name !== one.name) });
		await keeping.forget(one.name);
	}
	await course.set({ doneAt: now() });
}
