import { closeSync, constants, fstatSync, fsyncSync, readSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { addPathToErrors } from '../errors.ts';
import { stringifySafeJson } from '../escape-for-terminal.ts';
import { limits } from '../limits.ts';
import { openRegularFile, readRegularFileText } from '../regular-file.ts';

const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** An entry of the journal. Further fields depend on `kind`. */
const entrySchema = z.looseObject({ time: z.string(), kind: z.string() });
export type JournalEntry = z.infer<typeof entrySchema>;

/**
 * The journal of a session: one JSON line per entry, synced before the external effect it announces,
 * so that after a crash it lists everything that may have happened. Append-only.
 */
export class Journal {
	readonly path: string;

	constructor(path: string) {
		this.path = path;
	}

	/**
	 * Appends an entry and returns when it is on disk. Entries are not masked, because sessions are
	 * rebuilt from them; answers with secrets are rejected before.
	 */
	write(kind: string, fields: Readonly<Record<string, unknown>> = {}): void {
		const entry = { time: new Date().toISOString(), kind, ...fields };
		const line = `${stringifySafeJson(entry)}\n`;
		const file = openRegularFile(this.path, APPEND);
		try {
			// Starts a new line after an entry that was truncated by a crash or a full disk.
			addPathToErrors(this.path, () => {
				writeFileSync(file, endsInLine(file) ? line : `\n${line}`);
				fsyncSync(file);
			});
		} finally {
			closeSync(file);
		}
	}

	/** True when no complete line was written. */
	isEmpty(): boolean {
		return !this.#text().includes('\n');
	}

	/** All readable entries, oldest first. A truncated line is skipped. */
	read(): JournalEntry[] {
		return this.#text()
			.split('\n')
			.flatMap((line) => {
				try {
					return entrySchema.safeParse(JSON.parse(line)).data ?? [];
				} catch {
					return [];
				}
			});
	}

	#text(): string {
		return readRegularFileText(this.path, limits.journalBytes) ?? '';
	}
}

function endsInLine(file: number): boolean {
	const { size } = fstatSync(file);
	const last = Buffer.alloc(1);
	return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
}
