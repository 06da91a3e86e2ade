import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePath } from '../directories.ts';
import { WizardError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readRegularFileText } from '../regular-file.ts';
import type { Journal } from './journal.ts';
import {
	rebuildRecordFromJournal,
	SESSION_VERSION,
	type SessionRecord,
	sessionRecordSchema,
} from './session-record.ts';

interface LoadedRecord {
	record: SessionRecord;
	/** Why the record was rebuilt; undefined when it was read from session.json. */
	rebuilt?: 'damaged' | 'missing';
}

/**
 * Loads the record of a session from its file or, when that is damaged or missing, from its journal.
 * Read-only. Undefined when the session does not exist.
 *
 * @param root The directory of the session.
 * @throws WizardError `refused` when a newer tfe-wizard wrote it, or when file and journal are
 *   both damaged.
 */
export function loadSessionRecord(
	root: string,
	journal: Journal,
	name: string,
): LoadedRecord | undefined {
	const path = join(root, 'session.json');
	const text = readRegularFileText(path, limits.sessionBytes);
	const there = text !== undefined;
	const own = there ? parseRecord(text) : undefined;
	if (own !== undefined) return { record: own };
	const remembered = rebuildRecordFromJournal(journal.read());
	if (remembered !== undefined)
		return { record: remembered, rebuilt: there ? 'damaged' : 'missing' };
	if (!there && journal.isEmpty()) return undefined;
	throw new WizardError('refused', {
		message: `The file of session ${name} is ${there ? 'damaged' : 'missing'}, and its journal is incomplete.`,
		details: [
			...(there ? [`damaged file (not changed): ${path}`] : []),
			`journal: ${journal.path}`,
		],
		next: [
			`Restore a good copy to ${path}, or start again with --session NEW-NAME and your answers file.`,
			`tfe-wizard sessions remove ${name} --with-state --confirm ${name}`,
		],
	});
}

/** Renames a damaged session file. Returns a warning for the operator. */
export function renameDamagedFile(
	root: string,
	rebuilt: NonNullable<LoadedRecord['rebuilt']>,
): string {
	const path = join(root, 'session.json');
	if (rebuilt === 'missing') return `${path} was missing; it was rebuilt from the journal.`;
	const copy = findFreePath(path, '.damaged-');
	renameSync(path, copy);
	return `${path} was damaged. It was renamed to ${copy}, and the session was rebuilt from its journal.`;
}

/** A newer tfe-wizard wrote the session. */
export class NewerSessionError extends WizardError {
	readonly version: number;

	constructor(version: number) {
		super('refused', {
			message: `This session was written by a newer tfe-wizard (session version ${version}).`,
			expected: `session version ${SESSION_VERSION}`,
			next: ['Install the newer tfe-wizard, or start a new session with --session NAME.'],
		});
		this.version = version;
	}
}

function parseRecord(text: string): SessionRecord | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	const version = (value as { version?: unknown } | null)?.version;
	if (typeof version === 'number' && version > SESSION_VERSION) {
		throw new NewerSessionError(version);
	}
	const parsed = sessionRecordSchema.safeParse(value);
	return parsed.success ? parsed.data : undefined;
}
