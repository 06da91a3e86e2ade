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
 * Runs the rekey from preflight to the confirmed second backup, or resumes it. Each stage reads the
 * record and Vault's state and does only what is missing. At every point some pair of storage and key
 * unseals Vault, and every error says which.
 *
 * @throws WizardError `refused`, `command` or `cancelled`; the ceremony can be resumed after each.
 */
export async function* rekeyCeremony(
	ports: CeremonyPorts,
	wishes: CeremonyWishes,
): AsyncGenerator<News, CeremonyRecord> {
	const course = yield* begun(ports, wishes);
	try {
		// An operator who confirms interactively sees the warnings on that prompt.
		if (ports.person === undefined || course.record.agreedAt !== undefined)
			for (const text of wishes.warnings) yield { kind: 'warning', text };
		yield* settleCount(course);
		yield* assertSameWishes(course);
		if (course.record.committedAt === undefined) yield* untilTheyCount(course);
		yield* fromThereOn(course);
		return course.record;
	} catch (thrown) {
		if (thrown instanceof VaultError)
			throw outside('Could not query Vault.', course.standing, thrown);
		throw withStanding(course, thrown);
	} finally {
		course.wipe();
	}
}

/** Adds to any error which key unseals Vault now, unless the error already says so. */
function withStanding(course: Course, thrown: unknown): unknown {
	if (!(thrown instanceof WizardError)) return thrown;
	const { safe, next } = course.standing;
	const { details = [], next: known = [] } = thrown.facts;
	// The ceremony's own errors are more specific.
	if (saysStanding(thrown)) return thrown;
	return thrown.with({
		details: details.includes(safe) ? [] : [safe],
		next: next.filter((line) => !known.includes(line)),
	});
}

/**
 * A started ceremony belongs to the custodians it was started for. Once the commit may have happened
 * it is completed with them: dropping it could drop the only way to finish a half-written commit.
 */
async function* assertSameWishes(course: Course): AsyncGenerator<News> {
	const { record, wishes } = course;
	if (record.custodians.length === 0 || sameWishes(record, wishes)) return;
	if (record.committedAt !== undefined || record.committingAt !== undefined) {
		const text =
			'the key holders in the answers changed; completing the rekey with the original ones';
		yield { kind: 'warning', text };
		return;
	}
	throw refused(
		'The key holders or the threshold changed during the commit of the new key shares.',
		{
			safe: 'The current unseal key unseals Vault. The new key shares are void.',
			next: [`to restart with the new key holders: ${wishes.resume}`],
		},
	);
}

async function* begun(ports: CeremonyPorts, wishes: CeremonyWishes): AsyncGenerator<News, Course> {
	try {
		return yield* opening(ports, wishes);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		const standing = { safe: safeNow(undefined), next: [wishes.resume] };
		throw outside('Could not query Vault.', standing, thrown);
	}
}

async function* untilTheyCount(course: Course): AsyncGenerator<News> {
	const unsettled =
		course.record.committingAt !== undefined && course.record.rekey?.verify === false;
	// After a commit the stored response or Vault's backup can be read even while Vault is sealed.
	if (unsettled && (await hasCounted(course))) {
		yield* takeLostAnswer(course);
		return;
	}
	await assertOpen(course);
	await takeUpStart(course);
	if (unsettled && (yield* afterLostAnswer(course)) === 'kept') return;
	await assertPossible(course);
	yield* agreeToBegin(course);
	// Without verification even a dry run could commit, so the backup comes first.
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

/** Continues until the new shares are stored encrypted in two places. */
async function* newShares(course: Course): AsyncGenerator<News> {
	if (await stillPending(course)) {
		yield { kind: 'kept', what: 'new key shares, encrypted and pending verification' };
		return;
	}
	for (let round = 1; round <= ROUNDS; round += 1) {
		const started = yield* startRekey(course);
		if ((yield* submitOldKey(course, started)) === 'kept') return;
	}
	throw outside('Vault dropped the rekey three times.', course.standing);
}

/** Whether Vault waits for verification of exactly the shares stored here. */
async function stillPending(course: Course): Promise<boolean> {
	const { kept, custodians } = course.record;
	return kept.length === custodians.length && (await waitingProof(course)) !== undefined;
}

async function* fromThereOn(course: Course): AsyncGenerator<News> {
	if (await isPast(course)) {
		yield {
			kind: 'warning',
			text: 'Vault was rekeyed again after this rekey; nothing left to do',
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
	// Vault was restarted: the key file on the instance no longer unseals it.
	if (sealed) yield* openWithShares(course);
	course.pause();
	if (unproven) yield* proveEveryShare(course);
	// No pause between removing the key and the backup: only the backup makes the result safe.
	yield* removeOldKey(course);
	yield* backUpAfter(course);
	course.pause();
	if (restart && course.hands.size === 0) yield* handOut(course, 'restart');
	yield* witnessRestart(course);
	if (course.record.doneAt === undefined) {
		await finish(course);
		yield {
			kind: 'note',
			text: `Vault stores a backup of the encrypted shares. Delete it with a token when every share is safe: ${course.command} rekey -${course.ports.vault.abilities.verify ? 'backup-delete' : 'delete'}`,
		};
	}
	if (course.record.backupAfter === undefined)
		throw refused('The backup after the rekey has not been confirmed.', course.standing);
}
