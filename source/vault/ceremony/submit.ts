import { type EncryptedShare, type RekeyStatus, type Submitted, VaultError } from '../contract.ts';
import { judgesShares } from '../refusal.ts';
import type { Course } from './course.ts';
import { cancelOurs, dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { keepShares } from './keep-shares.ts';
import type { News } from './ports.ts';

/**
 * Submits the old key and stores the new shares that come back. With verification nothing is
 * committed yet. Without it (before 0.10.2) this request is the commit, so a lost response is looked
 * up instead of requested again.
 *
 * @returns `again` when nothing was committed and the rekey has to be restarted.
 */
export async function* submitOldKey(
	course: Course,
	started: RekeyStatus,
): AsyncGenerator<News, 'kept' | 'again'> {
	const { vault, machine, now } = course.ports;
	assertPrepared(course);
	// Final check before the one request that must never be sent twice.
	const status = await vault.rekeyStatus();
	if (!course.isOurs(status) || status.nonce !== started.nonce) return 'again';
	if (status.verificationNonce !== '' || status.progress > 0) {
		yield {
			kind: 'warning',
			text: 'the response to the old unseal key was lost; restarting the rekey',
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
		// Refused or never sent: this attempt cannot have committed anything.
		if (thrown.fault !== 'unclear') await course.set({ submittingAt: undefined, committingAt });
		if (thrown.fault === 'refused') throw await notTaken(course, thrown);
		yield { kind: 'warning', text: `Vault gave no usable response: ${thrown.message}` };
		return yield* afterLostAnswer(course, thrown);
	} finally {
		key.wipe();
	}
	if (!submitted.complete) {
		await cancelOurs(course);
		const { progress, required } = submitted.status;
		throw refused(
			`Vault requires ${required} current unseal keys (${progress} submitted), but only one is known.`,
			course.standing,
		);
	}
	// Verification was requested but Vault does not want it: the shares are already committed.
	if (status.verificationRequired && submitted.verificationNonce === '')
		await course.set({ rekey: { nonce: status.nonce, verify: false }, committingAt: now() });
	yield* keepShares(course, submitted.shares);
	return 'kept';
}

/** Vault refused: a wrong key, or a custodian's key that it cannot encrypt to. Nothing changed. */
async function notTaken(course: Course, thrown: VaultError) {
	await cancelOurs(course);
	return outside(
		judgesShares(thrown) === 'cannot-encrypt'
			? 'Vault cannot encrypt to the public key of a key holder. The rekey was cancelled.'
			: 'Vault rejected the current unseal key. The rekey was cancelled.',
		course.standing,
		thrown,
	);
}

/** The old key was sent and the response lost: Vault's state shows the outcome. */
export async function* afterLostAnswer(
	course: Course,
	thrown?: VaultError,
): AsyncGenerator<News, 'kept' | 'again'> {
	const { vault, machine } = course.ports;
	const status = await lookOrStop(course, () => vault.rekeyStatus(), thrown);
	if (course.record.rekey?.verify !== false) {
		// New shares that were never received are not committed: drop them.
		if (status.started) await cancelOurs(course);
		await course.set({ submittingAt: undefined });
		return 'again';
	}
	// Still in progress means not committed, or interrupted midway, which the old key shows.
	if (status.started && course.isOurs(status)) await cancelOurs(course);
	const seal = await lookOrStop(course, () => vault.sealStatus(), thrown);
	const { shares, threshold, before } = course.record;
	const asBefore = seal.shares === before.shares && seal.threshold === before.threshold;
	const asWished = seal.shares === shares && seal.threshold === threshold;
	if (asBefore && !asWished) {
		const key = await machine.readKey();
		try {
			// Before 1.3 Vault checks it against memory. Its storage may be half-written all the same until a
			// rekey completes, so the reboot gate stays closed.
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

/** The rekey is committed: reads the shares from the stored response or from Vault's backup. */
export async function* takeLostAnswer(course: Course, thrown?: VaultError): AsyncGenerator<News> {
	yield {
		kind: 'note',
		text: "the rekey was committed but the response was lost; reading Vault's backup of the shares",
	};
	yield* keepShares(course, await keptByVault(course, thrown));
}

/** The encrypted shares that Vault stored, only if they are of this rekey. */
async function keptByVault(course: Course, thrown?: VaultError): Promise<EncryptedShare[]> {
	const { vault } = course.ports;
	const lost = (cause?: unknown) =>
		outside(
			'The rekey was committed, but the response with the new key shares was lost.',
			{
				safe: 'No known key can unseal Vault again: do not restart or seal it.',
				next: [
					`set VAULT_TOKEN so that this command can read Vault's backup of the encrypted shares: ${course.wishes.resume}`,
					"without a token: read core/unseal-keys-backup in Vault's storage, or restore the first backup with the old unseal key",
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
	// A backup with another nonce is of another rekey, which may never have been committed.
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
			'Vault does not respond. The outcome of the last request is unknown.',
			course.standing,
			thrown ?? again,
		);
	}
}

/** Requires a confirmed backup and an escrowed key before the old key is submitted. */
function assertPrepared(course: Course): void {
	const { backupBefore, escrow } = course.record;
	if (backupBefore !== undefined && escrow !== undefined) return;
	throw refused(
		'The rekey requires a confirmed backup and the current unseal key in escrow.',
		course.standing,
	);
}
