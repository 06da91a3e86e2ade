import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** The sequences that a terminal sends for special keys. */
const sequences = {
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	pageUp: '\u001B[5~',
	pageDown: '\u001B[6~',
	delete: '\u001B[3~',
	backspace: '\u007F',
	enter: '\r',
	tab: '\t',
	shiftTab: '\u001B[Z',
	// Ink waits after a lone escape byte, which could start a sequence. This sequence is complete.
	escape: '\u001B[27u',
	f1: '\u001BOP',
	space: ' ',
	altEnter: '\u001B\r',
	ctrlLeft: '\u001B[1;5D',
	ctrlRight: '\u001B[1;5C',
	ctrlA: '\u0001',
	ctrlC: '\u0003',
	ctrlD: '\u0004',
	ctrlE: '\u0005',
	ctrlG: '\u0007',
	ctrlK: '\u000B',
	ctrlR: '\u0012',
	ctrlU: '\u0015',
	ctrlW: '\u0017',
	ctrlZ: '\u001A',
} as const;

export type FakeKeyName = keyof typeof sequences;

/** The bytes of a key, by name; any other text is returned unchanged. */
export const getKeyBytes = (key: string): string =>
	Object.hasOwn(sequences, key) ? sequences[key as FakeKeyName] : key;

/** Text as a terminal with bracketed paste sends it. */
export const toBracketedPaste = (text: string): string => `\u001B[200~${text}\u001B[201~`;

export class FakeStdin extends PassThrough {
	readonly isTTY = true;
	rawModes: boolean[] = [];

	setRawMode(mode: boolean): this {
		this.rawModes.push(mode);
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}
}

/** Records every frame. For Ink's debug mode, which writes complete frames. */
export class FakeStdout extends EventEmitter {
	readonly isTTY = true;
	readonly writable = true;
	columns: number;
	rows: number;
	readonly writes: string[] = [];
	/** Bytes that were written without Ink. */
	readonly painted: string[] = [];

	constructor(columns: number, rows: number) {
		super();
		this.setMaxListeners(50);
		this.columns = columns;
		this.rows = rows;
	}

	write(chunk: string | Buffer, ...rest: unknown[]): boolean {
		if (typeof chunk === 'string') this.writes.push(chunk);
		else this.painted.push(chunk.toString());
		const callback = rest.find((item) => typeof item === 'function');
		if (typeof callback === 'function') queueMicrotask(() => callback());
		this.emit('written');
		return true;
	}

	/** Writes that contain text, without those that only move the cursor or set modes. */
	frames(): string[] {
		return this.writes.filter((text) => stripVTControlCharacters(text) !== '');
	}

	resize(columns: number, rows: number): void {
		this.columns = columns;
		this.rows = rows;
		this.emit('resize');
	}
}
