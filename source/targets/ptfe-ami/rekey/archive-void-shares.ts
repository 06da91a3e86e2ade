import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStore } from '../../../aws/object-store.ts';
import { createDirectory, findFreePath } from '../../../engine/create-directory.ts';
import { toWizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { type Context, createNoteEvent } from '../../../steps/step-context.ts';
import type { CeremonyRecord } from '../../../vault/ceremony/ceremony-record.ts';
import { createCeremonyObjectStore, getCeremonyDirectory } from './ceremony-storage.ts';

/** A file of one key share, as keep-shares.ts names it: the rekey, a number, the key holder. */
const SHARE = /^share-([A-Za-z0-9-]*?)-\d+-.*\.gpg/;

type Kept = Pick<
	CeremonyRecord,
	'kept' | 'rekey' | 'submittingAt' | 'committingAt' | 'committedAt'
>;

/**
 * Moves encrypted shares of cancelled or replaced rekeys to a separate directory, on this disk and in
 * the bucket, so that no key holder receives an invalid share by mistake. Nothing is deleted. The
 * directory name contains the day and the rekey.
 *
 * Nothing is moved while it is unknown whether the newest shares are committed.
 */
export async function* archiveVoidShares(
	context: Pick<Context, 'session' | 'step' | 'outputs' | 'services'>,
	record: Kept | undefined,
): AsyncGenerator<EngineEvent> {
	if (isCommitOutcomeUnknown(record)) return;
	const current = new Set(record?.kept.map(({ name }) => name));
	try {
		const here = moveFiles(getCeremonyDirectory(context), current);
		if (here.length > 0) yield createNoteEvent(context, 'warning', formatMovedShares(here));
		const objects = createCeremonyObjectStore(context as Context);
		const there = await moveObjects(objects, current);
		if (there.length > 0) yield createNoteEvent(context, 'warning', formatMovedShares(there));
	} catch (thrown) {
		const { fault, message } = toWizardError(thrown);
		// Ctrl-C cancels this too; the next run retries it.
		if (fault === 'cancelled') return;
		const text = `could not move the key shares of an earlier rekey; do not give them to key holders: ${message}`;
		yield createNoteEvent(context, 'warning', text);
	}
}

/** From before the request that may commit the new shares until its outcome is known. */
function isCommitOutcomeUnknown(record: Kept | undefined): boolean {
	if (record === undefined || record.committedAt !== undefined) return false;
	const commits = record.rekey?.verify === false && record.submittingAt !== undefined;
	return commits || record.committingAt !== undefined;
}

interface Moved {
	name: string;
	to: string;
}

function moveFiles(folder: string, current: ReadonlySet<string>): Moved[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		const rekey = SHARE.exec(name)?.[1];
		if (rekey === undefined || current.has(name) || !statSync(path).isFile()) return [];
		const aside = join(folder, getArchiveDirectory(rekey, statSync(path).mtime));
		createDirectory(aside);
		const wanted = join(aside, name);
		const to = existsSync(wanted) ? findFreePath(wanted, '.') : wanted;
		renameSync(path, to);
		return [{ name: path, to }];
	});
}

async function moveObjects(objects: ObjectStore, current: ReadonlySet<string>): Promise<Moved[]> {
	const moved: Moved[] = [];
	for (const name of await objects.list('share-')) {
		const rekey = SHARE.exec(name)?.[1];
		if (rekey === undefined || current.has(name)) continue;
		const to = `${getArchiveDirectory(rekey, new Date())}/${name}`;
		await objects.move(name, to);
		moved.push({ name: `${objects.place}${name}`, to: `${objects.place}${to}` });
	}
	return moved;
}

const getArchiveDirectory = (rekey: string, at: Date): string =>
	`void-${at.toISOString().slice(0, 10)}-rekey-${rekey || 'unknown'}`;

function formatMovedShares(moved: readonly Moved[]): string {
	const lines = moved.map(({ name, to }) => `${name} to ${to}`);
	return `moved encrypted key shares of a cancelled or replaced rekey, which cannot unseal Vault: ${lines.join(', ')}`;
}
