import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { type EncryptedShare, type RekeyRequest, VaultError } from '../contract.ts';
import { judgesShares } from '../refusal.ts';
import type { Course } from './course.ts';
import { outside, refused } from './errors.ts';
import { sealAndKeep, slug } from './seal.ts';

/**
 * Whether these shares are Vault's current ones, found out without changing anything it stores: a
 * rekey to one throw-away key is begun, given the shares, and cancelled before it could count.
 * Where new shares need no proof (before 0.10.2) the key cannot encrypt, which Vault notices only
 * after it has judged the shares. Sources: vault.md 5.2, measured on 0.8.2 and 1.8.
 *
 * @throws WizardError when Vault could not be asked; nothing has changed then.
 */
export async function dryRun(
	course: Course,
	shares: readonly SecretBytes[],
): Promise<'right' | 'wrong'> {
	const { vault, keys } = course.ports;
	await cancelDryRun(course);
	const underWay = await vault.rekeyStatus();
	if (underWay.started) throw notOurs(course, underWay.nonce);
	const { verify } = vault.abilities;
	const signing = verify ? undefined : await keys.signOnly();
	const key = signing ?? (await keys.throwaway());
	await course.set({ dryRuns: [key.fingerprint] });
	const request: RekeyRequest = {
		shares: 1,
		threshold: 1,
		pgpKeys: [key.publicKey],
		// A dry run must not overwrite the shares an earlier rekey has left with Vault.
		backup: false,
		verify,
	};
	try {
		const nonce = await begin(course, request);
		const taken = await judge(course, shares, nonce, request);
		if (typeof taken === 'string') return taken;
		throw await tookItAnyway(course, taken, signing);
	} finally {
		await cancelDryRun(course);
	}
}

async function begin(course: Course, request: RekeyRequest): Promise<string> {
	const { vault } = course.ports;
	try {
		const started = await vault.startRekey(request);
		if (started.verificationRequired === request.verify && started.shares === 1)
			return started.nonce;
	} catch (thrown) {
		if (!(thrown instanceof VaultError) || thrown.fault !== 'unclear')
			throw outside('Vault would not begin a dry run.', course.standing, thrown);
	}
	// The answer was lost, or is not what was asked for: only Vault knows what came of it.
	const status = await vault.rekeyStatus();
	if (course.isOurDryRun(status) && status.verificationRequired === request.verify)
		return status.nonce;
	throw outside('Vault did not begin the dry run that was asked for.', course.standing);
}

async function judge(
	course: Course,
	shares: readonly SecretBytes[],
	nonce: string,
	request: RekeyRequest,
): Promise<'right' | 'wrong' | readonly EncryptedShare[]> {
	const { vault } = course.ports;
	for (const share of shares) {
		try {
			const submitted = await vault.submitShare(share, nonce, request);
			if (!submitted.complete) continue;
			return request.verify ? 'right' : submitted.shares;
		} catch (thrown) {
			if (!(thrown instanceof VaultError) || thrown.fault !== 'refused')
				throw outside('Vault gave no clear answer to the dry run.', course.standing, thrown);
			const verdict = judgesShares(thrown);
			// Only ever with a key that cannot encrypt; the shares were right to get this far.
			if (verdict === 'cannot-encrypt' && !request.verify) return 'right';
			if (verdict === 'wrong') return 'wrong';
			throw outside('Vault has not judged the dry run.', course.standing, thrown);
		}
	}
	return 'wrong';
}

/**
 * Never seen, and final if it happened: Vault has encrypted to a key that only signs, so the dry run
 * was a rekey. Its key is kept before anything else.
 */
async function tookItAnyway(
	course: Course,
	shares: readonly EncryptedShare[],
	signing: { open(message: Buffer): Promise<SecretBytes> } | undefined,
) {
	const { now, keeping } = course.ports;
	const [only] = shares;
	if (only === undefined || signing === undefined) throw new Error('a dry run without a share');
	const key = await signing.open(only.message);
	try {
		const stem = `unseal-key-of-a-dry-run-${slug(now())}`;
		const { name } = await sealAndKeep(course, key, stem, `Vault unseal key since ${now()}`);
		await course.set({ committingAt: now() });
		return outside(
			'Vault has taken a key that cannot encrypt, and has rekeyed itself to it. Do not restart it.',
			{
				safe: `The one key that opens it now is kept, encrypted: ${keeping.path(name)}. The old key opens the backup from before.`,
				next: [
					`open that file, put the key in ${course.ports.machine.keyFile}`,
					'restore the backup from before, if that fails: tfe-wizard backups restore-guide',
				],
			},
		);
	} finally {
		key.wipe();
	}
}

/** Ends a dry run of ours, whenever it was begun. Leaves everything else alone. */
export async function cancelDryRun(course: Course): Promise<void> {
	const { vault } = course.ports;
	let status = await vault.rekeyStatus();
	if (!course.isOurDryRun(status)) return;
	try {
		await vault.cancelRekey(status.nonce);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		status = await vault.rekeyStatus();
		if (course.isOurDryRun(status))
			throw outside(
				'A dry run could not be cancelled; it changes nothing.',
				course.standing,
				thrown,
			);
	}
}

/** Ends the ceremony's own rekey, which voids the shares it has handed out. Old key unharmed. */
export async function cancelOurs(course: Course): Promise<void> {
	const { vault } = course.ports;
	const status = await vault.rekeyStatus();
	if (!status.started) return;
	if (!course.isOurs(status)) throw notOurs(course, status.nonce);
	try {
		await vault.cancelRekey(status.nonce);
	} catch (thrown) {
		if (!(thrown instanceof VaultError)) throw thrown;
		if (course.isOurs(await vault.rekeyStatus()))
			throw outside(
				'The rekey could not be cancelled; it changes nothing.',
				course.standing,
				thrown,
			);
	}
}

/** Somebody else's rekey is theirs to end. */
export function notOurs(course: Course, nonce: string) {
	return refused('A rekey is under way that is not this ceremony’s; it is left alone.', {
		safe: course.standing.safe,
		next: [
			`ask who began it (nonce ${nonce}); they end it with: ${course.command} rekey -cancel -nonce=${nonce}`,
			course.wishes.resume,
		],
	});
}
