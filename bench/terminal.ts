import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'dist/cli.js');

export interface StreamingResult {
	/** For each key: ms until its effect is on the terminal. */
	latencies: number[];
	heapGrowthMb: number;
	/** CPU load in the last quarter relative to the first. */
	loadRatio: number;
}

/** Presses keys that open and close the help screen while messages stream. */
export async function benchStreaming(messages = 200_000, keys = 100): Promise<StreamingResult> {
	const folder = mkdtempSync(join(root, '.cache/bench-'));
	try {
		const program = await bundle('bench/fixtures/streaming.tsx', folder);
		const report = join(folder, 'report.json');
		const seconds = Math.ceil(keys * 0.11 + 3);
		const terminal = open(['--expose-gc', program, String(messages), String(seconds), report]);
		await terminal.until('Install');
		await sleep(500);
		const latencies: number[] = [];
		for (let key = 0; key < keys; key += 1) {
			const wanted = key % 2 === 0 ? HELP_OPEN : HELP_SHUT;
			latencies.push(await terminal.answer(key % 2 === 0 ? '?' : 'q', wanted));
			await sleep(20 + (key % 7) * 10);
		}
		await terminal.ended;
		const { heapGrowthMb, firstLoad, lastLoad } = JSON.parse(readFileSync(report, 'utf8'));
		return { latencies, heapGrowthMb, loadRatio: lastLoad / firstLoad };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Text of the help screen, and of the footer of the progress screen beneath it. */
const HELP_OPEN = /esc\S* close/;
const HELP_SHUT = /l\S* follow/;

/** ms until the first frame of the welcome screen is on the terminal. */
export async function measureFirstFrame(home: string): Promise<number> {
	const begun = performance.now();
	const terminal = open([bin], { TFE_WIZARD_HOME: home });
	await terminal.until('tfe-wizard');
	const taken = performance.now() - begun;
	terminal.write('\x03');
	await terminal.ended;
	return taken;
}

/** ms until `node -e 0` has ended, also in a terminal. */
export async function measureEmptyNode(): Promise<number> {
	const begun = performance.now();
	await open(['-e', '0']).ended;
	return performance.now() - begun;
}

function open(argv: string[], more: Record<string, string> = {}) {
	const { PATH, HOME } = process.env;
	const child = spawn(process.execPath, argv, {
		name: 'xterm-256color',
		cols: 80,
		rows: 24,
		cwd: root,
		env: { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', NODE_ENV: 'production', ...more },
	});
	let text = '';
	const listeners = new Set<() => void>();
	child.onData((more) => {
		text += more;
		for (const listener of [...listeners]) listener();
	});
	const ended = new Promise<void>((resolve) => child.onExit(() => resolve()));
	const until = (wanted: string | RegExp, from = 0): Promise<void> =>
		new Promise((resolve) => {
			const look = () => {
				const seen = text.slice(from);
				if (typeof wanted === 'string' ? !seen.includes(wanted) : !wanted.test(seen)) return;
				listeners.delete(look);
				resolve();
			};
			listeners.add(look);
			look();
		});
	return {
		until,
		ended,
		write: (keys: string) => child.write(keys),
		async answer(key: string, wanted: RegExp): Promise<number> {
			const from = text.length;
			const begun = performance.now();
			child.write(key);
			await until(wanted, from);
			return performance.now() - begun;
		},
	};
}

async function bundle(entry: string, folder: string): Promise<string> {
	await build({
		entryPoints: { program: join(root, entry) },
		outdir: folder,
		outExtension: { '.js': '.mjs' },
		// Splits off code that only Ink's developers load, so that it is never loaded.
		splitting: true,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node22',
		jsx: 'automatic',
		external: ['react-devtools-core'],
		define: { 'process.env.NODE_ENV': '"production"' },
		banner: {
			js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
		},
		logLevel: 'warning',
	});
	return join(folder, 'program.mjs');
}
