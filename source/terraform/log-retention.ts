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
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';

/** The end of a file, cut at a character boundary; '' if the file does not exist. */
export function readFileEnd(path: string, maxBytes: number): string {
	let file: number;
	try {
		file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch {
		return '';
	}
	try {
		const { size } = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, maxBytes));
		const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
		const text = bytes.subarray(0, read).toString('utf8');
		return size > maxBytes ? text.replace(/^\uFFFD+/, '') : text;
	} finally {
		closeSync(file);
	}
}

/**
 * Keeps Terraform's standard error from filling the disk, as it can with TF_LOG=trace: an oversized
 * log is emptied and gets a note. Terraform opened it for appending, so it continues at the new
 * end. Standard output is never truncated: it may contain the only copy of a state.
 */
export function truncateOversizedLog(path: string, maxBytes: number = limits.stderrLogBytes): void {
	try {
		if (statSync(path).size <= maxBytes) return;
		truncateSync(path);
		appendFileSync(
			path,
			`(tfe-wizard: the log exceeded ${formatByteSize(maxBytes)}; everything before this line was removed)\n`,
		);
	} catch {
		// The log does not exist, or the disk is full.
	}
}

interface LogRetention {
	runs: number;
	bytes: number;
}

/**
 * Removes the oldest logs of Terraform commands until the others are within the limits. Logs of
 * commands whose end was not observed stay, because a resumed run reads them. Other files are not
 * touched.
 */
export function removeOldLogs(
	logFolder: string,
	retention: LogRetention = { runs: limits.logRuns, bytes: limits.logsBytes },
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
		if (unfinished || (left < retention.runs && bytes + size <= retention.bytes)) {
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
