import { type ChildProcess, spawn } from 'node:child_process';
import { LONG_MAX_WAIT_MS, waitFor } from '../../helpers/wait-for.ts';
import { build } from './build.ts';
import { type Exit, startInPty } from './pty.ts';
import {
	createReadyMarkReader,
	TEST_IDLE_REPORTS_VARIABLE,
	type TestIdleReport,
} from './ready-marks.ts';
import { cliPath } from './run-wizard.ts';

/** What moves the cursor, clears, and changes screens. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one.
export const CONTROL_SEQUENCES = /\x1b\[[?\d;]*[A-Za-z]/g;

const WIDTH = 500;

/** A program that speaks in lines, and somebody who types to it. */
export interface LineModeProcess extends AsyncDisposable {
	/** What was said, and behind a `>` what was typed to it. */
	transcript(): string;
	/** What was said since the last line was typed. */
	latestOutput(): string;
	/** Waits until the program asks; resolves with what it said since the last line. */
	waitForPrompt(timeoutMs?: number): Promise<string>;
	/** Waits until it has said more without being answered, and asks again. */
	waitForMoreOutput(timeoutMs?: number): Promise<string>;
	/** Types a line and waits until the program asks again. */
	answer(line: string, timeoutMs?: number): Promise<string>;
	/** The same for what is typed unseen: it comes into no text. */
	answerHidden(line: string, timeoutMs?: number): Promise<string>;
	/** Types a line after which nothing needs to be asked any more. */
	typeLine(line: string): void;
	interrupt(): void;
	/** All bytes printed. */
	bytes(): string;
	readonly ended: Promise<Exit>;
}

interface Channel {
	write(text: string): void;
	interrupt(): void;
	close(): void;
	ended: Promise<Exit>;
}

export interface LineModeOptions {
	home: string;
	cwd: string;
	argv?: readonly string[];
	env?: Readonly<Record<string, string>>;
	/** The kind of terminal; without it, one that can do nothing but print. */
	term?: string;
}

/** In a terminal. */
export function startLineModeInTerminal(options: LineModeOptions): Promise<LineModeProcess> {
	return startLineMode((hear) => {
		const pty = startInPty({
			// The pty names its own kind of terminal in whatever environment it is given.
			argv: [
				'env',
				`TERM=${options.term ?? 'dumb'}`,
				process.execPath,
				cliPath,
				...(options.argv ?? []),
			],
			cwd: options.cwd,
			// Broken lines would break elsewhere for another port or folder.
			columns: WIDTH,
			env: environment(options),
		});
		pty.onData(hear);
		return {
			write: pty.write,
			interrupt: () => pty.write('\x03'),
			close: () => pty.signal('SIGKILL'),
			ended: pty.ended,
		};
	});
}

