import { type EncryptedShare, type RekeyStatus, type Submitted, VaultError } from '../contract.ts';
import { judgesShares } from '../refusal.ts';
import type { Course } from './course.ts';
import { cancelOurs, dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { keepShares } from './keep-shares.ts';
import type { News } from './ports.ts';

/**
 * Gives Vault the old key, and keeps what comes back. Where new shares must be proven, nothing
 * counts yet afterwards; where Vault knows no proving (before 0.10.2), this is what counts, so a
 * lost answer is looked for instead of asked for again.
 *
 * @returns `again` when nothing came of it and the rekey has to begin anew.
 */
export async function* submitOldKey(
	course: Course,
	started: RekeyStatus,
): AsyncGenerator<News, 'kept' | 'again'> {
	const { vault, machine, now } = course.ports;
	assertPrepared(course);
	// The last look before the one request that must never be sent twice.
	const status = await vault.rekeyStatus();
	if (!course.isOurs(status) || status.nonce !== started.nonce) return 'again';
	if (status.verificationNonce !== '' || status.progress > 0) {
		yield {
			kind: 'warning',
			text: 'the old key was given before, and the answer lost: begun anew',
		};
		await cancelOurs(course);
		return 'again';
	}
	const { committingAt } = course.record;
	const key = await machine.readKey();
	let submitted: Submitted;
	try {
		const { verificationRequired } = status;
		await course.set({
			submittingAt: now(),
			...(verificationRequired ? {} : { committingAt: now() }),
		});
		submitted = await vault.submitShare(key, status.nonce, course.request);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		// A clear no, or never sent: of this attempt nothing can count.
		if (thrown.fault !== 'unclear') await course.set({ submittingAt: undefined, committingAt });
		if (thrown.fault === 'refused') throw await notTaken(course, thrown);
		yield { kind: 'warning', text: `no clear answer from Vault: ${thrown.message}` };
		return yield* afterLostAnswer(course, thrown);
	} finally {
		key.wipe();
	}
	if (!submitted.complete) {
		await cancelOurs(course);
		const { progress, required } = submitted.status;
		throw refused(
			`Vault wants ${required} old keys (${progress} given); this ceremony knows one.`,
			course.standing,
		);
	}
	// Asked for proof, Vault wants none: then they count already, whatever it promised.
	if (status.verificationRequired && submitted.verificationNonce === '')
		await course.set({ rekey: { nonce: status.nonce, verify: false }, committingAt: now() });
	yield* keepShares(course, submitted.shares);
	return 'kept';
}

/** Vault said no: a wrong key, or a custodian's key it cannot encrypt to. Nothing has changed. */
async function notTaken(course: Course, thrown: VaultError) {
	await cancelOurs(course);
	return outside(
		judgesShares(thrown) === 'cannot-encrypt'
			? 'Vault cannot encrypt to one of the custodians’ keys. The rekey was cancelled.'
			: 'Vault did not take the old key. The rekey was cancelled.',
		course.standing,
		thrown,
	);
}

/** The old key was sent, and nobody knows what came of it: only Vault does. */
export async function* afterLostAnswer(
	course: Course,
	thrown?: VaultError,
): AsyncGenerator<News, 'kept' | 'again'> {
	const { vault, machine } = course.ports;
	const status = await lookOrStop(course, () => vault.rekeyStatus(), thrown);
	if (course.record.rekey?.verify !== false) {
		// New shares nobody holds count for nothing: drop them.
		if (status.started) await cancelOurs(course);
		await course.set({ submittingAt: undefined });
		return 'again';
	}
	// Under way still, it has not counted; or Vault broke off in the middle, which the old key tells.
	if (status.started && course.isOurs(status)) await cancelOurs(course);
	const seal = await lookOrStop(course, () => vault.sealStatus(), thrown);
	const { shares, threshold, before } = course.record;
	const asBefore = seal.shares === before.shares && seal.threshold === before.threshold;
	const asWished = seal.shares === shares && seal.threshold === threshold;
	if (asBefore && !asWished) {
		const key = await machine.readKey();
		try {
			// Vault before 1.3 judges it by what it has in memory. What is on its disk may be half written
			// all the same, and is whole again when a rekey has gone through: until then the gate is closed.
			if ((await dryRun(course, [key])) === 'right') {
				await course.set({ submittingAt: undefined });
				return 'again';
			}
		} finally {
			key.wipe();
		}
	}
	yield* takeLostAnswer(course, thrown);
	return 'kept';
}

/** The rekey counts; what Vault answered is read from where it waits, or from Vault's own copy. */
export async function* takeLostAnswer(course: Course, thrown?: VaultError): AsyncGenerator<News> {
	yield {
		kind: 'note',
		text: 'the rekey counts; its answer was lost, so Vault’s own copy is read',
	};
	yield* keepShares(course, await keptByVault(course, thrown));
}

/** The encrypted shares that Vault kept: only those of this very rekey. */
async function keptByVault(course: Course, thrown?: VaultError): Promise<EncryptedShare[]> {
	const { vault } = course.ports;
	const lost = (cause?: unknown) =>
		outside(
			'Vault has rekeyed itself, and its answer with the new shares was lost.',
			{
				safe: 'No key that is known opens Vault again: do not restart or seal it while it is open.',
				next: [
					`give this run a token of Vault (VAULT_TOKEN), so that it can read the encrypted shares Vault kept: ${course.wishes.resume}`,
					'without a token: read core/unseal-keys-backup in Vault’s storage, or restore the backup from before with the old key',
				],
			},
			cause ?? thrown,
		);
	let backup: Awaited<ReturnType<typeof vault.keptBackup>>;
	try {
		backup = await vault.keptBackup(course.record.rekey?.nonce);
	} catch (cause) {
		throw lost(cause);
	}
	// A copy with another nonce is of another rekey, which may never have counted.
	if (backup === undefined || backup.nonce !== course.record.rekey?.nonce) throw lost();
	const taken = new Map<string, number>();
	return course.record.custodians.map(({ fingerprint }) => {
		const index = taken.get(fingerprint) ?? 0;
		taken.set(fingerprint, index + 1);
		const message = backup.shares.get(fingerprint)?.[index];
		if (message === undefined) throw lost();
		return { fingerprint, message };
	});
}

async function lookOrStop<T>(
	course: Course,
	look: () => Promise<T>,
	thrown?: VaultError,
): Promise<T> {
	try {
		return await look();
	} catch (again) {
		throw outside(
			'Vault does not answer, and it is not known what came of the last request.',
			course.standing,
			thrown ?? again,
		);
	}
}

/** No old key leaves for Vault without a way back. */
function assertPrepared(course: Course): void {
	const { backupBefore, escrow } = course.record;
	if (backupBefore !== undefined && escrow !== undefined) return;
	throw refused(
		'No confirmed backup from before the rekey is known, or the old key is not kept.',
		course.standing,
	);
}
