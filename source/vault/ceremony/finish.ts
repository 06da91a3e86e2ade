import { VaultError } from '../contract.ts';
import type { Course } from './course.ts';
import { cancelOurs, dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import type { News } from './ports.ts';

/**
 * Proves every share against the running Vault, a quorum at a time, by dry runs: verification has
 * proven a quorum alone, and `unseal` on an open Vault proves nothing.
 */
export async function* proveEveryShare(course: Course): AsyncGenerator<News> {
	const { custodians, threshold, shares } = course.record;
	const { vault } = course.ports;
	const seal = await vault.sealStatus();
	// After its last write has failed Vault still tells of the rekey, which has counted.
	if (course.isOurs(await vault.rekeyStatus())) await cancelOurs(course);
	if (seal.shares !== shares || seal.threshold !== threshold)
		throw outside(
			`Vault tells of ${seal.threshold} of ${seal.shares} shares, not of ${threshold} of ${shares}.`,
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
				`Vault does not take the shares of ${group.join(', ')}. The old key file is left where it is.`,
				course.standing,
			);
		const proven = new Set([...course.record.proven, ...group]);
		await course.set({ proven: [...proven] });
		yield { kind: 'note', text: `proven: ${group.join(', ')}` };
	}
}

/** Groups of `size` that cover all: 2 of 5 makes (1,2) (3,4) (5,1). */
export function rounds(names: readonly string[], size: number): string[][] {
	const groups: string[][] = [];
	for (let from = 0; from < names.length; from += size) {
		const group = names.slice(from, from + size);
		// Filled up with ones that are proven already.
		groups.push([...group, ...names.slice(0, size - group.length)]);
	}
	return groups;
}

/** Removes the old key from the machine, which would try it at every start. */
export async function* removeOldKey(course: Course): AsyncGenerator<News> {
	const { machine, keeping, now } = course.ports;
	const { committedAt, proven, threshold, escrow, removedAt } = course.record;
	if (removedAt !== undefined) {
		if ((await machine.keyFileState()) === 'gone') return;
		yield {
			kind: 'warning',
			text: `${machine.keyFile} is back, as after a restore; it opens nothing, and is removed again`,
		};
		// A backup since may hold it.
		await course.set({ removedAt: undefined, backupAfter: undefined });
	}
	const enough = course.unproven.length === 0 && proven.length >= threshold;
	if (committedAt === undefined || escrow === undefined || !enough)
		throw refused('The old key is not removed before every new share is proven.', course.standing);
	await keeping.confirm(escrow.name, escrow.sha256);
	const before = await machine.keyFileState();
	if (before === 'other')
		throw refused(
			`${machine.keyFile} is no regular file; it is left alone.`,
			course.standing,
			'a regular file, or nothing',
		);
	await course.set({ removingAt: now() });
	if (before === 'there') await machine.removeKeyFile();
	if ((await machine.keyFileState()) !== 'gone')
		throw outside(`${machine.keyFile} is still there.`, course.standing);
	await course.set({ removedAt: now() });
	yield { kind: 'made', what: `${machine.keyFile} removed` };
}

/** The backup that the new shares open. Until it is confirmed nothing may restart the machine. */
export async function* backUpAfter(course: Course): AsyncGenerator<News> {
	const { machine } = course.ports;
	const { removedAt, backupAfter } = course.record;
	if (backupAfter !== undefined) return;
	if (removedAt === undefined)
		throw refused('The backup after the rekey waits for the old key’s removal.', course.standing);
	yield { kind: 'note', text: 'backing up; until this is confirmed, do not restart the machine' };
	const { warnings = [], ...made } = await machine.backUp(removedAt, { withoutKey: true });
	for (const text of warnings) yield { kind: 'warning', text };
	if ((await machine.keyFileState()) !== 'gone')
		throw outside(
			`${machine.keyFile} came back while the backup was made: the backup may hold it.`,
			course.standing,
		);
	await course.set({ backupAfter: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** Opens a Vault that came up sealed, with the shares that are in people's hands. */
export async function* openWithShares(course: Course): AsyncGenerator<News> {
	const { vault } = course.ports;
	const { quorum } = course;
	const { progress } = await vault.sealStatus();
	try {
		await giveShares(course, quorum);
	} catch (thrown) {
		// At its start the machine has tried the key it had: one share more than these, and a wrong
		// one. Vault has forgotten all of them now.
		if (!(thrown instanceof VaultError) || thrown.fault !== 'refused' || progress === 0)
			throw thrown;
		await giveShares(course, quorum);
	}
	if ((await vault.sealStatus()).sealed)
		throw outside('Vault did not open with the new shares.', course.standing);
	await course.ports.lookAgain();
	yield { kind: 'made', what: `Vault opened by ${quorum.join(', ')}` };
}

/** One after another, and none to a Vault that is open. */
async function giveShares(course: Course, quorum: readonly string[]): Promise<void> {
	const { vault } = course.ports;
	let seal = await vault.sealStatus();
	for (const name of quorum) {
		if (!seal.sealed) return;
		const share = course.hands.get(name);
		if (share !== undefined) seal = await vault.unseal(share);
	}
}

/** Restarts Vault and opens it with a quorum: the one proof that leaves nothing to believe. */
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
				title: 'Restart Vault, and open it with the new shares',
				will: [
					'Vault restarts, and stays sealed until it is given the shares: Terraform Enterprise waits meanwhile.',
					`The shares of ${quorum.join(', ')} open it; they are still in memory.`,
				],
				check: [],
				warnings: [],
				type: course.wishes.name,
				yes: 'restart Vault',
				no: 'leave it running',
			});
			if (reply.kind !== 'agreed') return;
		}
		await machine.restartVault();
		seal = await vault.sealStatus();
		if (!seal.sealed)
			throw outside(
				'Vault came up open: something still opens it by itself. It is told so until it comes up sealed.',
				course.standing,
			);
		// Noted only now: an earlier stop leads to another restart, and never to none.
		await course.set({ restartedAt: now() });
		yield { kind: 'made', what: 'Vault restarted' };
	}
	if (seal.sealed) yield* openWithShares(course);
}

/** What protected the shares on their way is taken away, now that each has found its owner. */
export async function finish(course: Course): Promise<void> {
	const { keeping, now } = course.ports;
	for (const one of course.record.wrapKeys) {
		// Off the record first: a key that is half gone is never looked for again.
		await course.set({ wrapKeys: course.record.wrapKeys.filter(({ name }) => name !== one.name) });
		await keeping.forget(one.name);
	}
	await course.set({ doneAt: now() });
}
