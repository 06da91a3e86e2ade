import type { Course } from './course.ts';
import { dryRun } from './dry-run.ts';
import { refused } from './errors.ts';
import type { News } from './ports.ts';
import { sealAndKeep, slug } from './seal.ts';

/** A backup older than this is made anew before anything counts on it. */
const FRESH_MS = 60 * 60 * 1000;

/** Proves that the key on the machine is Vault's. A wrong file stops here. */
export async function* proveOldKey(course: Course): AsyncGenerator<News> {
	const { machine, vault } = course.ports;
	// A dry run would have to end the rekey that is under way. Else it is proven by each run anew:
	// since the last one Vault may have been restored, or rekeyed by others.
	if (course.record.oldKeyProvenAt !== undefined && course.isOurs(await vault.rekeyStatus()))
		return;
	const key = await machine.readKey();
	try {
		if ((await dryRun(course, [key])) === 'wrong')
			throw refused(
				`The key in ${machine.keyFile} is not the one that opens this Vault.`,
				{
					safe: 'Vault is open, and nothing was changed. Do not restart it before the right key is found.',
					next: [
						`compare ${machine.keyFile} with what the last restore left`,
						course.wishes.resume,
					],
				},
				'the unseal key of the running Vault',
			);
	} finally {
		key.wipe();
	}
	// What was kept before may be another key: it is kept anew.
	await course.set({ oldKeyProvenAt: course.ports.now(), dryRuns: [], escrow: undefined });
	yield { kind: 'note', text: 'the old key is Vault’s: proven by a dry run, which was cancelled' };
}

/** The backup that the old key opens. Without it nothing is begun. */
export async function* backUpBefore(course: Course): AsyncGenerator<News> {
	const { machine, now } = course.ports;
	const { backupBefore: known, committingAt } = course.record;
	// Once the new shares may have begun to count, only the backup from before is surely opened by the
	// old key.
	if (known !== undefined && committingAt !== undefined) return;
	if (known !== undefined && Date.parse(now()) - Date.parse(known.at) < FRESH_MS) return;
	yield { kind: 'note', text: 'backing up, before anything is changed' };
	const { warnings = [], ...made } = await machine.backUp(now());
	for (const text of warnings) yield { kind: 'warning', text };
	await course.set({ backupBefore: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** The old key, encrypted, in two places: it opens the backup from before, and nothing else does. */
export async function* escrowOldKey(course: Course): AsyncGenerator<News> {
	if (course.record.escrow !== undefined) return;
	const { machine, keeping } = course.ports;
	const { epoch } = course.record;
	const key = await machine.readKey();
	try {
		const stem = `old-unseal-key-${slug(epoch)}`;
		const kept = await sealAndKeep(course, key, stem, `Vault unseal key before ${epoch}`);
		await course.set({ escrow: { custodian: '', ...kept } });
		yield { kind: 'made', what: `the old key, encrypted: ${keeping.path(kept.name)}` };
	} finally {
		key.wipe();
	}
}
