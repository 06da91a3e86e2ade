import { VaultError } from '../contract.ts';
import { backUpBefore, escrowOldKey, proveOldKey } from './before.ts';
import { makeThemCount, settleCount } from './commit.ts';
import { assertStillCounts } from './counted.ts';
import type { Course } from './course.ts';
import { outside, refused } from './errors.ts';
import {
	backUpAfter,
	finish,
	openWithShares,
	proveEveryShare,
	removeOldKey,
	witnessRestart,
} from './finish.ts';
import { handOut } from './hand-out.ts';
import { agreeToBegin, assertOpen, assertPossible, opening } from './opening.ts';
import type { CeremonyPorts, CeremonyWishes, News } from './ports.ts';
import type { CeremonyRecord } from './record.ts';
import { startRekey } from './start.ts';
import { afterLostAnswer, submitOldKey } from './submit.ts';
import { type Stage, safeNow } from './view.ts';

const ROUNDS = 3;

/**
 * The rekey, from the first look to the confirmed backup, or from wherever it stopped: each stage
 * reads what is recorded and what Vault says, and does what is still missing. At every moment one
 * pair of storage and key opens Vault; an error says which.
 *
 * @throws WizardError `refused`, `command` or `cancelled`; the ceremony can be resumed after each.
 */
export async function* rekeyCeremony(
	ports: CeremonyPorts,
	wishes: CeremonyWishes,
): AsyncGenerator<News, CeremonyRecord> {
	const course = yield* begun(ports, wishes);
	try {
		yield* settleCount(course);
		if (course.record.committedAt === undefined) yield* untilTheyCount(course);
		yield* fromThereOn(course);
		return course.record;
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		throw outside('Vault could not be asked.', course.standing, thrown);
	} finally {
		course.wipe();
	}
}

async function* begun(ports: CeremonyPorts, wishes: CeremonyWishes): AsyncGenerator<News, Course> {
	try {
		return yield* opening(ports, wishes);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		const standing = { safe: safeNow(undefined), next: [wishes.resume] };
		throw outside('Vault could not be asked.', standing, thrown);
	}
}

async function* untilTheyCount(course: Course): AsyncGenerator<News> {
	await assertOpen(course);
	if (course.record.committingAt !== undefined && course.record.rekey?.verify === false) {
		if ((yield* afterLostAnswer(course)) === 'kept') return;
	}
	await assertPossible(course);
	yield* agreeToBegin(course);
	// Where new shares need no proof even a dry run might count: the backup comes first.
	const before = course.ports.vault.abilities.verify
		? [proveOldKey, backUpBefore, escrowOldKey]
		: [backUpBefore, escrowOldKey, proveOldKey];
	for (const stage of before) {
		course.pause();
		yield* stage(course);
	}
	course.pause();
	yield* newShares(course);
	if (course.record.committedAt !== undefined) return;
	yield* handOut(course, 'hand-out');
	course.pause();
	yield* makeThemCount(course);
}

/** Until the new shares are on disk, encrypted, in two places. */
async function* newShares(course: Course): AsyncGenerator<News> {
	if (await stillPending(course)) {
		yield { kind: 'kept', what: 'the new shares, encrypted and waiting for their custodians' };
		return;
	}
	for (let round = 1; round <= ROUNDS; round += 1) {
		const started = yield* startRekey(course);
		if ((yield* submitOldKey(course, started)) === 'kept') return;
	}
	throw outside('Vault lost the rekey again and again.', course.standing);
}

/** Vault waits for proof of the very shares that are kept here. */
async function stillPending(course: Course): Promise<boolean> {
	const { kept, custodians } = course.record;
	if (kept.length !== custodians.length) return false;
	const status = await course.ports.vault.rekeyStatus();
	return course.isOurs(status) && status.verificationNonce !== '';
}

async function* fromThereOn(course: Course): AsyncGenerator<News> {
	await assertStillCounts(course);
	const unproven = course.record.proven.length < course.record.custodians.length;
	const restart = course.wishes.restart && course.record.doneAt === undefined;
	const stage: Stage = unproven ? 'prove-all' : 'restart';
	const { sealed } = await course.ports.vault.sealStatus();
	if (sealed || unproven || (restart && course.record.backupAfter === undefined))
		yield* handOut(course, stage);
	// Somebody restarted it: the file on the machine opens it no more.
	if (sealed) yield* openWithShares(course);
	course.pause();
	if (unproven) yield* proveEveryShare(course);
	// From the removal to the backup there is nothing to stop for: only the backup makes it safe.
	yield* removeOldKey(course);
	yield* backUpAfter(course);
	course.pause();
	if (restart && course.hands.size === 0) yield* handOut(course, 'restart');
	yield* witnessRestart(course);
	if (course.record.doneAt === undefined) await finish(course);
	if (course.record.backupAfter === undefined)
		throw refused('The backup after the rekey is not confirmed.', course.standing);
}
