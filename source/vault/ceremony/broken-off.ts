import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { VaultError } from '../contract.ts';
import { halfDone, oldKeyCounts } from './counted.ts';
import type { Course } from './course.ts';
import { cancelOurs, dryRun } from './dry-run.ts';
import { refused } from './errors.ts';
import { handOut } from './hand-out.ts';
import { assertOpen } from './opening.ts';
import type { News } from './ports.ts';
import { BEGUN_ANEW } from './record.ts';

/*
 * Vault makes new shares count by several writes, one after another (vault.md, facts 5 and 6; in
 * this order in 1.14: stored root key, keyring, root key, unseal key, number of shares, canary).
 * Where it breaks off between them, what is on its disk is opened
 *   before the first      by the old key
 *   after the first       by no key
 *   after the second      by the new shares put together: one key, for it believes there is one
 *   after the fifth       by the new shares
 */

/**
 * Opens a Vault that came up sealed after its new shares were about to count: with the old key, as
 * its machine would, or with the new shares put together.
 *
 * @throws WizardError when neither opens it: the backup from before does, with the old key.
 */
export async function* openBrokenOff(course: Course): AsyncGenerator<News> {
	const { machine, vault, lookAgain } = course.ports;
	if ((await machine.keyFileState()) === 'there') {
		const key = await machine.readKey();
		try {
			if (await opens(course, key)) {
				await lookAgain();
				yield { kind: 'made', what: `Vault opened with ${machine.keyFile}` };
				return;
			}
		} finally {
			key.wipe();
		}
	}
	yield {
		kind: 'warning',
		text: `Vault stands sealed, and ${machine.keyFile} does not open it: it broke off while the new shares were made to count. Put together they may open it`,
	};
	const together = yield* putTogether(course);
	try {
		if (together === undefined || !(await opens(course, together))) throw shut(course);
	} finally {
		together?.wipe();
	}
	await lookAgain();
	if ((await vault.sealStatus()).sealed) throw shut(course);
	yield { kind: 'made', what: 'Vault opened with the new shares, put together as one key' };
}

async function opens(course: Course, key: SecretBytes): Promise<boolean> {
	try {
		return !(await course.ports.vault.unseal(key)).sealed;
	} catch (thrown) {
		// A wrong key, in whichever words: it stays sealed, and nothing was lost by trying.
		if (thrown instanceof VaultError && thrown.fault === 'refused') return false;
		if (!(thrown instanceof VaultError)) throw thrown;
		return !(await course.ports.vault.sealStatus()).sealed;
	}
}

/**
 * Vault is open, knows of no proof it waits for, and tells of the old number of shares. That is as
 * it was, or it broke off. Only what a dry run proves is believed.
 *
 * @throws WizardError unless the old key is proven; then the record says that nothing has happened.
 */
export async function* settleBrokenOff(course: Course): AsyncGenerator<News> {
	const { vault } = course.ports;
	// No proof can end it any more, so nothing is lost with it.
	if (course.isOurs(await vault.rekeyStatus())) await cancelOurs(course);
	await assertOpen(course);
	if (await oldKeyCounts(course)) {
		await course.set({ committingAt: undefined });
		return;
	}
	const together = yield* putTogether(course);
	try {
		if (together === undefined || (await dryRun(course, [together])) !== 'right')
			throw halfDone(course);
		yield* backToOneKey(course, together);
	} finally {
		together?.wipe();
	}
}

/** The one key that the new shares are parts of; undefined where they were never kept. */
async function* putTogether(course: Course): AsyncGenerator<News, SecretBytes | undefined> {
	const { custodians, kept, threshold } = course.record;
	if (kept.length === 0 || kept.length !== custodians.length) return undefined;
	yield* handOut(course, 'count');
	const shares = custodians.flatMap(({ name }) => course.hands.get(name) ?? []);
	return course.ports.keys.together(shares.slice(0, threshold));
}

/**
 * Vault is opened by one key again, which nobody has: it is put where that key has always been, and
 * the machine is as it was before the rekey. The old key, in escrow, goes on opening the old backup.
 */
async function* backToOneKey(course: Course, key: SecretBytes): AsyncGenerator<News> {
	const { machine, person } = course.ports;
	const { keyFile } = machine;
	const { wishes } = course;
	if (person !== undefined)
		await course.agreed({
			kind: 'agree',
			step: wishes.step,
			ceremony: course.view('count'),
			title: 'Vault broke off: put it back to one key',
			will: [
				`Vault takes the new shares put together, as one key: proven by a dry run. ${keyFile} holds the old one, which opens it no more.`,
				`That one key replaces it in ${keyFile}, so that the machine can restart again.`,
				'Then the rekey is begun anew; these shares are void once it has ended.',
			],
			check: [],
			warnings: ['Until it is done, do not restart or seal Vault.'],
			type: wishes.name,
			yes: 'replace the key file',
			no: 'not now',
		});
	else if (!wishes.approved)
		throw refused('Putting Vault back to one key waits for approval.', {
			safe: course.standing.safe,
			next: [`${wishes.resume} --approve change`],
		});
	await machine.replaceKey(key);
	const inFile = await machine.readKey();
	try {
		if (!inFile.equals(key)) throw halfDone(course);
	} finally {
		inFile.wipe();
	}
	// The backup from before is opened by the key before that: the next run makes another.
	const { escrow, former, committingAt } = course.record;
	const until = committingAt ?? course.ports.now();
	await course.set({
		...BEGUN_ANEW,
		backupBefore: undefined,
		escrow: undefined,
		former: escrow === undefined ? former : [...former, { name: escrow.name, until }],
	});
	yield { kind: 'made', what: `${keyFile}, with the one key that opens Vault now` };
	throw refused('Vault broke off while the new shares were made to count; it was put back.', {
		safe: `The key in ${keyFile} opens Vault; it is proven. The shares that were handed out are void: destroy them.`,
		next: [`begin anew: ${wishes.resume}`],
	});
}

function shut(course: Course) {
	const { backupBefore, escrow } = course.record;
	const { keeping, machine } = course.ports;
	const kept = escrow === undefined ? machine.keyFile : keeping.path(escrow.name);
	return refused(
		'Vault broke off while the new shares were made to count, and stands sealed; neither the old key nor the new shares open it.',
		{
			safe: `The backup ${backupBefore?.key ?? ''} is opened by the old key, kept in ${kept}. What Vault wrote since is lost.`,
			next: [
				'copy Vault’s storage as it is now, before anything else',
				'restore that backup: tfe-wizard backups restore-guide',
				course.wishes.resume,
			],
		},
	);
}
