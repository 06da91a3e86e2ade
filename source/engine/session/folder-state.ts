import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asWizardError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readOwnText } from '../own-file.ts';
import { Journal } from './journal.ts';
import { NewerSession, recall } from './recall.ts';
import type { SessionRecord } from './record.ts';
import { sessionFolders } from './session.ts';

/** What the folder of a session holds. Everything that reads sessions decides by this. */
export type FolderState =
	| { kind: 'ok'; record: SessionRecord }
	/** session.json cannot be used; the journal has all of it, and the next run writes it again. */
	| { kind: 'rebuildable'; record: SessionRecord; file: 'damaged' | 'missing' }
	/** A newer tfe-wizard wrote it. */
	| { kind: 'newer'; version: number }
	/** Neither session.json nor the journal can be used. */
	| { kind: 'damaged'; reason: string; notes: Readonly<Record<string, unknown>> }
	/** A folder with neither file. */
	| { kind: 'empty' }
	| { kind: 'absent' };

/** Reads the folder of a session without locking or changing anything. */
export function folderState(home: string, name: string): FolderState {
	const { root } = sessionFolders(home, name);
	if (!existsSync(root)) return { kind: 'absent' };
	const journal = new Journal(join(root, 'journal.jsonl'));
	try {
		const recalled = recall(root, journal, name);
		if (recalled === undefined) return { kind: 'empty' };
		// The folder names the session: a name in the file that is another one would get into commands.
		const record = { ...recalled.record, name };
		const { rebuilt } = recalled;
		return rebuilt === undefined
			? { kind: 'ok', record }
			: { kind: 'rebuildable', record, file: rebuilt };
	} catch (thrown) {
		if (thrown instanceof NewerSession) return { kind: 'newer', version: thrown.version };
		return {
			kind: 'damaged',
			reason: asWizardError(thrown).message,
			notes: notesLeft(root, journal),
		};
	}
}

/** The names of all session folders, in order. Files beside them are no sessions. */
export function sessionNames(home: string): string[] {
	const folder = join(home, 'sessions');
	const entries: Dirent[] = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
	return entries
		.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
		.map((entry) => entry.name)
		.sort();
}

/** The notes that can still be read of a session whose record cannot. */
function notesLeft(root: string, journal: Journal): Record<string, unknown> {
	const changes = attempt(() => journal.read().map(({ change }) => change)) ?? [];
	const file = attempt(() =>
		JSON.parse(readOwnText(join(root, 'session.json'), limits.sessionBytes) ?? ''),
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
