import type { Course } from './course.ts';
import { dryRun } from './dry-run.ts';
import { refused } from './errors.ts';
import type { News } from './ports.ts';
import { sealAndKeep, slug } from './seal.ts';

/** A backup older than this is repeated before the rekey starts. */
const FRESH_MS = 60 * 60 * 1000;

/** Verifies by a dry run that the key on the instance is Vault's; stops if it is not. */
export async function* proveOldKey(course: Course): AsyncGenerator<News> {
	const { machine, vault } = course.ports;
	// A dry run would have to cancel the rekey in progress. Otherwise every run verifies again: Vault
	// may have been restored, or rekeyed by others, since the last one.
	if (course.record.oldKeyProvenAt !== undefined && course.isOurs(await vault.rekeyStatus()))
		return;
	const key = await machine.readKey();
	try {
		if ((await dryRun(course, [key])) === 'wrong')
			throw refused(
				`The key in ${machine.keyFile} does not unseal this Vault.`,
				{
					safe: 'Vault is unsealed and nothing was changed. Do not restart Vault before you find the right key.',
					next: [
						`compare ${machine.keyFile} with the key from the last restore`,
						course.wishes.resume,
					],
				},
				'the unseal key of the running Vault',
			);
	} finally {
		key.wipe();
	}
	// An earlier escrow may hold another key, so it is created again.
	await course.set({ oldKeyProvenAt: course.ports.now(), dryRuns: [], escrow: undefined });
	yield { kind: 'note', text: 'current unseal key verified by a dry run' };
}

/** Creates the backup that the current key unseals. Required before the rekey starts. */
export async function* backUpBefore(course: Course): AsyncGenerator<News> {
	const { machine, now } = course.ports;
	const { backupBefore: known, committingAt } = course.record;
	// Once the new shares may be committed, only the first backup is certain to be unsealed by the old key.
	if (known !== undefined && committingAt !== undefined) return;
	if (known !== undefined && Date.parse(now()) - Date.parse(known.at) < FRESH_MS) return;
	yield { kind: 'note', text: 'backing up before any change' };
	const { warnings = [], ...made } = await machine.backUp(now());
	for (const text of warnings) yield { kind: 'warning', text };
	await course.set({ backupBefore: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** Stores the current key encrypted in two places: only this key unseals the first backup. */
export async function* escrowOldKey(course: Course): AsyncGenerator<News> {
	if (course.record.escrow !== undefined) return;
	const { machine, keeping } = course.ports;
	const { epoch } = course.record;
	const key = await machine.readKey();
	try {
		const stem = `old-unseal-key-${slug(epoch)}`;
		const kept = await sealAndKeep(course, key, stem, `Vault unseal key before ${epoch}`);
		await course.set({ escrow: { custodian: '', ...kept } });
		yield { kind: 'made', what: `current unseal key, encrypted: ${keeping.path(kept.name)}` };
	} finally {
		key.wipe();
	}
}
