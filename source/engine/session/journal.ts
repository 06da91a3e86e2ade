import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { SecretRegistry } from '../secrets.ts';

/** One line of the journal. `kind` decides which further fields there are. */
export interface JournalEntry {
	time: string;
	kind: string;
	[field: string]: unknown;
}

/**
 * What a session did, a JSON line each, fsynced before the outside effect it announces: after a
 * crash the journal names everything that may have happened. Only ever appended to.
 */
export class Journal {
	readonly path: string;
	readonly #secrets: SecretRegistry;

	constructor(path: string, secrets: SecretRegistry) {
		this.path = path;
		this.#secrets = secrets;
	}

	/** Appends an entry and returns when it is on disk. Secrets known by then are masked. */
	write(kind: string, fields: Readonly<Record<string, unknown>> = {}): void {
		const entry = { time: new Date().toISOString(), kind, ...fields };
		const line = `${JSON.stringify(this.#secrets.maskDeep(entry))}\n`;
		const file = openSync(this.path, 'a', 0o600);
		try {
			writeSync(file, line);
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
	}

	/** All readable entries, oldest first. A line cut short by a crash is passed over. */
	read(): JournalEntry[] {
		let text: string;
		try {
			text = readFileSync(this.path, 'utf8');
		} catch {
			return [];
		}
		return text.split('\n').flatMap((line) => {
			try {
				const entry: unknown = JSON.parse(line);
				return isEntry(entry) ? [entry] : [];
			} catch {
				return [];
			}
		});
	}
}

function isEntry(value: unknown): value is JournalEntry {
	return (
		typeof value === 'object' &&
		value !== null &&
		typeof (value as JournalEntry).kind === 'string' &&
		typeof (value as JournalEntry).time === 'string'
	);
}
