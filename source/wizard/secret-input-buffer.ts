import { SecretBytes } from '../engine/secret-bytes.ts';

/** Longer than any share or passphrase. */
const MOST_BYTES = 4096;

export interface TypedSecretOptions {
	/** `left-out` ignores blanks, because a share may be typed in groups. */
	blanks?: 'kept' | 'left-out';
}

/**
 * A secret being typed, in bytes that can be wiped. Single keys are unavoidably strings for a short
 * time, but the whole secret never is.
 */
export class SecretInputBuffer {
	readonly #bytes = Buffer.alloc(MOST_BYTES);
	readonly #blanks: boolean;
	#length = 0;

	constructor({ blanks = 'kept' }: TypedSecretOptions = {}) {
		this.#blanks = blanks === 'kept';
	}

	/** The number of characters, which is all that is shown. */
	get count(): number {
		let count = 0;
		for (let at = 0; at < this.#length; at++) if (!isContinuation(this.#bytes[at])) count++;
		return count;
	}

	/** Adds the text of a key or a paste without control characters and line breaks. */
	type(text: string): void {
		for (const character of text) this.#add(Buffer.from(character));
	}

	/** The same for bytes from a terminal; `bytes` are wiped. */
	typeBytes(bytes: Buffer): void {
		for (const byte of bytes) this.#add([byte]);
		bytes.fill(0);
	}

	backspace(): void {
		while (this.#length > 0) {
			this.#length -= 1;
			const last = this.#bytes[this.#length];
			this.#bytes[this.#length] = 0;
			if (!isContinuation(last)) return;
		}
	}

	clear(): void {
		this.#bytes.fill(0);
		this.#length = 0;
	}

	/** Returns what was typed and clears the input. */
	take(): SecretBytes {
		const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
		this.clear();
		return new SecretBytes(taken);
	}

	#add(character: ArrayLike<number>): void {
		const first = character[0] ?? 0;
		const left = first < 0x20 || first === 0x7f || (!this.#blanks && first === 0x20);
		if (left || this.#length + character.length > MOST_BYTES) return;
		for (let at = 0; at < character.length; at++) this.#bytes[this.#length++] = character[at] ?? 0;
	}
}

const isContinuation = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80;
