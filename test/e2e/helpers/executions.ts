import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Haystack } from './hunt.ts';
import { watchProcesses } from './process-list.ts';

/** One program as it was started, or was tried to be. */
export interface Execution {
	/** Its words, with blanks between. */
	line: string;
	/** `NAME=value` */
	environment: string[];
}

/** All programs that some commands started, and those started by these. */
export interface Executions {
	/** False where nothing may be traced: then all processes are looked at, every few milliseconds. */
	exact: boolean;
	/**
	 * The words to put before a command, so that it is recorded, and what it leaves behind too. What it
	 * says on standard error is among the haystacks.
	 */
	before(): string[];
	/** The same, with standard error left where it is: it stays open as long as anything runs. */
	beforeWithErrors(): string[];
	/** Each start so far; without `exact`, a command line comes with no environment. */
	started(): Execution[];
	/** All their words, all their variables, and what came on standard error. */
	haystacks(): Haystack[];
	/** Takes away what was recorded. Programs that still run go on, and end by themselves. */
	end(): void;
}

// Only at the start of a program is it stopped for a moment (seccomp), so nothing gets slower; whole
// words and variables (-v, and Linux takes none longer than 128 KiB), each byte in hex (-xx); and the
// tracer out of the way (-D), so that the command ends for its caller when it ends.
const STRACE = [
	...['strace', '-D', '-f', '--seccomp-bpf', '-qq', '-v', '-xx', '-s', '131072'],
	...['-e', 'trace=execve', '-e', 'signal=none'],
];
/** Shorter-lived ones are missed. */
const LOOK_MS = 5;

let traces: boolean | undefined;

/** Whether strace is here, and may trace: containers may forbid it. */
export function mayTrace(): boolean {
	traces ??=
		spawnSync(STRACE[0] ?? '', [...STRACE.slice(1), '-o', '/dev/null', 'true']).status === 0;
	return traces;
}

/**
 * Records the start of every program: its words and its whole environment. Where strace is not there
 * or may not trace, says so aloud, and looks at the process list instead, which misses some.
 */
export function recordExecutions(forWhat: string): Executions {
	if (!mayTrace()) return watched(forWhat);
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-executions-'));
	let traced = 0;
	const strace = () => {
		traced += 1;
		return [...STRACE, '-o', join(folder, `trace-${traced}`), '--'];
	};
	const inFolder = (start: string) =>
		readdirSync(folder)
			.filter((name) => name.startsWith(start))
			.map((name) => readFileSync(join(folder, name), 'latin1'));
	const read = new Map<string, Execution[]>();
	const started = () =>
		inFolder('trace-').flatMap((trace) => {
			// Read once, however often it is asked for: there are thousands of variables in it.
			const known = read.get(trace) ?? executionsIn(trace);
			read.set(trace, known);
			return known;
		});
	return {
		exact: true,
		// The tracer outlives the command, and would hold the caller's pipe open.
		before: () => [
			...['sh', '-c', 'exec 2>"$0"; exec "$@"', join(folder, `errors-${traced + 1}`)],
			...strace(),
		],
		beforeWithErrors: strace,
		started,
		haystacks: () => {
			const all = started();
			const variables = new Set(all.flatMap(({ environment }) => environment));
			return [
				hay(
					'the command lines',
					all.map(({ line }) => line),
				),
				hay('the environments', [...variables]),
				hay('standard error', inFolder('errors-')),
			];
		},
		end: () => {
			if (existsSync(folder)) rmSync(folder, { recursive: true });
		},
	};
}

function watched(forWhat: string): Executions {
	const words = `strace is not here, or may not trace: ${forWhat}, by looks at the process list`;
	process.stderr.write(`\n!! SKIPPED, ${words} alone\n\n`);
	const processes = watchProcesses(LOOK_MS);
	return {
		exact: false,
		before: () => [],
		beforeWithErrors: () => [],
		started: () => [...processes.lines].map((line) => ({ line, environment: [] })),
		haystacks: () => [
			hay('the command lines', [...processes.lines]),
			hay('the environments', [...processes.environments]),
		],
		end: processes.stop,
	};
}

function hay(where: string, lines: readonly string[]): Haystack {
	return { where, bytes: Buffer.from(lines.join('\n'), 'latin1') };
}

/**
 * The starts in what strace wrote, as above.
 *
 * @throws Error when it left something out
 */
export function executionsIn(trace: string): Execution[] {
	// What is being written just now is not whole.
	const lines = trace.split('\n').slice(0, -1);
	return lines.flatMap((line) => {
		if (!/^\d+ +execve\("/.test(line)) return [];
		const found = /^\d+ +execve\("[^"]*", \[([^\]]*)\], \[([^\]]*)\]/.exec(line);
		const [, words = '', variables = ''] = found ?? [];
		if (found === null || /\.\.\./.test(words + variables))
			throw new Error(`strace left something out: ${line.slice(0, 200)}`);
		return [{ line: strings(words).join(' '), environment: strings(variables) }];
	});
}

/** `"\x61\x62", "\x63"` */
function strings(text: string): string[] {
	return [...text.matchAll(/"([^"]*)"/g)].map(([, hex = '']) =>
		Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('latin1'),
	);
}
