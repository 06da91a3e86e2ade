import type { TerraformEvent } from './json-messages.ts';

/**
 * After this time AWS has answered the call that creates a resource, and the provider knows its ID
 * and only polls. Some resources are polled for about 6 s before the creation is reported (launch
 * templates).
 */
const ANSWERED_MS = 10_000;
/** When a resource completes, Terraform starts the next one within this time. */
const SETTLED_MS = 1_000;
/** The longest wait before an interrupt is sent anyway, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Tracks the operations of an apply and decides when it may be interrupted. On an interrupt the AWS
 * provider aborts its calls at once: if a creation is not answered yet, its ID is lost and no later
 * run can find the resource (seen with 5.100). So recent creations are waited for.
 */
export class InterruptTiming {
	readonly #since = new Map<string, number>();
	#lastChange: number;

	/** @param begun When watching started: earlier events are replayed within the first second. */
	constructor(begun = Date.now()) {
		this.#lastChange = begun;
	}

	see(event: TerraformEvent, now = Date.now()): void {
		if (event.type !== 'resource' || event.action === 'read' || event.phase === 'progress') return;
		this.#lastChange = now;
		if (event.phase === 'started') this.#since.set(event.address, now);
		else this.#since.delete(event.address);
	}

	/** Whether an interrupt requested at `asked` may be sent now. Times in ms since the epoch. */
	maySend(asked: number, now = Date.now()): boolean {
		if (now - asked >= PATIENCE_MS) return true;
		const youngest = Math.max(0, ...this.#since.values());
		return now - youngest >= ANSWERED_MS && now - this.#lastChange >= SETTLED_MS;
	}
}
