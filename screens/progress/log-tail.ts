import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { useEffect, useMemo, useSyncExternalStore } from 'react';

/** Bytes read from the end of a file of any size. */
export const MAX_TAIL_BYTES = 64 * 1024;
/** Four times a second, about as fast as one can read. */
export const POLL_INTERVAL_MS = 250;
const LINES = 200;
/** Longer lines are cut; no terminal shows them anyway. */
const LINE_CHARACTERS = 2000;
const NEWLINE = 0x0a;

interface LogTailOptions {
	onChange?: () => void;
	/** Formats a line; undefined omits it. */
	readable?: (line: string) => string | undefined;
}

/**
 * The last lines of a growing file, with bounded memory and reads. The file can be missing,
 * truncated, replaced, or grow by megabytes between two polls.
 */
export class LogTail {
	readonly #path: string;
	readonly #onChange: () => void;
	readonly #readable: (line: string) => string | undefined;
	#lines: string[] = [];
	#partial = '';
	#decoder = new StringDecoder('utf8');
	#position = 0;
	#inode: number | undefined;
	/** Inside a line whose start was not read. */
	#inside = false;
	#timer: NodeJS.Timeout | undefined;
	#polling = false;

	constructor(path: string, options: LogTailOptions = {}) {
		this.#path = path;
		this.#onChange = options.onChange ?? (() => {});
		this.#readable = options.readable ?? ((line) => line);
	}

	/** The last lines, newest last, including an incomplete one. */
	lines(): readonly string[] {
		const partial = this.#partial === '' ? undefined : this.#readable(this.#partial);
		return partial === undefined
			? this.#lines
			: [...this.#lines, partial.slice(0, LINE_CHARACTERS)];
	}

	start(): void {
		void this.poll();
		this.#timer ??= setInterval(() => void this.poll(), POLL_INTERVAL_MS);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	/** Polls once, unless a poll is still running. */
	async poll(): Promise<void> {
		if (this.#polling) return;
		this.#polling = true;
		try {
			await using file = await open(this.#path, 'r');
			if (await this.#follow(file)) this.#onChange();
		} catch {
			// The file does not exist yet or is not readable; the next poll tries again.
		} finally {
			this.#polling = false;
		}
	}

	async #follow(file: FileHandle): Promise<boolean> {
		const { size, ino } = await file.stat();
		const anew = this.#inode !== undefined && (ino !== this.#inode || size < this.#position);
		this.#inode = ino;
		if (anew) this.#restartAt(0);
		if (size - this.#position > MAX_TAIL_BYTES) this.#restartAt(size - MAX_TAIL_BYTES);
		const wanted = size - this.#position;
		if (wanted <= 0) return anew;
		const { buffer, bytesRead } = await file.read(
			Buffer.alloc(wanted),
			...[0, wanted, this.#position],
		);
		this.#position += bytesRead;
		this.#take(buffer.subarray(0, bytesRead));
		return true;
	}

	#restartAt(position: number): void {
		this.#lines = [];
		this.#partial = '';
		this.#decoder = new StringDecoder('utf8');
		this.#position = position;
		this.#inside = position > 0;
	}

	#take(bytes: Buffer): void {
		let rest = bytes;
		if (this.#inside) {
			const end = bytes.indexOf(NEWLINE);
			if (end === -1) return;
			rest = bytes.subarray(end + 1);
			this.#inside = false;
		}
		const parts = (this.#partial + this.#decoder.write(rest)).split('\n');
		this.#partial = (parts.pop() ?? '').slice(0, MAX_TAIL_BYTES);
		// Formats only the lines that are kept.
		const read = parts
			.slice(-LINES)
			.map((line) => this.#readable(line))
			.filter((line) => line !== undefined)
			.map((line) => line.slice(0, LINE_CHARACTERS));
		this.#lines = [...this.#lines, ...read].slice(-LINES);
	}
}

/** Message types that contain only addresses, ids, counts and times. */
const HARMLESS =
	/^(version|(apply|refresh)_\w+|planned_change|resource_drift|change_summary|init_output|state_lock_\w+)$/;

const LEFT_OUT = '(line omitted: the log is masked when the command ends)';

/**
 * The text of a line of Terraform's JSON log; undefined while the line is incomplete. The log is
 * not masked while the command runs, so free text is omitted: errors arrive, masked, as
 * diagnostics.
 */
export function formatLogLine(line: string): string | undefined {
	const text = line.trim();
	if (text === '') return undefined;
	if (!text.startsWith('{')) return LEFT_OUT;
	try {
		const { type, '@message': said } = JSON.parse(text) as Record<string, unknown>;
		if (type === 'diagnostic') return undefined;
		const harmless = typeof type === 'string' && HARMLESS.test(type);
		return harmless && typeof said === 'string' ? said : LEFT_OUT;
	} catch {
		return undefined;
	}
}

const NONE: readonly string[] = [];

/** The last lines of a log while a path is given; reads nothing otherwise. */
export function useLogTail(path: string | undefined): readonly string[] {
	const store = useMemo(() => tailStore(path), [path]);
	useEffect(() => store.start(), [store]);
	return useSyncExternalStore(store.subscribe, store.lines);
}

function tailStore(path: string | undefined) {
	const listeners = new Set<() => void>();
	let lines = NONE;
	const tail =
		path === undefined
			? undefined
			: new LogTail(path, {
					readable: formatLogLine,
					onChange() {
						lines = tail?.lines() ?? NONE;
						for (const listener of [...listeners]) listener();
					},
				});
	return {
		start() {
			tail?.start();
			return () => tail?.stop();
		},
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		lines: () => lines,
	};
}
