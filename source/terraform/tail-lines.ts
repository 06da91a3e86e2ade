import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../engine/limits.ts';

interface TailOptions {
	/** True when no more data will be written to the file. */
	ended(): boolean;
	/** Milliseconds between polls of a file that has not grown. */
	pollMs?: number;
	/** Bytes read at once. */
	chunkBytes?: number;
	/** Longer lines are truncated. Default: `limits.logLineBytes`. */
	mostLineBytes?: number;
	/** Called for each truncated line. */
	onCut?(bytes: number): void;
}

const NEWLINE = 0x0a;

/**
 * Follows a growing file from its start and yields its lines in batches, so that large files are
 * read efficiently. Ends when `ended()` is true and everything written has been read; a last line
 * without a newline is yielded too. Lines are split at the byte 0x0A, which is never part of
 * another UTF-8 character, and decoded whole, so characters on a chunk border stay intact.
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
	// Pieces of an incomplete line; joined once, so that 10 MB cost 10 MB.
	let pieces: Buffer[] = [];
	let length = 0;
	let position = 0;
	// Keeps only the start of an oversized line, so that memory stays bounded.
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
		// Checked before the read, so that everything written before the end is read.
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

/** Splits at newlines and removes carriage returns before them. */
function split(text: string): string[] {
	return text.includes('\r')
		? text.split(/\r?\n/).map((line) => line.replace(/\r$/, ''))
		: text.split('\n');
}
