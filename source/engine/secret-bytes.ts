import { inspect } from 'node:util';
import { MASK } from './secrets.ts';

/**
 * Key material in memory: bytes that can be wiped, and that show themselves to nobody by accident.
 * Node may have copied them before (garbage collection, strings of others): wiping makes the time
 * they are there short, and promises no more.
 */
export class SecretBytes {
	readonly #bytes: Buffer;
	#wiped = false;

	/** @param bytes Taken over, not copied: the caller keeps nothing. */
	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	/** The number of bytes; 0 once wiped. */
	get length(): number {
		return this.#wiped ? 0 : this.#bytes.length;
	}

	/**
	 * Lends the bytes to `use`, which must not keep them.
	 *
	 * @throws Error when they were wiped already: a fault of ours.
	 */
	use<T>(use: (bytes: Buffer) => T): T {
		if (this.#wiped) throw new Error('a secret was used after it was wiped');
		return use(this.#bytes);
	}

	equals(other: SecretBytes): boolean {
		return this.use((mine) => other.use((theirs) => mine.equals(theirs)));
	}

	wipe(): void {
		this.#bytes.fill(0);
		this.#wiped = true;
	}

	toString(): string {
		return MASK;
	}

	toJSON(): string {
		return MASK;
	}

	[inspect.custom](): string {
		return MASK;
	}
}
