import { type FileHandle, open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** Of a file of any size, so much of its end is read. */
export const TAIL_BYTES = 64 * 1024;
/** Four times a second: as quick as one can read along. */
export const POLL_MS = 250;
const LINES = 200;
/** A longer line is cut: no terminal shows it anyway. */
const LINE_CHARACTERS = 2000;
const NEWLINE = 0x0a;

export interface LogTailOptions {
	/** Called when `lines` has changed. */
	onChange?: () => void;
	/** What a line reads like; undefined leaves it out. */
	readable?: (line: string) => string | undefined;
}

/**
 * The last lines of a file that grows. Bounded in memory and in what it reads, whatever the file
 * does: it may be missing, begin anew, be replaced, or grow by megabytes between two looks.
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
	/** In the middle of a line whose beginning was not read. */
	#inside = false;
	#timer: NodeJS.Timeout | undefined;
	#polling = false;

	constructor(path: string, options: LogTailOptions = {}) {
		this.#path = path;
		this.#onChange = options.onChange ?? (() => {});
		this.#readable = options.readable ?? ((line) => line);
	}

	/** The last lines so far, the newest last; one that is still being written is among them. */
	lines(): readonly string[] {
		const partial = this.#partial === '' ? undefined : this.#readable(this.#partial);
		return partial === undefined
			? this.#lines
			: [...this.#lines, partial.slice(0, LINE_CHARACTERS)];
	}

	start(): void {
		void this.poll();
		this.#timer ??= setInterval(() => void this.poll(), POLL_MS);
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	/** Looks once, unless a look is still under way. */
	async poll(): Promise<void> {
		if (this.#polling) return;
		this.#polling = true;
		try {
			await using file = await open(this.#path, 'r');
			if (await this.#follow(file)) this.#onChange();
		} catch {
			// Not there yet, or not to be read: the next look may find it.
		} finally {
			this.#polling = false;
		}
	}

	async #follow(file: FileHandle): Promise<boolean> {
		const { size, ino } = await file.stat();
		const anew = this.#inode !== undefined && (ino !== this.#inode || size < this.#position);
		this.#inode = ino;
		if (anew) this.#restartAt(0);
		if (size - this.#position > TAIL_BYTES) this.#restartAt(size - TAIL_BYTES);
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
		this.#partial = (parts.pop() ?? '').slice(0, TAIL_BYTES);
		// Only the last are kept, so only those are worth reading.
		const read = parts
			.slice(-LINES)
			.map((line) => this.#readable(line))
			.filter((line) => line !== undefined)
			.map((line) => line.slice(0, LINE_CHARACTERS));
		this.#lines = [...this.#lines, ...read].slice(-LINES);
	}
}
