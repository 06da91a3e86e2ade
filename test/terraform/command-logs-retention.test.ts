import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	clearOversizedLog,
	prepareLogPaths,
	readFileEnd,
	removeOldLogs,
} from '../../source/terraform/command-logs.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';

test('keeps the newest logs within number and size limits, and those of unfinished commands', () => {
	const folder = createTemporaryDirectory();
	const write = (run: string, size: number) => {
		for (const end of ['jsonl', 'stderr']) writeFileSync(join(folder, `${run}.${end}`), '');
		writeFileSync(join(folder, `${run}.jsonl`), 'x'.repeat(size));
	};
	write('20260101T000000-apply', 10);
	writeFileSync(join(folder, '20260101T000000-apply.process.json'), '{}');
	for (const day of [2, 3, 4, 5]) write(`2026010${day}T000000-plan`, 10);
	writeFileSync(join(folder, 'practice-cloud.log'), 'not a log of terraform');
	removeOldLogs(folder, { runs: 3, bytes: 25 });
	expect(readdirSync(folder).sort()).toEqual([
		'20260101T000000-apply.jsonl',
		'20260101T000000-apply.process.json',
		'20260101T000000-apply.stderr',
		'20260104T000000-plan.jsonl',
		'20260104T000000-plan.stderr',
		'20260105T000000-plan.jsonl',
		'20260105T000000-plan.stderr',
		'practice-cloud.log',
	]);
});

test('removes old logs when a command starts', () => {
	const folder = createTemporaryDirectory();
	for (let run = 0; run < 60; run += 1)
		writeFileSync(join(folder, `20260101T0000${String(run).padStart(2, '0')}-plan.jsonl`), '');
	prepareLogPaths(folder, 'plan');
	expect(readdirSync(folder)).toHaveLength(50);
});

test('empties an oversized stderr log, adds a note and continues it', () => {
	const path = join(createTemporaryDirectory(), 'a.stderr');
	writeFileSync(path, 'x'.repeat(2_000));
	clearOversizedLog(path, 4_096);
	expect(readFileSync(path, 'utf8')).toHaveLength(2_000);
	appendFileSync(path, 'x'.repeat(4_000));
	clearOversizedLog(path, 4_096);
	appendFileSync(path, 'Error: the end\n');
	expect(readFileSync(path, 'utf8')).toBe(
		'(tfe-wizard: the log exceeded 4 KiB; everything before this line was removed)\nError: the end\n',
	);
	clearOversizedLog(`${path}.none`);
});

test('reads only the end of a long stderr log', () => {
	const path = join(createTemporaryDirectory(), 'a.stderr');
	writeFileSync(path, `${'ä'.repeat(1_000)}the end`);
	expect(readFileEnd(path, 12)).toBe('ääthe end');
	expect(readFileEnd(`${path}.none`, 12)).toBe('');
});
