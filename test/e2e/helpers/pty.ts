import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { constants as os, tmpdir } from 'node:os';
import { type IPty, spawn } from '@lydell/node-pty';

export interface PtyOptions {
	argv: readonly [string, ...string[]];
	cwd?: string;
	/** Beside the few variables every program gets; undefined takes one of those away. */
	env?: Readonly<Record<string, string | undefined>>;
	columns?: number;
	rows?: number;
}

export interface Exit {
	code: number;
	signal: NodeJS.Signals | undefined;
}

export interface LineMode {
	rawMode: boolean | undefined;
	echo: boolean | undefined;
}

/** A process on a pseudo-terminal: bytes in, bytes out. */
export function startInPty(options: PtyOptions) {
	const { argv, cwd = tmpdir(), columns = 80, rows = 24 } = options;
	const [file, ...args] = argv;
	const child = spawn(file, args, {
		name: 'xterm-256color',
		cols: columns,
		rows,
		cwd,
		env: { ...baseEnvironment(cwd), ...options.env },
	});
	const slave = openSlave(child);
	let left: LineMode | undefined;
	let over = false;
	// Between the end of the process and the end of its terminal there is a moment to see how the
	// terminal was left.
	const watch = setInterval(() => {
		if (isAlive(child.pid)) return;
		left ??= lineMode(slave);
		clearInterval(watch);
	}, 30);
	const ended = new Promise<Exit>((resolve) => {
		child.onExit(({ exitCode, signal }) => {
			clearInterval(watch);
			over = true;
			if (slave !== undefined) closeSync(slave);
			resolve({ code: exitCode, signal: signalName(signal) });
		});
	});
	return {
		pid: child.pid,
		ended,
		write: (text: string) => {
			if (!over) child.write(text);
		},
		onData: (listener: (text: string) => void) => void child.onData(listener),
		resize: (newColumns: number, newRows: number) => {
			if (!over) child.resize(newColumns, newRows);
		},
		signal: (name: NodeJS.Signals) => {
			if (isAlive(child.pid)) process.kill(child.pid, name);
		},
		lineMode: (): LineMode => left ?? (over ? unknown : lineMode(slave)),
	};
}

const unknown: LineMode = { rawMode: undefined, echo: undefined };

function baseEnvironment(home: string): Record<string, string | undefined> {
	return {
		PATH: process.env.PATH,
		HOME: home,
		LANG: 'C.UTF-8',
		SHELL: '/bin/sh',
		TERM: 'xterm-256color',
		// A front end must not think itself in a pipeline, wherever the tests run.
		CI: 'false',
	};
}

/** Held open so that the modes of the terminal outlive the program. */
function openSlave(child: IPty): number | undefined {
	const name = 'ptsName' in child ? child.ptsName : undefined;
	try {
		return typeof name === 'string'
			? openSync(name, constants.O_RDWR | constants.O_NOCTTY)
			: undefined;
	} catch {
		return undefined;
	}
}

function lineMode(slave: number | undefined): LineMode {
	if (slave === undefined) return unknown;
	try {
		const settings = execFileSync('stty', ['-a'], {
			stdio: [slave, 'pipe', 'ignore'],
			encoding: 'utf8',
		});
		return { rawMode: /-icanon\b/.test(settings), echo: !/-echo\b/.test(settings) };
	} catch {
		return unknown;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

function signalName(signal: number | undefined): NodeJS.Signals | undefined {
	const named = Object.entries(os.signals).find(([, value]) => value === signal);
	return named?.[0] as NodeJS.Signals | undefined;
}
