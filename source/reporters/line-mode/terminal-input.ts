import { createInterface, type Interface } from 'node:readline';
import { onFatalSignal } from '../../engine/fatal-signals.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import { SecretInputBuffer } from '../../wizard/secret-input-buffer.ts';

const keys = {
	interrupt: 0x03,
	end: 0x04,
	erase: 0x08,
	newLine: 0x0a,
	enter: 0x0d,
	kill: 0x15,
	suspend: 0x1a,
	escape: 0x1b,
	quit: 0x1c,
	delete: 0x7f,
};

/**
 * Reads typed input. For a secret, the echo of the terminal is switched off (raw mode), and the bytes
 * are collected here. A pipe has no echo, so all input is read as lines.
 */
export function openTerminalInput(
	stdin: NodeJS.ReadableStream,
	handlers: {
		line(line: string): void;
		secret(secret: SecretBytes): void;
		interrupt(): void;
		closed(): void;
	},
) {
	let lines: Interface | undefined;
	let stopSecrets: (() => void) | undefined;

	const toLines = () => {
		stopSecrets?.();
		stopSecrets = undefined;
		if (lines !== undefined) return;
		lines = createInterface({ input: stdin, terminal: false });
		lines.on('line', handlers.line);
		lines.on('close', handlers.closed);
	};
	const endLines = () => {
		lines?.removeAllListeners('line');
		lines?.removeListener('close', handlers.closed);
		lines?.close();
		lines = undefined;
	};
	return {
		/** Reads lines from the terminal, or secrets without echo. */
		setMode(to: 'lines' | 'secrets') {
			if (to === 'lines' || !isTerminal(stdin)) return toLines();
			if (stopSecrets !== undefined) return;
			endLines();
			stopSecrets = collect(stdin, handlers);
		},
		/**
		 * Restores the terminal mode while another program uses the terminal.
		 *
		 * @returns A function that sets the previous mode again.
		 */
		lend() {
			if (stopSecrets === undefined || !isTerminal(stdin)) return () => {};
			stdin.setRawMode(false);
			return () => {
				if (stopSecrets !== undefined) stdin.setRawMode(true);
			};
		},
		end() {
			stopSecrets?.();
			stopSecrets = undefined;
			endLines();
			stdin.pause();
		},
	};
}

const isTerminal = (stdin: NodeJS.ReadableStream): stdin is NodeJS.ReadStream =>
	'isTTY' in stdin && stdin.isTTY === true && 'setRawMode' in stdin;

function collect(
	stdin: NodeJS.ReadStream,
	handlers: { secret(secret: SecretBytes): void; interrupt(): void; closed(): void },
): () => void {
	const input = new SecretInputBuffer();
	let over = false;
	const take = (byte: number) => {
		if (byte === keys.enter || byte === keys.newLine) handlers.secret(input.take());
		else if (byte === keys.interrupt) handlers.interrupt();
		// In raw mode, the terminal does not handle these keys itself.
		else if (byte === keys.suspend) process.kill(process.pid, 'SIGTSTP');
		else if (byte === keys.quit) process.kill(process.pid, 'SIGQUIT');
		else if (byte === keys.end && input.count === 0) handlers.closed();
		else if (byte === keys.erase || byte === keys.delete) input.backspace();
		else if (byte === keys.kill) input.clear();
		else input.typeBytes(Buffer.from([byte]));
	};
	const onData = (chunk: Buffer) => {
		// An arrow key or another key without a character.
		const isKey = chunk[0] === keys.escape;
		// Input after the end of a secret is dropped: it might be another secret.
		for (const byte of isKey ? [] : chunk) if (!over) take(byte);
		chunk.fill(0);
	};
	const onEnd = () => handlers.closed();
	stdin.setRawMode(true);
	const endSignals = onFatalSignal(() => stdin.setRawMode(false));
	stdin.on('data', onData);
	stdin.on('end', onEnd);
	stdin.resume();
	return () => {
		over = true;
		endSignals();
		input.clear();
		stdin.removeListener('data', onData);
		stdin.removeListener('end', onEnd);
		stdin.setRawMode(false);
	};
}

/** Longest wait for the effect of a line before the next line is passed on. */
const PATIENCE_MS = 2000;

/**
 * Queue of typed lines. Lines from a terminal are passed on immediately. Lines from a pipe arrive all
 * at once, and are passed on one at a time, each when there is a prompt.
 */
export function createLineQueue(options: {
	atOnce: boolean;
	ready: () => boolean;
	handleLine: (line: string) => void;
	closed: () => void;
}) {
	const { atOnce, ready, handleLine, closed } = options;
	const waiting: string[] = [];
	let open = true;
	let reported = false;
	let handling = false;
	let pause: NodeJS.Timeout | undefined;

	const look = () => {
		// Handling a line may change something and call this function again.
		if (handling) return;
		handling = true;
		while (waiting.length > 0 && (atOnce || (pause === undefined && ready())))
			handleLine(waiting.shift() ?? '');
		handling = false;
		if (open || reported || waiting.length > 0 || pause !== undefined) return;
		reported = true;
		closed();
	};
	const resume = () => {
		clearTimeout(pause);
		pause = undefined;
		look();
	};
	return {
		add(line: string) {
			waiting.push(line);
			look();
		},
		/** No more lines follow. */
		close() {
			open = false;
			look();
		},
		/** Something has changed: checks whether the next line can be passed on. */
		look: resume,
		/** A line has started something; the next line waits for its result. */
		await() {
			if (atOnce) return;
			clearTimeout(pause);
			pause = setTimeout(resume, PATIENCE_MS);
		},
		end: () => clearTimeout(pause),
	};
}
