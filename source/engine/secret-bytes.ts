import { inspect } from 'node:util';
import { SECRET_MASK } from './secret-registry.ts';

/**
 * Key material in memory: bytes that can be wiped and that are not printed by accident. Node.js may
 * already have copied them (garbage collection, strings), so wiping only limits how long they exist.
 */
export class SecretBytes {
	readonly #bytes: Buffer;
	#wiped = false;

	/** @param bytes Owned by this object from now on, not copied. */
	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}

	/** The number of bytes; 0 after wiping. */
	get length(): number {
		return this.#wiped ? 0 : this.#bytes.length;
	}

	/**
	 * Passes the bytes to `use`, which must not store them.
	 *
	 * @throws Error when they were already wiped (an internal error).
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
		return SECRET_MASK;
	}

	toJSON(): string {
		return SECRET_MASK;
	}

	[inspect.custom](): string {
		return SECRET_MASK;
	}
}
