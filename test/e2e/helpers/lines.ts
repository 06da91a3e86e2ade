import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.ts';
import { type Exit, startInPty } from './pty.ts';
import { bin } from './wizard.ts';

/** A prompt counts as one when nothing has been said behind it for so long. */
const AT_REST_MS = 300;
const LOOK_MS = 25;
const LONG_MS = 240_000;

/** A program that speaks in lines, and somebody who types to it. */
export interface Conversation extends AsyncDisposable {
	/** Everything said and typed so far, as a terminal would show it, line ends as `\n`. */
	text(): string;
	/** What was said since the last line was typed. */
	latest(): string;
	/** Waits until the program asks; resolves with what it said since the last line. */
	asked(timeoutMs?: number): Promise<string>;
	/** Types a line and waits until the program asks again. */
	say(line: string, timeoutMs?: number): Promise<string>;
	/** Types a line after which nothing needs to be asked any more. */
	type(line: string): void;
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

export interface ConversationOptions {
	home: string;
	cwd: string;
	argv?: readonly string[];
	env?: Readonly<Record<string, string>>;
}

/** In a terminal that can do nothing but print. */
export function talkInTerminal(options: ConversationOptions): Promise<Conversation> {
	return converse((hear) => {
		const pty = startInPty({
			argv: [process.execPath, bin, ...(options.argv ?? [])],
			cwd: options.cwd,
			env: { ...environment(options), TERM: 'dumb' },
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
export function talkThroughPipes(options: ConversationOptions): Promise<Conversation> {
	return converse((hear) => {
		const child: ChildProcess = spawn(process.execPath, [bin, ...(options.argv ?? [])], {
			cwd: options.cwd,
			env: { LANG: 'C.UTF-8', ...environment(options) },
			stdio: ['pipe', 'pipe', 'pipe'],
		});
		for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
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

async function converse(
	open: (hear: (text: string, kind?: 'echo') => void) => Channel,
): Promise<Conversation> {
	await build();
	let shown = '';
	let printed = '';
	let typedAt = 0;
	let lastAt = Date.now();
	let over = false;
	const channel = open((text, kind) => {
		lastAt = Date.now();
		shown += text.replaceAll('\r', '');
		if (kind !== 'echo') printed += text;
	});
	void channel.ended.then(() => {
		over = true;
	});
	const latest = () => shown.slice(typedAt);
	const asks = () => Date.now() - lastAt >= AT_REST_MS && /(^|\n)> $/.test(latest());
	const asked = async (timeoutMs = LONG_MS) => {
		const deadline = Date.now() + timeoutMs;
		while (!asks()) {
			if (over) throw new Error(`it ended before it asked again; it said:\n${shown}`);
			if (Date.now() > deadline) throw new Error(`it never asked again; it said:\n${shown}`);
			await sleep(LOOK_MS);
		}
		return latest();
	};
	const type = (line: string) => {
		typedAt = shown.length;
		channel.write(`${line}\n`);
	};
	const close = async () => {
		if (!over) channel.close();
		await channel.ended;
	};
	return {
		text: () => shown,
		latest,
		asked,
		type,
		say(line, timeoutMs) {
			type(line);
			return asked(timeoutMs);
		},
		interrupt: channel.interrupt,
		bytes: () => printed,
		ended: channel.ended,
		[Symbol.asyncDispose]: close,
	};
}

/** Nothing of whoever runs the tests but what programs and terraform need. */
function environment({ home, env }: ConversationOptions): Record<string, string> {
	const { HOME, PATH, TF_CLI_CONFIG_FILE } = process.env;
	const kept = Object.entries({ HOME, PATH, TF_CLI_CONFIG_FILE, TFE_WIZARD_HOME: home });
	return {
		...Object.fromEntries(kept.flatMap(([name, value]) => (value ? [[name, value]] : []))),
		...env,
	};
}
