import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchTarget } from './find-secrets.ts';
import { watchProcesses } from './process-list.ts';

/** One program as it was started, or was tried to be. */
export interface Execution {
	/** Its words, with blanks between. */
	commandLine: string;
	/** `NAME=value` */
	environment: string[];
}

/** All programs that some commands started, and those started by these. */
export interface ExecutionRecorder {
	/** False where nothing may be traced: then all processes are looked at, every few milliseconds. */
	exact: boolean;
	/**
	 * The words to put before a command, so that it is recorded, and what it leaves behind too. What it
	 * says on standard error is among the haystacks.
	 */
	getPrefix(): string[];
	/** The same, with standard error left where it is: it stays open as long as anything runs. */
	getPrefixKeepingStderr(): string[];
	/** Each start so far; without `exact`, a command line comes with no environment. */
	listExecutions(): Execution[];
	/** All their words, all their variables, and what came on standard error. */
	listSearchTargets(): SearchTarget[];
	/** Takes away what was recorded. Programs that still run go on, and end by themselves. */
	stop(): void;
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
export function canTrace(): boolean {
	traces ??=
		spawnSync(STRACE[0] ?? '', [...STRACE.slice(1), '-o', '/dev/null', 'true']).status === 0;
	return traces;
}

/**
 * Records the start of every program: its words and its whole environment. Where strace is not there
 * or may not trace, says so aloud, and looks at the process list instead, which misses some.
 */
export function recordExecutions(forWhat: string): ExecutionRecorder {
	if (!canTrace()) return watchProcessList(forWhat);
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
			const known = read.get(trace) ?? parseStraceOutput(trace);
			read.set(trace, known);
			return known;
		});
	return {
		exact: true,
		// The tracer outlives the command, and would hold the caller's pipe open.
		getPrefix: () => [
			...['sh', '-c', 'exec 2>"$0"; exec "$@"', join(folder, `errors-${traced + 1}`)],
			...strace(),
		],
		getPrefixKeepingStderr: strace,
		listExecutions: started,
		listSearchTargets: () => {
			const all = started();
			const variables = new Set(all.flatMap(({ environment }) => environment));
			return [
				createSearchTarget(
					'the command lines',
					all.map(({ commandLine }) => commandLine),
				),
				createSearchTarget('the environments', [...variables]),
				createSearchTarget('standard error', inFolder('errors-')),
			];
		},
		stop: () => {
			if (existsSync(folder)) rmSync(folder, { recursive: true });
		},
	};
}

function watchProcessList(forWhat: string): ExecutionRecorder {
	const words = `strace is not here, or may not trace: ${forWhat}, by looks at the process list`;
	process.stderr.write(`\n!! SKIPPED, ${words} alone\n\n`);
	const processes = watchProcesses(LOOK_MS);
	return {
		exact: false,
		getPrefix: () => [],
		getPrefixKeepingStderr: () => [],
		listExecutions: () =>
			[...processes.lines].map((line) => ({ commandLine: line, environment: [] })),
		listSearchTargets: () => [
			createSearchTarget('the command lines', [...processes.lines]),
			createSearchTarget('the environments', [...processes.environments]),
		],
		stop: processes.stop,
	};
}

function createSearchTarget(where: string, lines: readonly string[]): SearchTarget {
	return { where, bytes: Buffer.from(lines.join('\n'), 'latin1') };
}

/**
 * The starts in what strace wrote, as above.
 *
 * @throws Error when it left something out
 */
export function parseStraceOutput(trace: string): Execution[] {
	// What is being written just now is not whole.
	const lines = trace.split('\n').slice(0, -1);
	return lines.flatMap((line) => {
		if (!/^\d+ +execve\("/.test(line)) return [];
		const found = /^\d+ +execve\("[^"]*", \[([^\]]*)\], \[([^\]]*)\]/.exec(line);
		const [, words = '', variables = ''] = found ?? [];
		if (found === null || /\.\.\./.test(words + variables))
			throw new Error(`strace left something out: ${line.slice(0, 200)}`);
		return [
			{ commandLine: parseHexStrings(words).join(' '), environment: parseHexStrings(variables) },
		];
	});
}

/** `"\x61\x62", "\x63"` */
function parseHexStrings(text: string): string[] {
	return [...text.matchAll(/"([^"]*)"/g)].map(([, hex = '']) =>
		Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString('latin1'),
	);
}
