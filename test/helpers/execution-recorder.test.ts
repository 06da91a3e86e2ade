import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
	type ExecutionRecorder,
	parseStraceOutput,
	recordExecutions,
} from '../e2e/helpers/execution-recorder.ts';
import { createTemporaryDirectory } from './temporary-directory.ts';
import { waitFor } from './wait-for.ts';

async function run(record: ExecutionRecorder, script: string): Promise<void> {
	const [command = '', ...words] = [...record.getPrefix(), 'sh', '-c', script];
	const env = { PATH: process.env.PATH };
	const child = spawn(command, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
	const code = await new Promise((resolve) => child.once('close', resolve));
	expect(code).toBe(7);
}

it('records short-lived processes with their environment and processes that outlive the command', async () => {
	const record = recordExecutions('the recorder itself');
	const folder = createTemporaryDirectory();
	const go = join(folder, 'go');
	const later = `while [ -d ${folder} ] && [ ! -e ${go} ]; do sleep 0.1; done; exec env LATE=1 true late`;
	try {
		await run(record, `SHORT=4711 env true word; sh -c '${later}' >/dev/null 2>&1 & exit 7`);
		const late = () =>
			record.listExecutions().some(({ commandLine }) => commandLine === 'true late');
		const seen = () =>
			record.listExecutions().find(({ commandLine }) => commandLine === 'true word');
		// Polling the process list would miss both.
		if (!record.exact) return;
		expect(seen()?.environment).toContain('SHORT=4711');
		expect(late()).toBe(false);
		writeFileSync(go, '');
		await waitFor('the command that outlives the others', late);
		for (const text of ['true word', 'SHORT=4711', 'LATE=1'])
			expect(record.listSearchTargets().some(({ bytes }) => bytes.includes(text))).toBe(true);
	} finally {
		record.stop();
	}
});

it('parses every byte of strace output and rejects truncated output', () => {
	const call = String.raw`12 execve("\x2f\x61", ["\x61", "\x22\x5d\x20\xff"], ["\x58\x3d\x0a"]`;
	const [one, ...others] = parseStraceOutput(`${call}) = 0\n12 execve("\\x2f`);
	expect(one).toEqual({ commandLine: 'a "] \xff', environment: ['X=\n'] });
	expect(others).toEqual([]);
	expect(parseStraceOutput(`${call} <unfinished ...>\n`)).toEqual([one]);
	expect(() => parseStraceOutput(`${call.replace('"]', '"...]')}) = 0\n`)).toThrow(
		'left something out',
	);
	expect(() => parseStraceOutput('12 execve("\\x61", 0x7f, 0x7e) = -1\n')).toThrow(
		'left something out',
	);
});
