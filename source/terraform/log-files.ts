import { existsSync, readdirSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../engine/folders.ts';
import { readOwnText } from '../engine/own-file.ts';
import { pruneLogs } from './bounded-log.ts';
import { isAlive, type ProcessRecord, recordPath } from './process.ts';
import { tailLines } from './tail.ts';

export interface LogPaths {
	stdoutPath: string;
	stderrPath: string;
}

/** Names a fresh pair of log files, `20260131T194032-plan.jsonl` and `.stderr`, by UTC time. */
export function newLogPaths(logFolder: string, label: string, now = new Date()): LogPaths {
	makeFolder(logFolder);
	pruneLogs(logFolder);
	const time = now.toISOString().replace(/[-:]/g, '').replace(/\..*/, '');
	const name = `${time}-${label.replaceAll(' ', '-')}`;
	for (let attempt = 1; ; attempt += 1) {
		const base = join(logFolder, attempt === 1 ? name : `${name}.${attempt}`);
		if (existsSync(`${base}.jsonl`)) continue;
		return { stdoutPath: `${base}.jsonl`, stderrPath: `${base}.stderr` };
	}
}

export interface Unfinished {
	record: ProcessRecord;
	/** False: it ended while nobody was following; its messages can still be read. */
	alive: boolean;
}

/** Commands whose end has not been seen yet, oldest first: running, or over unobserved. */
export function unfinishedCommands(logFolder: string): Unfinished[] {
	if (!existsSync(logFolder)) return [];
	return readdirSync(logFolder)
		.filter((name) => name.endsWith('.process.json'))
		.sort()
		.flatMap((name) => {
			const record = readRecord(join(logFolder, name));
			return record === undefined ? [] : [{ record, alive: isAlive(record) }];
		});
}

/** Notes that a command's end was seen and dealt with. */
export function forgetCommand(record: ProcessRecord): void {
	rmSync(recordPath(record.stdoutPath), { force: true });
}

/**
 * Rewrites a log so that it holds `change(line)` for each line; leaves the file untouched when
 * no line changes. The new file replaces the old one whole, so a crash leaves one or the other.
 */
export async function rewriteLog(path: string, change: (line: string) => string): Promise<boolean> {
	const ended = () => true;
	let changes = false;
	let cut = false;
	const onCut = (): void => {
		cut = true;
	};
	for await (const lines of tailLines(path, { ended, onCut })) {
		changes ||= lines.some((line) => change(line) !== line);
	}
	// A line too long to be held may be the only copy of a state: such a log stays as it is.
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

/** A record cut short by a crash in the instant it was written counts as none. */
function readRecord(path: string): ProcessRecord | undefined {
	try {
		const record = JSON.parse(readOwnText(path) ?? '') as ProcessRecord;
		return typeof record.pid === 'number' ? record : undefined;
	} catch {
		return undefined;
	}
}
