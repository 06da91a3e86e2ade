import type { TerraformEvent } from './messages.ts';

/**
 * By then AWS has answered the call that creates a resource, and the provider knows its id and
 * only waits on. Some look for what they made for some 6 s before they tell (launch templates).
 */
const ANSWERED_MS = 10_000;
/** What is done lets the next begin, within this time. */
const SETTLED_MS = 1_000;
/** How long to wait for a safe moment, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * What an apply has under way, and when it may be interrupted. Told to stop, the AWS provider
 * drops its calls at once: of a creation whose answer was still to come, nobody would know the
 * id, and no later run could take it up (seen with 5.100). So the young ones are waited for.
 */
export class InFlight {
	readonly #since = new Map<string, number>();
	#lastChange: number;

	/** @param begun When the watching began: what went before is told within the first second. */
	constructor(begun = Date.now()) {
		this.#lastChange = begun;
	}

	see(event: TerraformEvent, now = Date.now()): void {
		if (event.type !== 'resource' || event.action === 'read' || event.phase === 'progress') return;
		this.#lastChange = now;
		if (event.phase === 'started') this.#since.set(event.address, now);
		else this.#since.delete(event.address);
	}

	/** Whether an interrupt asked for at `asked` may be sent now. Times in ms since the epoch. */
	maySend(asked: number, now = Date.now()): boolean {
		if (now - asked >= PATIENCE_MS) return true;
		const youngest = Math.max(0, ...this.#since.values());
		return now - youngest >= ANSWERED_MS && now - this.#lastChange >= SETTLED_MS;
	}
}