/** Through pipes, as another program would. What is typed is shown where it was typed. */
export function startLineModeThroughPipes(options: LineModeOptions): Promise<LineModeProcess> {
	return startLineMode((hear) => {
		const child: ChildProcess = spawn(process.execPath, [cliPath, ...(options.argv ?? [])], {
			cwd: options.cwd,
			env: { LANG: 'C.UTF-8', COLUMNS: String(WIDTH), ...environment(options) },
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		child.stdout?.setEncoding('utf8').on('data', hear);
		child.stderr?.setEncoding('utf8').on('data', (text: string) => hear(text, 'error'));
		return {
			write(text) {
				hear(text.trimEnd(), 'echo');
				child.stdin?.write(text);
			},
			interrupt: () => void child.kill('SIGINT'),
			close: () => void child.kill('SIGKILL'),
			ended: new Promise((resolve) => {
				child.on('close', (code, signal) => {
					resolve({ code: code ?? -1, signal: signal ?? undefined });
				});
			}),
		};
	});
}

async function startLineMode(
	open: (hear: (text: string, kind?: 'echo' | 'error') => void) => Channel,
): Promise<LineModeProcess> {
	await build();
	let shown = '';
	let printed = '';
	let typedAt = 0;
	const typed: Typed[] = [];
	let over = false;
	const readMarks = createReadyMarkReader();
	let lastMark: TestIdleReport | undefined;
	/** How much had been shown at that mark. */
	let markedAt = 0;
	const add = (text: string, kind?: 'echo') => {
		shown += text.replaceAll('\r', '');
		if (kind !== 'echo') printed += text;
	};
	const channel = open((piece, kind) => {
		if (kind === 'echo') return add(piece, kind);
		if (kind === 'error') {
			const before = shown.length;
			add(piece);
			if (markedAt === before) markedAt = shown.length;
			return;
		}
		for (const { text, mark } of readMarks(piece)) {
			add(text);
			if (mark === undefined) continue;
			lastMark = mark;
			markedAt = shown.length;
		}
	});
	void channel.ended.then(() => {
		over = true;
	});
	const latest = () => shown.slice(typedAt);
	/** Whether all lines have been heard, all that follows was said, and the prompt stands. */
	const asks = () =>
		lastMark !== undefined &&
		lastMark.keys >= typed.length &&
		markedAt === shown.length &&
		/(^|\n)> $/.test(latest());
	const asked = async (timeoutMs = LONG_MAX_WAIT_MS) => {
		await waitFor(
			'the next prompt',
			() => {
				if (over) throw new Error('It ended before it asked again.');
				return asks();
			},
			timeoutMs,
		).catch((error: Error) => {
			throw new Error(`${error.message} It said:\n${shown}`);
		});
		return latest();
	};
	const more = async (timeoutMs = LONG_MAX_WAIT_MS) => {
		const before = shown.length;
		await waitFor('more to be said', () => shown.length !== before || over, timeoutMs);
		return asked(timeoutMs);
	};
	const type = (line: string) => {
		typedAt = shown.length;
		typed.push({ at: typedAt, line });
		channel.write(`${line}\n`);
	};
	const typeUnseen = (line: string) => {
		typedAt = shown.length;
		typed.push({ at: typedAt, unseen: true });
		channel.write(`${line}\n`);
	};
	const close = async () => {
		if (!over) channel.close();
		await channel.ended;
	};
	return {
		transcript: () => formatTranscript(shown, typed),
		latestOutput: latest,
		waitForPrompt: asked,
		waitForMoreOutput: more,
		typeLine: type,
		answer(line, timeoutMs) {
			type(line);
			return asked(timeoutMs);
		},
		answerHidden(line, timeoutMs) {
			typeUnseen(line);
			return asked(timeoutMs);
		},
		interrupt: channel.interrupt,
		bytes: () => printed,
		ended: channel.ended,
		[Symbol.asyncDispose]: close,
	};
}

type Typed = { at: number; line: string } | { at: number; unseen: true };

/** Prompts that nobody answered, since something more was said, are left out. */
function formatTranscript(shown: string, typed: readonly Typed[]): string {
	const starts = [0, ...typed.map(({ at }) => at)];
	return starts
		.map((start, turn) => {
			const before = typed[turn - 1];
			const echoed = before === undefined || 'line' in before ? before?.line : '(unseen)';
			const heard = before !== undefined && 'line' in before ? before.line.length : 0;
			const said = shown.slice(start, starts[turn + 1]).slice(heard);
			const words = said
				// A share is shown alone, and taken away again.
				.replace(CONTROL_SEQUENCES, '')
				.replace(/^\n/, '')
				.replace(/^> (\n|$)/gm, '')
				.trimEnd();
			const answer = echoed === undefined ? '' : `> ${echoed === '' ? 'Enter' : echoed}\n`;
			return `${answer}${words}`;
		})
		.join('\n');
}

/** Nothing of whoever runs the tests but what programs and terraform need. */
function environment({ home, env }: LineModeOptions): Record<string, string> {
	const { HOME, PATH, TF_CLI_CONFIG_FILE, GOGC } = process.env;
	const kept = Object.entries({ HOME, PATH, TF_CLI_CONFIG_FILE, GOGC, TFE_WIZARD_HOME: home });
	return {
		...Object.fromEntries(kept.flatMap(([name, value]) => (value ? [[name, value]] : []))),
		[TEST_IDLE_REPORTS_VARIABLE]: '1',
		...env,
	};
}
