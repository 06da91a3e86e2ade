import type { Course } from './course.ts';
import { dryRun } from './dry-run.ts';
import { outside, refused } from './errors.ts';
import { assertOpen } from './opening.ts';
import { BEGUN_ANEW } from './record.ts';

/** The new shares count when Vault tells their number; before there was one key, now there are more. */
export async function hasCounted(course: Course): Promise<boolean> {
	const { shares, threshold } = course.record;
	const seal = await course.ports.vault.sealStatus();
	return seal.shares === shares && seal.threshold === threshold && !isBefore(course, seal);
}

/** Ended long since, and rekeyed by others after it: their affair alone. */
export async function isPast(course: Course): Promise<boolean> {
	if (course.record.doneAt === undefined || (await hasCounted(course))) return false;
	return !isBefore(course, await course.ports.vault.sealStatus());
}

function isBefore(course: Course, seal: { shares: number; threshold: number }): boolean {
	const { before } = course.record;
	return seal.shares === before.shares && seal.threshold === before.threshold;
}

/** Whether the key in its file on the machine is Vault's: by a dry run. */
export async function oldKeyCounts(course: Course): Promise<boolean> {
	const { machine } = course.ports;
	if ((await machine.keyFileState()) !== 'there') return false;
	const key = await machine.readKey();
	try {
		return (await dryRun(course, [key])) === 'right';
	} finally {
		key.wipe();
	}
}

/** Vault failed while it wrote: neither key may open its storage. It is still open, though. */
export function halfDone(course: Course, thrown?: unknown) {
	const { backupBefore, escrow } = course.record;
	const { keeping } = course.ports;
	return outside(
		'Vault failed while it made the new shares count. Do not restart or seal it.',
		{
			safe: `Vault is open, and what is on its disk may be opened by no key, or by the new shares put together. The backup ${backupBefore?.key ?? ''} is opened by the old key, kept in ${escrow === undefined ? 'its file' : keeping.path(escrow.name)}.`,
			next: [
				'copy Vault’s storage now, then make room on its disk: df -h',
				`with all shares at hand: ${course.wishes.resume}`,
				'tfe-wizard backups restore-guide',
			],
		},
		thrown,
	);
}

/**
 * A machine that was lost before the second backup comes back from the first: the new shares are
 * void there, whatever the record says. Only proof of the old key ends the ceremony's claim.
 *
 * @throws WizardError unless Vault tells of the new shares.
 */
export async function assertStillCounts(course: Course): Promise<void> {
	if (await hasCounted(course)) return;
	const { record, ports } = course;
	const seal = await ports.vault.sealStatus();
	const found = `Vault tells of ${seal.threshold} of ${seal.shares} shares, not of ${record.threshold} of ${record.shares}`;
	const escrow = record.escrow === undefined ? '' : ports.keeping.path(record.escrow.name);
	if (!isBefore(course, seal))
		throw outside(`${found}: it was rekeyed by somebody else since.`, {
			safe: 'The shares of whoever did it open Vault; this ceremony knows none of them.',
			next: ['find out who rekeyed it, before anything is restarted'],
		});
	const { keyFile } = ports.machine;
	const back = {
		safe: `The old key opens it; it is kept in ${escrow}. The new shares open only what was backed up since.`,
		next: [
			`let a custodian open that file, and put what is in it into ${keyFile}: sudo install -m 600 /dev/stdin ${keyFile}`,
			'restart Vault, which is opened by it: sudo systemctl restart vault',
			course.wishes.resume,
		],
	};
	if (seal.sealed)
		throw refused(`${found}: it was restored from a backup made before the rekey.`, back);
	await assertOpen(course);
	if ((await ports.machine.keyFileState()) === 'gone')
		throw refused(
			`${found}: it was restored from a backup made before the rekey, and ${keyFile} is not there.`,
			back,
		);
	if (!(await oldKeyCounts(course)))
		throw outside(`${found}, and the key on its machine is not proven.`, {
			safe: `Do not restart it. The old key is kept in ${escrow}; keep the new shares too.`,
			next: ['copy Vault’s storage now, and ask for help with both at hand'],
		});
	await course.set(BEGUN_ANEW);
	throw refused(`${found}: it was restored from a backup made before the rekey.`, {
		safe: 'The old key on the machine opens Vault; it is proven. The new shares are void: destroy them.',
		next: [`begin anew: ${course.wishes.resume}`],
	});
}
