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
 * Vault commits new shares by several writes (in this order in 1.14: stored root key, keyring, root
 * key, unseal key, number of shares, canary). If it is interrupted between them, its storage is
 * unsealed
 *   before write 1  by the old key
 *   after write 1   by no key
 *   after write 2   by the new shares combined into one key, as Vault still expects a single key
 *   after write 5   by the new shares
 */

/**
 * Unseals a Vault that is sealed after an interrupted commit: with the old key, as the instance
 * would, or with the new shares combined.
 *
 * @throws WizardError when neither unseals it: the old key still unseals the first backup.
 */
export async function* openBrokenOff(course: Course): AsyncGenerator<News> {
	const { machine, vault, lookAgain } = course.ports;
	if ((await machine.keyFileState()) === 'there') {
		const key = await machine.readKey();
		try {
			if (await opens(course, key)) {
				await lookAgain();
				yield { kind: 'made', what: `Vault unsealed with ${machine.keyFile}` };
				return;
			}
		} finally {
			key.wipe();
		}
	}
	yield {
		kind: 'warning',
		text: `Vault is sealed and ${machine.keyFile} does not unseal it: committing the rekey was interrupted. The new key shares combined may unseal it`,
	};
	const together = yield* putTogether(course);
	try {
		if (together === undefined || !(await opens(course, together))) throw shut(course);
	} finally {
		together?.wipe();
	}
	await lookAgain();
	if ((await vault.sealStatus()).sealed) throw shut(course);
	yield { kind: 'made', what: 'Vault unsealed with the new key shares, combined into one key' };
}

async function opens(course: Course, key: SecretBytes): Promise<boolean> {
	try {
		return !(await course.ports.vault.unseal(key)).sealed;
	} catch (thrown) {
		// A wrong key, however Vault reports it: Vault stays sealed, and nothing was lost by trying.
		if (thrown instanceof VaultError && thrown.fault === 'refused') return false;
		if (!(thrown instanceof VaultError)) throw thrown;
		return !(await course.ports.vault.sealStatus()).sealed;
	}
}

/**
 * Vault is unsealed, waits for no verification, and reports the old number of shares. Either nothing
 * changed or the commit was interrupted; only a dry run can tell.
 *
 * @throws WizardError unless the old key is verified; then the record is set back to before the commit.
 */
export async function* settleBrokenOff(course: Course): AsyncGenerator<News> {
	const { vault } = course.ports;
	// No verification can complete this rekey any more, so cancelling it loses nothing.
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

/** The key that the new shares combine to; undefined if they were never stored. */
async function* putTogether(course: Course): AsyncGenerator<News, SecretBytes | undefined> {
	const { custodians, kept, threshold } = course.record;
	if (kept.length === 0 || kept.length !== custodians.length) return undefined;
	yield* handOut(course, 'count');
	const shares = custodians.flatMap(({ name }) => course.hands.get(name) ?? []);
	return course.ports.keys.together(shares.slice(0, threshold));
}

/**
 * Vault is unsealed by a single key again, one that exists nowhere else. It is written to the key
 * file, so the instance is as it was before the rekey. The escrowed old key still unseals the first
 * backup.
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
			title: 'Interrupted commit: restore a single unseal key',
			will: [
				`A dry run verified that Vault accepts the new key shares combined into one key. The key in ${keyFile} no longer unseals Vault.`,
				`The combined key replaces it in ${keyFile}, so the instance can restart.`,
				'Then the rekey is restarted; these key shares are void once it is complete.',
			],
			check: [],
			warnings: ['Do not restart or seal Vault until this is complete.'],
			type: wishes.name,
			yes: 'replace the key file',
			no: 'not now',
		});
	else if (!wishes.approved)
		throw refused('Approval required: restore a single unseal key.', {
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
	// The first backup is unsealed by an earlier key: the next run creates another one.
	const { escrow, former, committingAt } = course.record;
	const until = committingAt ?? course.ports.now();
	await course.set({
		...BEGUN_ANEW,
		backupBefore: undefined,
		escrow: undefined,
		former: escrow === undefined ? former : [...former, { name: escrow.name, until }],
	});
	yield { kind: 'made', what: `${keyFile} with the current unseal key` };
	throw refused('Committing the rekey was interrupted; a single unseal key was restored.', {
		safe: `The key in ${keyFile} unseals Vault; it was verified. The key shares handed out are void: destroy them.`,
		next: [`to restart the rekey: ${wishes.resume}`],
	});
}

function shut(course: Course) {
	const { backupBefore, escrow } = course.record;
	const { keeping, machine } = course.ports;
	const kept = escrow === undefined ? machine.keyFile : keeping.path(escrow.name);
	return refused(
		'Vault is sealed: committing the rekey was interrupted. Neither the old unseal key nor the new key shares unseal it.',
		{
			safe: `The old unseal key, stored in ${kept}, unseals the backup ${backupBefore?.key ?? ''}. Later changes in Vault are lost.`,
			next: [
				"copy Vault's storage before you do anything else",
				'restore that backup: tfe-wizard backups restore-guide',
				course.wishes.resume,
			],
		},
	);
}
