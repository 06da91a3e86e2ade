import {
	appendFileSync,
	closeSync,
	constants,
	existsSync,
	fstatSync,
	openSync,
	readdirSync,
	readSync,
	rmSync,
	statSync,
	truncateSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectory } from '../engine/create-directory.ts';
import { formatByteSize } from '../engine/input-file.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { getProcessRecordPath, isProcessRunning, type ProcessRecord } from './terraform-process.ts';

interface CommandLogPaths {
	stdoutPath: string;
	stderrPath: string;
}

/**
 * Creates unused names for a pair of log files by UTC time: `20260131T194032-plan.jsonl` and
 * `.stderr`.
 */
export function prepareLogPaths(
	logFolder: string,
	label: string,
	now = new Date(),
): CommandLogPaths {
	createDirectory(logFolder);
	removeOldLogs(logFolder);
	const time = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
	const name = `${time}-${label.replaceAll(' ', '-')}`;
	for (let attempt = 1; ; attempt += 1) {
		const base = join(logFolder, attempt === 1 ? name : `${name}.${attempt}`);
		if (existsSync(`${base}.jsonl`)) continue;
		return { stdoutPath: `${base}.jsonl`, stderrPath: `${base}.stderr` };
	}
}

export interface UnfinishedCommand {
	record: ProcessRecord;
	/** False: it ended unobserved; its messages can still be read. */
	alive: boolean;
}

/** Commands whose end was not observed, oldest first: still running, or ended. */
export function findUnfinishedCommands(logFolder: string): UnfinishedCommand[] {
	if (!existsSync(logFolder)) return [];
	return readdirSync(logFolder)
		.filter((name) => name.endsWith('.process.json'))
		.sort()
		.flatMap((name) => {
			const record = readRecord(join(logFolder, name));
			return record === undefined ? [] : [{ record, alive: isProcessRunning(record) }];
		});
}

/** Removes the record of a command whose end was handled. */
export function removeProcessRecord(record: ProcessRecord): void {
	rmSync(getProcessRecordPath(record.stdoutPath), { force: true });
}

/**
 * Replaces each line of a log by `change(line)`; leaves the file untouched if no line changes. The
 * new file replaces the old one atomically.
 */
export async function rewriteLogLines(
	path: string,
	change: (line: string) => string,
): Promise<boolean> {
	const ended = () => true;
	let changes = false;
	let cut = false;
	const onCut = (): void => {
		cut = true;
	};
	for await (const lines of followFileLines(path, { ended, onCut })) {
		changes ||= lines.some((line) => change(line) !== line);
	}
	// An oversized line may be the only copy of a state: leave such a log unchanged.
	if (!changes || cut) return false;
	const temporary = `${path}.masked`;
	{
		await using file = await open(temporary, 'w', 0o600);
		for await (const lines of followFileLines(path, { ended })) {
			await file.write(`${lines.map(change).join('\n')}\n`);
		}
	}
	await rename(temporary, path);
	return true;
}

/** A record truncated by a crash is ignored. */
function readRecord(path: string): ProcessRecord | undefined {
	try {
		const record = JSON.parse(readRegularFileText(path) ?? '') as ProcessRecord;
		return typeof record.pid === 'number' ? record : undefined;
	} catch {
		return undefined;
	}
}

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
export function clearOversizedLog(path: string, maxBytes: number = limits.stderrLogBytes): void {
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

interface TailOptions {
	/** True when no more data will be written to the file. */
	ended(): boolean;
	/** Milliseconds between polls of a file that has not grown. */
	pollMs?: number;
	/** Bytes read at once. */
	chunkBytes?: number;
	/** Longer lines are truncated. Default: `limits.logLineBytes`. */
	mostLineBytes?: number;
	/** Called for each truncated line. */
	onCut?(bytes: number): void;
}

const NEWLINE = 0x0a;

/**
 * Follows a growing file from its start and yields its lines in batches, so that large files are
 * read efficiently. Ends when `ended()` is true and everything written has been read; a last line
 * without a newline is yielded too. Lines are split at the byte 0x0A, which is never part of
 * another UTF-8 character, and decoded whole, so characters on a chunk border stay intact.
 */
export async function* followFileLines(
	path: string,
	{
		ended,
		pollMs = 50,
		chunkBytes = 256 * 1024,
		mostLineBytes = limits.logLineBytes,
		onCut = () => {},
	}: TailOptions,
): AsyncGenerator<string[], void> {
	await using file = await open(path, 'r');
	const chunk = Buffer.allocUnsafe(chunkBytes);
	// Pieces of an incomplete line; joined once, so that 10 MB cost 10 MB.
	let pieces: Buffer[] = [];
	let length = 0;
	let position = 0;
	// Keeps only the start of an oversized line, so that memory stays bounded.
	const keep = (piece: Buffer): void => {
		length += piece.length;
		pieces.push(Buffer.from(piece));
		if (length > mostLineBytes) pieces = [Buffer.concat(pieces).subarray(0, limits.cutLineBytes)];
	};
	const takeLine = (last: Buffer): string => {
		const size = length + last.length;
		const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
		pieces = [];
		length = 0;
		if (size <= mostLineBytes) return line.toString('utf8').replace(/\r$/, '');
		onCut(size);
		const start = line.subarray(0, limits.cutLineBytes).toString('utf8');
		return `${start}… (line of ${size} bytes, truncated)`;
	};
	for (;;) {
		// Checked before the read, so that everything written before the end is read.
		const last = ended();
		const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
		if (bytesRead === 0) {
			if (last) break;
			await sleep(pollMs);
			continue;
		}
		position += bytesRead;
		const fresh = chunk.subarray(0, bytesRead);
		const lines: string[] = [];
		let from = 0;
		for (let end = fresh.indexOf(NEWLINE); end !== -1; end = fresh.indexOf(NEWLINE, from)) {
			lines.push(takeLine(fresh.subarray(from, end)));
			from = end + 1;
		}
		if (from < bytesRead) keep(fresh.subarray(from));
		if (lines.length > 0) yield lines;
	}
	if (length > 0) yield [takeLine(Buffer.alloc(0))];
}
