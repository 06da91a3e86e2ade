import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type KeptObjects, keptObjects } from '../../aws/kept-objects.ts';
import { keepDurably, readKept } from '../../engine/durable.ts';
import { WizardError } from '../../engine/errors.ts';
import { makeFolder } from '../../engine/folders.ts';
import { shellWord } from '../../engine/shell-word.ts';
import type { CeremonyKeeping } from '../../vault/ceremony/ports.ts';
import {
	type CeremonyRecord,
	ceremonyRecordSchema,
	type RecordKeeper,
} from '../../vault/ceremony/record.ts';
import { bucketOf } from '../instance/backup.ts';
import { type Context, outputText } from '../services.ts';

/** Prefix in the bucket, which the product does not use. */
export const CEREMONY_PREFIX = 'tfe-wizard/rekey/';
/** Key of the session note with the ceremony record. */
export const CEREMONY_NOTE = 'rekey';
const RECORD = 'ceremony.json';

/** The installation's bucket, as the second storage location of a ceremony. */
export function ceremonyObjects(context: Context): KeptObjects {
	const key = outputText(context, 'install', 'kms_key_arn');
	return keptObjects(context.services.aws.s3, bucketOf(context), CEREMONY_PREFIX, key);
}

export function ceremonyFolder(context: Pick<Context, 'session'>): string {
	return join(context.session.folders.root, 'rekey');
}

/** Stores files on this disk and in the bucket, so that losing one of them loses nothing. */
export function ceremonyKeeping(context: Context): CeremonyKeeping {
	const folder = ceremonyFolder(context);
	makeFolder(folder);
	const objects = ceremonyObjects(context);
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
		async keep(name, bytes) {
			// Write to both locations even if one fails, then report the failure.
			const [here, far] = await Promise.allSettled([
				(async () => keepDurably(path(name), bytes).sha256)(),
				(async () => {
					await objects.put(name, bytes);
					await there(name, hash(bytes));
				})(),
			]);
			if (here.status === 'rejected') throw here.reason;
			if (far.status === 'rejected') throw far.reason;
			return here.value;
		},
		async confirm(name, sha256) {
			const bytes = await there(name, sha256);
			if (!existsSync(path(name))) keepDurably(path(name), bytes);
			readKept(path(name), sha256);
		},
		async read(name, sha256) {
			// On another computer only the bucket has it; copy it to this disk.
			if (!existsSync(path(name))) {
				const bytes = await there(name, sha256);
				keepDurably(path(name), bytes);
				return bytes;
			}
			try {
				return readKept(path(name), sha256);
			} catch (thrown) {
				const bytes = await there(name, sha256).catch(() => {
					throw thrown;
				});
				// Key holders decrypt the file itself; the damaged copy is kept for analysis.
				renameSync(path(name), `${path(name)}.damaged-${Date.now()}`);
				keepDurably(path(name), bytes);
				return bytes;
			}
		},
		async forget(name) {
			rmSync(path(name), { force: true });
			await objects.remove(name);
		},
	};
}

/** The ceremony record, in the session and in the bucket: the higher revision wins. */
export function ceremonyRecords(context: Context): RecordKeeper {
	const objects = ceremonyObjects(context);
	// ETag of the last read, to detect a concurrent run on another computer.
	let seen: string | undefined;
	return {
		async read() {
			const here = readCeremony(context.session.record.notes);
			const found = await objects.find(RECORD);
			seen = found?.etag;
			const far = found === undefined ? undefined : parsedOrRefused(found.bytes, objects.place);
			// Every record is written to the bucket first, so the bucket is at least as new.
			if (here === 'unreadable') return far ?? ceremonyOf(context.session.record.notes);
			if (here === undefined) return far;
			return far !== undefined && far.revision > here.revision ? far : here;
		},
		async write(record) {
			const bytes = Buffer.from(`${JSON.stringify(record, undefined, '\t')}\n`);
			// First the bucket, where a concurrent run is detected, then the session.
			seen = await objects.replace(RECORD, bytes, seen);
			context.session.note(CEREMONY_NOTE, record);
		},
	};
}

function parsedOrRefused(bytes: Buffer, place: string): CeremonyRecord {
	try {
		return ceremonyRecordSchema.parse(JSON.parse(bytes.toString('utf8')));
	} catch (cause) {
		throw new WizardError('refused', {
			message: `Could not parse ${place}${RECORD}, which may describe a rekey in progress.`,
			expected: 'a rekey record in the format of this tfe-wizard version',
			next: [
				`aws s3 cp ${shellWord(`${place}${RECORD}`)} -`,
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
export function readCeremony(
	notes: Readonly<Record<string, unknown>>,
): CeremonyRecord | 'unreadable' | undefined {
	const note = notes[CEREMONY_NOTE];
	if (note === undefined) return undefined;
	const parsed = ceremonyRecordSchema.safeParse(note);
	return parsed.success ? parsed.data : 'unreadable';
}

/** @throws WizardError `refused` when the record in the session is not valid. */
export function ceremonyOf(notes: Readonly<Record<string, unknown>>): CeremonyRecord | undefined {
	const ceremony = readCeremony(notes);
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
