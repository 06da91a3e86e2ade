import { createHash } from 'node:crypto';
import type { Course } from './course.ts';
import { dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { passphraseOf } from './passphrase.ts';
import type { CeremonyKeeping, News } from './ports.ts';

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
	await course.set({ oldKeyProvenAt: course.ports.now(), dryRuns: [] });
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
	const made = await machine.backUp(now());
	await course.set({ backupBefore: made });
	yield { kind: 'made', what: `backup ${made.key} (${made.bytes} bytes, ${made.encryption})` };
}

/** The old key, encrypted, in two places: it opens the backup from before, and nothing else does. */
export async function* escrowOldKey(course: Course): AsyncGenerator<News> {
	if (course.record.escrow !== undefined) return;
	const { machine, keys, keeping } = course.ports;
	const own = course.record.custodians.filter(({ wrapped }) => !wrapped);
	const to =
		own.length > 0
			? { publicKeys: own.map(({ publicKey }) => publicKey) }
			: { passphrase: await passphraseOf(course) };
	const key = await machine.readKey();
	let sealed: Buffer;
	try {
		sealed = await keys.sealOldKey(key, to, `Vault unseal key before ${course.record.epoch}`);
	} catch (thrown) {
		throw outside(
			`The old key could not be encrypted for its escrow: ${thrown instanceof Error ? thrown.message : ''}`,
			course.standing,
			thrown,
		);
	} finally {
		key.wipe();
	}
	// Sealed again after a crash it is other bytes, and what was kept is never changed.
	const digest = createHash('sha256').update(sealed).digest('hex').slice(0, 8);
	const name = `old-unseal-key-${slug(course.record.epoch)}-${digest}.asc`;
	const sha256 = await keepOrStop(course, keeping, name, sealed);
	const kind = own.length > 0 ? 'custodians' : 'passphrase';
	await course.set({ escrow: { custodian: '', name, sha256, to: kind } });
	yield { kind: 'made', what: `the old key, encrypted: ${keeping.path(name)}` };
}

async function keepOrStop(
	course: Course,
	keeping: CeremonyKeeping,
	name: string,
	bytes: Buffer,
): Promise<string> {
	try {
		return await keeping.keep(name, bytes);
	} catch (thrown) {
		throw outside(
			`${name} could not be kept in two places: ${thrown instanceof Error ? thrown.message : ''}`,
			course.standing,
			thrown,
		);
	}
}

/** An ISO time or a name as part of a file's name. */
export function slug(text: string): string {
	return text.replace(/\.\d+Z$/, 'Z').replace(/[^A-Za-z0-9-]+/g, '-');
}
