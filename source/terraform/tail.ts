import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TailOptions {
	/** True once nobody will write to the file any more. */
	ended(): boolean;
	/** Milliseconds between looks at a file that has not grown. */
	pollMs?: number;
	/** Bytes read at once. */
	chunkBytes?: number;
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
	{ ended, pollMs = 50, chunkBytes = 256 * 1024 }: TailOptions,
): AsyncGenerator<string[], void> {
	await using file = await open(path, 'r');
	const chunk = Buffer.allocUnsafe(chunkBytes);
	// Pieces of a line whose end has not been seen; joined once, so that 10 MB cost 10 MB.
	let pieces: Buffer[] = [];
	let position = 0;
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
		const fresh = chunk.subarray(0, bytesRead);
		const end = fresh.lastIndexOf(NEWLINE);
		if (end === -1) {
			pieces.push(Buffer.from(fresh));
			continue;
		}
		const whole = fresh.subarray(0, end);
		const text = pieces.length === 0 ? whole : Buffer.concat([...pieces, whole]);
		pieces = end + 1 < bytesRead ? [Buffer.from(fresh.subarray(end + 1))] : [];
		yield split(text.toString('utf8'));
	}
	if (pieces.length > 0) yield split(Buffer.concat(pieces).toString('utf8'));
}

/** Splits at newlines; a carriage return before one goes with it. */
function split(text: string): string[] {
	return text.includes('\r')
		? text.split(/\r?\n/).map((line) => line.replace(/\r$/, ''))
		: text.split('\n');
}
