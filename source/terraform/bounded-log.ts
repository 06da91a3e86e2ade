import {
	appendFileSync,
	closeSync,
	constants,
	fstatSync,
	openSync,
	readdirSync,
	readSync,
	rmSync,
	statSync,
	truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { limits } from '../engine/limits.ts';
import { sizeInWords } from '../engine/read-input.ts';

/** The end of a file, from the start of a character on; '' when there is no such file. */
export function readEnd(path: string, mostBytes: number): string {
	let file: number;
	try {
		file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		return '';
	}
	try {
		const { size } = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, mostBytes));
		const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
		const text = bytes.subarray(0, read).toString('utf8');
		return size > mostBytes ? text.replace(/^\uFFFD+/, '') : text;
	} finally {
		closeSync(file);
	}
}

/**
 * Keeps Terraform's standard error from filling the disk, as it can with TF_LOG=trace: a log that is
 * too long is emptied, with a note in it. Terraform appends, so it writes on from the new end. What
 * it says to this program is on standard output, which is never cut: it may hold the only copy of a
 * state.
 */
export function boundStderrLog(path: string, mostBytes: number = limits.stderrLogBytes): void {
	try {
		if (statSync(path).size <= mostBytes) return;
		truncateSync(path);
		appendFileSync(
			path,
			`(tfe-wizard: the log exceeded ${sizeInWords(mostBytes)}; everything before this line was removed)\n`,
		);
	} catch {
		// There is no such log, or no room for the note.
	}
}

export interface LogsKept {
	runs: number;
	bytes: number;
}

/**
 * Removes the oldest logs of Terraform commands, until what is left is within its limits. The logs
 * of a command whose end was not seen stay: they are needed to resume. Nothing else in the folder
 * is touched.
 */
export function pruneLogs(
	logFolder: string,
	keep: LogsKept = { runs: limits.logRuns, bytes: limits.logsBytes },
): void {
	const names = readdirSync(logFolder).filter((name) =>
		/^\d{8}T\d{6}-.+\.(?:jsonl|stderr|process\.json)$/.test(name),
	);
	const runs = new Map<string, string[]>();
	for (const name of names) {
		const run = name.replace(/\.(?:jsonl|stderr|process\.json)$/, '');
		runs.set(run, [...(runs.get(run) ?? []), name]);
	}
	let left = 0;
	let bytes = 0;
	for (const [run, files] of [...runs].sort(([a], [b]) => (a < b ? 1 : -1))) {
		const size = files.reduce((sum, name) => sum + sizeOf(join(logFolder, name)), 0);
		const unfinished = files.includes(`${run}.process.json`);
		if (unfinished || (left < keep.runs && bytes + size <= keep.bytes)) {
			left += 1;
			bytes += size;
			continue;
		}
		for (const name of files) rmSync(join(logFolder, name), { force: true });
	}
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
