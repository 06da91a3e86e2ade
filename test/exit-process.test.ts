import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { createTemporaryDirectory } from './helpers/temporary-directory.ts';

const module = fileURLToPath(new URL('../source/exit-process.ts', import.meta.url));

const folder = createTemporaryDirectory();
beforeAll(() => {
	execFileSync('mkfifo', [join(folder, 'pipe')]);
});

/** Runs a script in a new process, with `exitProcess` and a named pipe without a writer. */
async function ended(script: string): Promise<{ code: number | null; length: number }> {
	const source = `import { open } from 'node:fs'; import { exitProcess } from ${JSON.stringify(module)};\n${script}`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
		cwd: folder,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let length = 0;
	child.stdout.on('data', (chunk: Buffer) => {
		length += chunk.length;
	});
	return new Promise((done) => child.on('close', (code) => done({ code, length })));
}

it('exits with its code while a thread is blocked in open', async () => {
	expect(await ended(`open('pipe', 'r', () => {}); exitProcess(8, 50);`)).toEqual({
		code: 8,
		length: 0,
	});
});

it('exits with its code while a timer is active', async () => {
	const { code } = await ended('setInterval(() => {}, 1000); exitProcess(130, 50);');
	expect(code).toBe(130);
});

it.each(['', `open('pipe', 'r', () => {});`])(
	'flushes all output before it exits (%s)',
	async (hang) => {
		const script = `${hang} process.stdout.write('x'.repeat(5_000_000)); exitProcess(3, 1);`;
		expect(await ended(script)).toEqual({ code: 3, length: 5_000_000 });
	},
);
