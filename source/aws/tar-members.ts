const BLOCK = 512;
/** Longer than any path, and small enough for memory. */
const LONGEST_NAME = 64 * 1024;

/**
 * Yields the member names of a tar archive while it is streamed; file contents are skipped.
 * Supports the names of POSIX (ustar, pax) and GNU tar.
 *
 * @throws Error if it is not a tar archive, or is truncated.
 */
export async function* readTarMemberNames(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
	const from = new Taker(bytes);
	let longName: string | undefined;
	for (;;) {
		const header = await from.take(BLOCK);
		if (header.every((byte) => byte === 0)) return;
		assertHeader(header);
		const size = sizeIn(header);
		const padded = Math.ceil(size / BLOCK) * BLOCK;
		const type = String.fromCharCode(header[156] ?? 0);
		if (type === 'L' || type === 'x') {
			if (size > LONGEST_NAME) throw new Error('it contains a file name that is too long');
			const body = (await from.take(padded)).subarray(0, size).toString('utf8');
			longName = type === 'L' ? body.replace(/\0.*$/s, '') : (paxPath(body) ?? longName);
			continue;
		}
		await from.skip(padded);
		if (type === 'g' || type === 'K') continue;
		yield longName ?? nameIn(header);
		longName = undefined;
	}
}

/** `LENGTH path=VALUE` on a line of its own (POSIX.1-2001, pax). */
const paxPath = (body: string) => /^\d+ path=(.*)$/m.exec(body)?.[1];

function textIn(header: Buffer, from: number, to: number): string {
	const field = header.subarray(from, to);
	const end = field.indexOf(0);
	return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
}

function nameIn(header: Buffer): string {
	const name = textIn(header, 0, 100);
	// GNU uses the field of the POSIX directory prefix for other data.
	const prefix = textIn(header, 257, 263) === 'ustar' ? textIn(header, 345, 500) : '';
	return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal, or a big-endian number behind a set bit (GNU, from 8 GiB on). */
function sizeIn(header: Buffer): number {
	if (((header[124] ?? 0) & 0x80) !== 0) return header.readUIntBE(130, 6);
	return Number.parseInt(textIn(header, 124, 136).trim() || '0', 8);
}

function assertHeader(header: Buffer): void {
	let sum = 0;
	// The checksum field itself is summed as spaces.
	for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
	if (Number.parseInt(textIn(header, 148, 156).trim(), 8) !== sum)
		throw new Error('it is not a tar archive');
}

class Taker {
	readonly #bytes: AsyncIterator<Buffer>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(bytes: AsyncIterable<Buffer>) {
		this.#bytes = bytes[Symbol.asyncIterator]();
	}

	async take(length: number): Promise<Buffer> {
		const pieces: Buffer[] = [];
		for (let left = length; left > 0; ) {
			const piece = await this.#upTo(left);
			pieces.push(piece);
			left -= piece.length;
		}
		return Buffer.concat(pieces);
	}

	async skip(length: number): Promise<void> {
		for (let left = length; left > 0; ) left -= (await this.#upTo(left)).length;
	}

	async #upTo(most: number): Promise<Buffer> {
		while (this.#rest.length === 0) {
			const { done, value } = await this.#bytes.next();
			if (done === true) throw new Error('it is truncated');
			this.#rest = value;
		}
		const piece = this.#rest.subarray(0, most);
		this.#rest = this.#rest.subarray(piece.length);
		return piece;
	}
}
