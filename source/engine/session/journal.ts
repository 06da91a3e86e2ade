import { closeSync, constants, fstatSync, fsyncSync, readSync, writeFileSync } from 'node:fs';
import { aboutFile } from '../errors.ts';
import { limits } from '../limits.ts';
import { openOwnFile, readOwnText } from '../own-file.ts';
import { safeJson } from '../terminal-text.ts';

const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

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

	constructor(path: string) {
		this.path = path;
	}

	/**
	 * Appends an entry and returns when it is on disk. Nothing in it is masked, because sessions
	 * are rebuilt from it; secrets are refused before they get here (plain-answers.ts).
	 */
	write(kind: string, fields: Readonly<Record<string, unknown>> = {}): void {
		const entry = { time: new Date().toISOString(), kind, ...fields };
		const line = `${safeJson(entry)}\n`;
		const file = openOwnFile(this.path, APPEND);
		try {
			// A line cut short by a crash or a full disk must not swallow this one.
			aboutFile(this.path, () => {
				writeFileSync(file, endsInLine(file) ? line : `\n${line}`);
				fsyncSync(file);
			});
		} finally {
			closeSync(file);
		}
	}

	/** True when not even one line was ever written whole. */
	isEmpty(): boolean {
		return !this.#text().includes('\n');
	}

	/** All readable entries, oldest first. A line cut short by a crash is passed over. */
	read(): JournalEntry[] {
		return this.#text()
			.split('\n')
			.flatMap((line) => {
				try {
					const entry: unknown = JSON.parse(line);
					return isEntry(entry) ? [entry] : [];
				} catch {
					return [];
				}
			});
	}

	#text(): string {
		return readOwnText(this.path, limits.journalBytes) ?? '';
	}
}

function endsInLine(file: number): boolean {
	const { size } = fstatSync(file);
	const last = Buffer.alloc(1);
	return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
}

function isEntry(value: unknown): value is JournalEntry {
	return (
		typeof value === 'object' &&
		value !== null &&
		typeof (value as JournalEntry).kind === 'string' &&
		typeof (value as JournalEntry).time === 'string'
	);
}
