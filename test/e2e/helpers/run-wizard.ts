import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createTemporaryDirectory } from '../../helpers/temporary-directory.ts';
import { LONG_MAX_WAIT_MS, safetyDeadline } from '../../helpers/wait-for.ts';
import { build } from './build.ts';

export const cliPath = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface RunResult {
	code: number | null;
	signal: NodeJS.Signals | null;
	out: string;
	err: string;
}

export interface JsonEvent {
	v: number;
	type: string;
	step?: string;
	[field: string]: unknown;
}

export interface RunningWizard {
	child: ChildProcess;
	/** What it has printed so far. */
	out(): string;
	events(): JsonEvent[];
	/** Resolves with the first event that fits, also one that has come already. */
	waitForEvent(fits: (event: JsonEvent) => boolean, timeoutMs?: number): Promise<JsonEvent>;
	/** Resolves when it is over. */
	result: Promise<RunResult>;
}

/** A home directory. The practice cloud that an unfinished session in it leaves is stopped after the test. */
export function createPracticeHome(): string {
	const home = createTemporaryDirectory();
	onTestFinished(async () => {
		await runWizard(['practice', '--stop', '--home', home]);
	});
	return home;
}

export interface WizardOptions {
	env?: NodeJS.ProcessEnv;
	cwd?: string;
	/** Words before the command, such as those of `recordExecutions`. */
	commandPrefix?: readonly string[];
}

/** Starts the built program without a terminal, as a pipeline would. */
export async function startWizard(
	argv: readonly string[],
	options: WizardOptions = {},
): Promise<RunningWizard> {
	await build();
	const [program = '', ...words] = [
		...(options.commandPrefix ?? []),
		process.execPath,
		cliPath,
		...argv,
	];
	const child = spawn(program, words, {
		cwd: options.cwd ?? tmpdir(),
		env: { ...process.env, ...options.env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let out = '';
	let err = '';
	const waiting = new Set<() => void>();
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
		for (const look of waiting) look();
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	const ended = new Promise<RunResult>((resolve) => {
		child.on('close', (code, signal) => resolve({ code, signal, out, err }));
	});
	const events = () => parseEvents(out);
	return {
		child,
		out: () => out,
		events,
		result: ended,
		waitForEvent: (fits, timeoutMs = LONG_MAX_WAIT_MS) =>
			new Promise((resolve, reject) => {
				const look = () => {
					const found = events().find(fits);
					if (found === undefined) return;
					done();
					resolve(found);
				};
				const cancelDeadline = safetyDeadline(() => {
					done();
					reject(new Error(`no such event within ${timeoutMs} ms; it printed:\n${out}\n${err}`));
				}, timeoutMs);
				const done = () => {
					cancelDeadline();
					waiting.delete(look);
				};
				waiting.add(look);
				void ended.then(() => {
					look();
					if (!waiting.has(look)) return;
					done();
					reject(new Error(`it ended before such an event; it printed:\n${out}\n${err}`));
				});
				look();
			}),
	};
}

/** Runs the built program to its end. */
export async function runWizard(
	argv: readonly string[],
	options: WizardOptions = {},
): Promise<RunResult & { events: JsonEvent[] }> {
	const ended = await (await startWizard(argv, options)).result;
	return { ...ended, events: parseEvents(ended.out) };
}

function parseEvents(out: string): JsonEvent[] {
	return out.split('\n').flatMap((line) => {
		try {
			return line.startsWith('{') ? [JSON.parse(line) as JsonEvent] : [];
		} catch {
			return [];
		}
	});
}
