import { existsSync, readdirSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createDirectory } from '../engine/directories.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { getProcessRecordPath, isProcessRunning, type ProcessRecord } from './detached-process.ts';
import { removeOldLogs } from './log-retention.ts';
import { tailLines } from './tail-lines.ts';

interface CommandLogPaths {
	stdoutPath: string;
	stderrPath: string;
}

/**
 * Creates unused names for a pair of log files by UTC time: `20260131T194032-plan.jsonl` and
 * `.stderr`.
 */
export function createLogPaths(
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
	for await (const lines of tailLines(path, { ended, onCut })) {
		changes ||= lines.some((line) => change(line) !== line);
	}
	// An oversized line may be the only copy of a state: leave such a log unchanged.
	if (!changes || cut) return false;
	const temporary = `${path}.masked`;
	{
		await using file = await open(temporary, 'w', 0o600);
		for await (const lines of tailLines(path, { ended })) {
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
