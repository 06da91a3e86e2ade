import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../engine/limits.ts';

export interface TailOptions {
	/** True once nobody will write to the file any more. */
	ended(): boolean;
	/** Milliseconds between looks at a file that has not grown. */
	pollMs?: number;
	/** Bytes read at once. */
	chunkBytes?: number;
	/** Of a longer line only the start is kept. `limits.logLineBytes` unless given. */
	mostLineBytes?: number;
	/** Told of each line that was cut. */
	onCut?(bytes: number): void;
}

const NEWLINE = 0x0a;

/**
 * Follows a growing file from its start and yields its lines in batches, so that a large file
 * costs little per line. Ends when `ended()` holds and everything written has been read; a last
 * line without a newline is yielded too. Lines are cut at the byte 0x0A, which is never part of
 * another UTF-8 character, and decoded whole: a character on a chunk border stays in one piece.
 */
export async function* tailLines(
	path: string,
	{
		ended,
		pollMs = 50,
		chunkBytes = 256 * 1024,
		mostLineBytes = limits.logLineBytes,
		onCut = () => {},
	}: TailOptions,
): AsyncGenerator<string[], void> {
	await using file = await open(path, 'r');
	const chunk = Buffer.allocUnsafe(chunkBytes);
	// Pieces of a line whose end has not been seen; joined once, so that 10 MB cost 10 MB.
	let pieces: Buffer[] = [];
	let length = 0;
	let position = 0;
	// What is left of a line without an end: its start, so that memory stays bounded.
	const keep = (piece: Buffer): void => {
		if (piece.length === 0) return;
		length += piece.length;
		if (length <= mostLineBytes) pieces.push(Buffer.from(piece));
		else if (pieces.length > 0)
			pieces = [Buffer.from(Buffer.concat(pieces).subarray(0, limits.cutLineBytes))];
	};
	const cutLine = (last: Buffer): string => {
		onCut(length + last.length);
		const start = Buffer.concat([...pieces, last]).subarray(0, limits.cutLineBytes);
		const size = length + last.length;
		pieces = [];
		length = 0;
		return `${start.toString('utf8')}… (line of ${size} bytes, truncated)`;
	};
	for (;;) {
		// Asked before the read: what was written up to the end is then surely seen.
		const last = ended();
		const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
		if (bytesRead === 0) {
			if (last) break;
			await sleep(pollMs);
			continue;
		}
		position += bytesRead;
		let fresh = chunk.subarray(0, bytesRead);
		const first = fresh.indexOf(NEWLINE);
		if (first !== -1 && length + first > mostLineBytes) {
			yield [cutLine(fresh.subarray(0, first))];
			fresh = fresh.subarray(first + 1);
		}
		const end = fresh.lastIndexOf(NEWLINE);
		if (end === -1) {
			keep(fresh);
			continue;
		}
		const whole = fresh.subarray(0, end);
		const text = pieces.length === 0 ? whole : Buffer.concat([...pieces, whole]);
		pieces = [];
		length = 0;
		keep(fresh.subarray(end + 1));
		yield split(text.toString('utf8'));
	}
	if (length > mostLineBytes) yield [cutLine(Buffer.alloc(0))];
	else if (length > 0) yield split(Buffer.concat(pieces).toString('utf8'));
}

/** Splits at newlines; a carriage return before one goes with it. */
function split(text: string): string[] {
	return text.includes('\r')
		? text.split(/\r?\n/).map((line) => line.replace(/\r$/, ''))
		: text.split('\n');
}
