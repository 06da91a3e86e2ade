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

/** Below the bucket's root; the product itself never looks there. */
export const CEREMONY_PREFIX = 'tfe-wizard/rekey/';
/** The session's note with the record of its ceremony. */
export const CEREMONY_NOTE = 'rekey';
const RECORD = 'ceremony.json';

/** The installation's bucket, as the second place of what a ceremony keeps. */
export function ceremonyObjects(context: Context): KeptObjects {
	const key = outputText(context, 'install', 'kms_key_arn');
	return keptObjects(context.services.aws.s3, bucketOf(context), CEREMONY_PREFIX, key);
}

export function ceremonyFolder(context: Pick<Context, 'session'>): string {
	return join(context.session.folders.root, 'rekey');
}

/** On this disk and in the bucket: neither a lost laptop nor a lost machine takes both away. */
export function ceremonyKeeping(context: Context): CeremonyKeeping {
	const folder = ceremonyFolder(context);
	makeFolder(folder);
	const objects = ceremonyObjects(context);
	const path = (name: string) => join(folder, name);
	const there = async (name: string, sha256: string) => {
		const bytes = await objects.get(name);
		if (bytes !== undefined && hash(bytes) === sha256) return bytes;
		throw new WizardError('command', {
			message: `${objects.place}${name} is ${bytes === undefined ? 'gone' : 'not what was written'}.`,
			expected: `SHA-256 ${sha256}`,
			next: [`compare with ${path(name)}`],
		});
	};
	return {
		path,
		async keep(name, bytes) {
			// Where one place fails the other one still takes it; then it is told.
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
			// On another machine the bucket alone has it; from then on both do.
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
				// Custodians open the file itself; the damaged one stays, for who looks into it.
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

/** The record of the ceremony, in the session and in the bucket: the higher revision counts. */
export function ceremonyRecords(context: Context): RecordKeeper {
	const objects = ceremonyObjects(context);
	// What the bucket held when it was last looked at: another run on another machine changes it.
	let seen: string | undefined;
	return {
		async read() {
			const here = readCeremony(context.session.record.notes);
			const found = await objects.find(RECORD);
			seen = found?.etag;
			const far = found === undefined ? undefined : parsedOrRefused(found.bytes, objects.place);
			// Every record is written there first, so that one is as new as what was here.
			if (here === 'unreadable') return far ?? ceremonyOf(context.session.record.notes);
			if (here === undefined) return far;
			return far !== undefined && far.revision > here.revision ? far : here;
		},
		async write(record) {
			const bytes = Buffer.from(`${JSON.stringify(record, undefined, '\t')}\n`);
			// First where another run would be noticed, then here.
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
			message: `${place}${RECORD} cannot be read: it may tell of a rekey under way.`,
			expected: 'the record of a ceremony, as this version of tfe-wizard writes it',
			next: [
				`aws s3 cp ${shellWord(`${place}${RECORD}`)} -`,
				'Use the version of tfe-wizard that wrote it.',
			],
			cause,
		});
	}
}

/**
 * The ceremony of a session, as far as this computer knows of it; 'unreadable' when the session
 * has something else in its place, which may tell of a rekey under way.
 */
export function readCeremony(
	notes: Readonly<Record<string, unknown>>,
): CeremonyRecord | 'unreadable' | undefined {
	const note = notes[CEREMONY_NOTE];
	if (note === undefined) return undefined;
	const parsed = ceremonyRecordSchema.safeParse(note);
	return parsed.success ? parsed.data : 'unreadable';
}

/** @throws WizardError `refused` when the session's record of it cannot be read. */
export function ceremonyOf(notes: Readonly<Record<string, unknown>>): CeremonyRecord | undefined {
	const ceremony = readCeremony(notes);
	if (ceremony !== 'unreadable') return ceremony;
	throw new WizardError('refused', {
		message:
			'The record of the rekey in session.json cannot be read: it may tell of one under way.',
		expected: 'the record of a ceremony, as this version of tfe-wizard writes it',
		next: ['Put a good copy of session.json back, or use the version of tfe-wizard that wrote it.'],
	});
}

function hash(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}
