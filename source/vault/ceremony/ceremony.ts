import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../contract.ts';
import { backUpBefore, escrowOldKey, proveOldKey } from './before.ts';
import { makeThemCount, settleCount } from './commit.ts';
import { assertStillCounts, hasCounted, isPast } from './counted.ts';
import type { Course } from './course.ts';
import { outside, refused, saysStanding } from './errors.ts';
import {
	backUpAfter,
	finish,
	openWithShares,
	proveEveryShare,
	removeOldKey,
	witnessRestart,
} from './finish.ts';
import { handOut } from './hand-out.ts';
import { agreeToBegin, assertOpen, assertPossible, opening, sameWishes } from './opening.ts';
import type { CeremonyPorts, CeremonyWishes, News } from './ports.ts';
import type { CeremonyRecord } from './record.ts';
import { startRekey, takeUpStart } from './start.ts';
import { afterLostAnswer, submitOldKey, takeLostAnswer } from './submit.ts';
import { type Stage, safeNow } from './view.ts';
import { waitingProof } from './waiting.ts';

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
		// Who is asked to agree is shown them there.
		if (ports.person === undefined || course.record.agreedAt !== undefined)
			for (const text of wishes.warnings) yield { kind: 'warning', text };
		yield* settleCount(course);
		yield* assertSameWishes(course);
		if (course.record.committedAt === undefined) yield* untilTheyCount(course);
		yield* fromThereOn(course);
		return course.record;
	} catch (thrown) {
		if (thrown instanceof VaultError)
			throw outside('Vault could not be asked.', course.standing, thrown);
		throw withStanding(course, thrown);
	} finally {
		course.wipe();
	}
}

/** Whatever stops a ceremony, it says what opens Vault now. */
function withStanding(course: Course, thrown: unknown): unknown {
	if (!(thrown instanceof WizardError)) return thrown;
	const { safe, next } = course.standing;
	const { details = [], next: known = [] } = thrown.facts;
	// What an error of the ceremony itself says is more exact.
	if (saysStanding(thrown)) return thrown;
	return thrown.with({
		details: details.includes(safe) ? [] : [safe],
		next: next.filter((line) => !known.includes(line)),
	});
}

/**
 * What was begun is for the custodians it was begun for. Once it counts, or may count, it is ended
 * with them: to drop it then might drop the one way to end what Vault has half written.
 */
async function* assertSameWishes(course: Course): AsyncGenerator<News> {
	const { record, wishes } = course;
	if (record.custodians.length === 0 || sameWishes(record, wishes)) return;
	if (record.committedAt !== undefined || record.committingAt !== undefined) {
		const text = 'the answers name other custodians now; the rekey is ended with those it was for';
		yield { kind: 'warning', text };
		return;
	}
	throw refused(
		'The custodians or the threshold were changed while new shares were about to count.',
		{
			safe: 'The old key opens Vault; the new shares are void.',
			next: [`begin anew with them: ${wishes.resume}`],
		},
	);
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
	const unsettled =
		course.record.committingAt !== undefined && course.record.rekey?.verify === false;
	// They count, and the answer waits somewhere: that can be read of a sealed Vault too.
	if (unsettled && (await hasCounted(course))) {
		yield* takeLostAnswer(course);
		return;
	}
	await assertOpen(course);
	await takeUpStart(course);
	if (unsettled && (yield* afterLostAnswer(course)) === 'kept') return;
	await assertPossible(course);
	yield* agreeToBegin(course);
	// Where new shares need no proof even a dry run might count: the backup comes first.
	const before = course.ports.vault.abilities.verify
		? [proveOldKey, backUpBefore, escrowOldKey]
		: [backUpBefore, proveOldKey, escrowOldKey];
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
	return kept.length === custodians.length && (await waitingProof(course)) !== undefined;
}

async function* fromThereOn(course: Course): AsyncGenerator<News> {
	if (await isPast(course)) {
		yield {
			kind: 'warning',
			text: 'Vault was rekeyed by its custodians since; nothing is left to do',
		};
		return;
	}
	await assertStillCounts(course);
	const unproven = course.unproven.length > 0;
	const { restartedAt, doneAt } = course.record;
	const restart = course.wishes.restart && restartedAt === undefined && doneAt === undefined;
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
	if (course.record.doneAt === undefined) {
		await finish(course);
		yield {
			kind: 'note',
			text: `Vault keeps a copy of the encrypted shares; once all are safe, somebody with a token removes it: ${course.command} rekey -${course.ports.vault.abilities.verify ? 'backup-delete' : 'delete'}`,
		};
	}
	if (course.record.backupAfter === undefined)
		throw refused('The backup after the rekey is not confirmed.', course.standing);
}
