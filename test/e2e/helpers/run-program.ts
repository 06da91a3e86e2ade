import { spawn } from 'node:child_process';
import type { RunResult } from './run-wizard.ts';

interface ProgramOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
}

/** Runs a program without a terminal to its end. */
export function runProgram(
	program: string,
	argv: readonly string[],
	{ cwd, env }: ProgramOptions,
): Promise<RunResult> {
	const child = spawn(program, argv, {
		cwd,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let out = '';
	let err = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve({ code, signal, out, err }));
	});
}
