import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createObjectStore, type ObjectStore } from '../../../aws/object-store.ts';
import { createDirectory } from '../../../engine/create-directory.ts';
import { readFileMatchingSha256, writeFileOnceDurably } from '../../../engine/durable-file.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { quoteShellWord } from '../../../engine/shell-quote.ts';
import { type Context, createNoteEvent, getOutputText } from '../../../steps/step-context.ts';
import type { RedundantFileStorage } from '../../../vault/ceremony/ceremony-ports.ts';
import {
	type CeremonyRecord,
	type CeremonyRecordStore,
	ceremonyRecordSchema,
} from '../../../vault/ceremony/ceremony-record.ts';
import { getDataBucket } from '../instance/create-backup.ts';

/** Prefix in the bucket, which the product does not use. */
const CEREMONY_PREFIX = 'tfe-wizard/rekey/';
/** Key of the session note with the ceremony record. */
const CEREMONY_NOTE_KEY = 'rekey';
const RECORD = 'ceremony.json';

/** The installation's bucket, as the second storage location of a ceremony. */
export function createCeremonyObjectStore(context: Context): ObjectStore {
	const key = getOutputText(context, 'install', 'kms_key_arn');
	return createObjectStore(context.services.aws.s3, getDataBucket(context), CEREMONY_PREFIX, key);
}

export function getCeremonyDirectory(context: Pick<Context, 'session'>): string {
	return join(context.session.folders.root, 'rekey');
}

/** Stores files on this disk and in the bucket, so that losing one of them loses nothing. */
export function createCeremonyStorage(context: Context): RedundantFileStorage {
	const folder = getCeremonyDirectory(context);
	createDirectory(folder);
	const objects = createCeremonyObjectStore(context);
	const path = (name: string) => join(folder, name);
	const there = async (name: string, sha256: string) => {
		const bytes = await objects.get(name);
		if (bytes !== undefined && hash(bytes) === sha256) return bytes;
		throw new WizardError('command', {
			message: `${objects.place}${name} is ${bytes === undefined ? 'missing' : 'corrupt'}.`,
			expected: `SHA-256 ${sha256}`,
			next: [`Compare it with ${path(name)}`],
		});
	};
	return {
		path,
		async store(name, bytes) {
			// Write to both locations even if one fails, then report the failure.
			const [here, far] = await Promise.allSettled([
				(async () => writeFileOnceDurably(path(name), bytes))(),
				(async () => {
					await objects.put(name, bytes);
					await there(name, hash(bytes));
				})(),
			]);
			if (here.status === 'rejected') throw here.reason;
			if (far.status === 'rejected') throw far.reason;
			return here.value;
		},
		async verify(name, sha256) {
			const bytes = await there(name, sha256);
			if (!existsSync(path(name))) writeFileOnceDurably(path(name), bytes);
			readFileMatchingSha256(path(name), sha256);
		},
		async read(name, sha256) {
			// On another computer only the bucket has it; copy it to this disk.
			if (!existsSync(path(name))) {
				const bytes = await there(name, sha256);
				writeFileOnceDurably(path(name), bytes);
				return bytes;
			}
			try {
				return readFileMatchingSha256(path(name), sha256);
			} catch (thrown) {
				const bytes = await there(name, sha256).catch(() => {
					throw thrown;
				});
				// Key holders decrypt the file itself; the damaged copy is kept for analysis.
				renameSync(path(name), `${path(name)}.damaged-${Date.now()}`);
				writeFileOnceDurably(path(name), bytes);
				return bytes;
			}
		},
		async remove(name) {
			rmSync(path(name), { force: true });
			await objects.remove(name);
		},
	};
}

/** The ceremony record, in the session and in the bucket: the higher revision wins. */
export function createCeremonyRecordStore(context: Context): CeremonyRecordStore {
	const objects = createCeremonyObjectStore(context);
	// ETag of the last read, to detect a concurrent run on another computer.
	let seen: string | undefined;
	return {
		async read() {
			const here = parseCeremonyRecordNote(context.session.record.notes);
			const found = await objects.find(RECORD);
			seen = found?.etag;
			const far = found === undefined ? undefined : parseStoredRecord(found.bytes, objects.place);
			// Every record is written to the bucket first, so the bucket is at least as new.
			if (here === 'unreadable')
				return far ?? getCeremonyRecordFromNotes(context.session.record.notes);
			if (here === undefined) return far;
			return far !== undefined && far.revision > here.revision ? far : here;
		},
		async write(record) {
			const bytes = Buffer.from(`${JSON.stringify(record, undefined, '\t')}\n`);
			// First the bucket, where a concurrent run is detected, then the session.
			seen = await objects.replace(RECORD, bytes, seen);
			context.session.note(CEREMONY_NOTE_KEY, record);
		},
	};
}

function parseStoredRecord(bytes: Buffer, place: string): CeremonyRecord {
	try {
		return ceremonyRecordSchema.parse(JSON.parse(bytes.toString('utf8')));
	} catch (cause) {
		throw new WizardError('refused', {
			message: `Could not parse ${place}${RECORD}, which may describe a rekey in progress.`,
			expected: 'a rekey record in the format of this tfe-wizard version',
			next: [
				`aws s3 cp ${quoteShellWord(`${place}${RECORD}`)} -`,
				'Use the version of tfe-wizard that wrote it.',
			],
			cause,
		});
	}
}

/**
 * The ceremony record stored in the session; 'unreadable' if it is not valid, in which case a rekey
 * may be in progress.
 */
export function parseCeremonyRecordNote(
	notes: Readonly<Record<string, unknown>>,
): CeremonyRecord | 'unreadable' | undefined {
	const note = notes[CEREMONY_NOTE_KEY];
	if (note === undefined) return undefined;
	const parsed = ceremonyRecordSchema.safeParse(note);
	return parsed.success ? parsed.data : 'unreadable';
}

/** @throws WizardError `refused` when the record in the session is not valid. */
export function getCeremonyRecordFromNotes(
	notes: Readonly<Record<string, unknown>>,
): CeremonyRecord | undefined {
	const ceremony = parseCeremonyRecordNote(notes);
	if (ceremony !== 'unreadable') return ceremony;
	throw new WizardError('refused', {
		message:
			'Could not parse the rekey record in session.json, which may describe a rekey in progress.',
		expected: 'a rekey record in the format of this tfe-wizard version',
		next: ['Restore a valid copy of session.json, or use the version of tfe-wizard that wrote it.'],
	});
}

function hash(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Downloads the files of a ceremony that this computer lacks: if the ceremony was started on another
 * computer, only the bucket has the encrypted shares, and key holders decrypt local files. Missing
 * files are reported; only the stage that needs them fails.
 */
export async function* downloadMissingArtifacts(
	context: Pick<Context, 'step'>,
	storage: Pick<RedundantFileStorage, 'read'>,
	record: Pick<CeremonyRecord, 'kept' | 'escrow'> | undefined,
): AsyncGenerator<EngineEvent> {
	const { kept = [], escrow } = record ?? {};
	for (const { name, sha256 } of escrow === undefined ? kept : [...kept, escrow]) {
		try {
			await storage.read(name, sha256);
		} catch (thrown) {
			if (!(thrown instanceof WizardError)) throw thrown;
			yield createNoteEvent(context, 'warning', thrown.message);
		}
	}
}
