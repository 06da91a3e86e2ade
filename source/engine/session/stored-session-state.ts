import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toWizardError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readRegularFileText } from '../regular-file.ts';
import { Journal } from './journal.ts';
import { loadSessionRecord, NewerSessionError } from './load-session-record.ts';
import { getSessionDirectories } from './session.ts';
import type { SessionRecord } from './session-record.ts';

/** The state of a stored session, used by everything that reads sessions. */
export type StoredSessionState =
	| { kind: 'ok'; record: SessionRecord }
	/** session.json is unusable, but the next run can rebuild it from the journal. */
	| { kind: 'rebuildable'; record: SessionRecord; file: 'damaged' | 'missing' }
	/** A newer tfe-wizard wrote it. */
	| { kind: 'newer'; version: number }
	/** Neither session.json nor the journal is usable. */
	| { kind: 'damaged'; reason: string; notes: Readonly<Record<string, unknown>> }
	/** A directory with neither file. */
	| { kind: 'empty' }
	| { kind: 'absent' };

/** Reads the state of a session without locking or changing anything. */
export function readStoredSessionState(home: string, name: string): StoredSessionState {
	const { root } = getSessionDirectories(home, name);
	if (!existsSync(root)) return { kind: 'absent' };
	const journal = new Journal(join(root, 'journal.jsonl'));
	try {
		const recalled = loadSessionRecord(root, journal, name);
		if (recalled === undefined) return { kind: 'empty' };
		// The directory name is authoritative: another name in the file would get into commands.
		const record = { ...recalled.record, name };
		const { rebuilt } = recalled;
		return rebuilt === undefined
			? { kind: 'ok', record }
			: { kind: 'rebuildable', record, file: rebuilt };
	} catch (thrown) {
		if (thrown instanceof NewerSessionError) return { kind: 'newer', version: thrown.version };
		return {
			kind: 'damaged',
			reason: toWizardError(thrown).message,
			notes: notesLeft(root, journal),
		};
	}
}

/** The names of all sessions, sorted. Other files are ignored. */
export function listSessionNames(home: string): string[] {
	const folder = join(home, 'sessions');
	const entries: Dirent[] = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
	return entries
		.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
		.map((entry) => entry.name)
		.sort();
}

/** The readable notes of a session with an unreadable record. */
function notesLeft(root: string, journal: Journal): Record<string, unknown> {
	const changes = attempt(() => journal.read().map(({ change }) => change)) ?? [];
	const file = attempt(() =>
		JSON.parse(readRegularFileText(join(root, 'session.json'), limits.sessionBytes) ?? ''),
	);
	const notes = [...changes, file].map((one) => (one as { notes?: unknown } | null)?.notes);
	return Object.assign({}, ...notes.filter((one) => typeof one === 'object'));
}

function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
