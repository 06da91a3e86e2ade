import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { TerraformEvent } from '../../terraform/messages.ts';
import type { Context } from '../services.ts';
import type { PlannedChange } from './groups.ts';

/**
 * How a creation of this session ended without being done. `cut`: AWS had taken the order, and
 * only the waiting for it was interrupted. `taken`: the same, and it was taken up again since.
 */
type Fate = 'failed' | 'cut' | 'taken';

/** What applies of this session began to create and did not get done, by address. */
export type HalfMade = Readonly<Record<string, Fate>>;

/** What the AWS provider says when it is stopped while it waits (seen with 5.100). */
const CUT_WHILE_WAITING = /^waiting for .*context canceled/is;

export function halfMade({ session }: Context, stack: string): HalfMade {
	return (session.record.notes[noteOf(stack)] ?? {}) as HalfMade;
}

/**
 * A change as it counts for approval. Nothing was built yet on what is half made, so that
 * completing it, or making it anew, is still the creation that was approved.
 */
export function asApproved(change: PlannedChange, begun: HalfMade): PlannedChange {
	const { address, action, reason } = change;
	const completes = action === 'update' || (action === 'replace' && reason === 'tainted');
	return completes && begun[address] !== undefined ? { ...change, action: 'create' } : change;
}

/** To be called when everything is as it should be: what is tainted later was not left by us. */
export function forgetHalfMade(context: Context, stack: string): void {
	if (Object.keys(halfMade(context, stack)).length > 0)
		context.session.note(noteOf(stack), undefined);
}

/**
 * Terraform marks what was cut off as tainted, and would destroy it and make it anew: a database
 * that AWS has gone on making, for one. The mark is taken off; the plan then shows what is left.
 *
 * @returns the addresses taken up, now or by a run that did not get to the end.
 */
export async function* takeUp(
	context: Context,
	stack: string,
	terraform: Terraform,
): AsyncGenerator<EngineEvent, string[]> {
	const begun = halfMade(context, stack);
	const cut = Object.keys(begun).filter((address) => begun[address] === 'cut');
	const earlier = Object.keys(begun).filter((address) => begun[address] === 'taken');
	if (cut.length === 0) return earlier;
	const known = new Set(await terraform.stateList());
	const taken = cut.filter((address) => known.has(address));
	for (const address of taken) await terraform.untaint(address);
	const fates = cut.map((address) => [address, known.has(address) ? 'taken' : 'failed']);
	context.session.note(noteOf(stack), { ...begun, ...Object.fromEntries(fates) });
	if (taken.length === 0) return earlier;
	const text = `taken up where the interrupted run left it: ${taken.join(', ')}`;
	yield { type: 'note', step: context.step, level: 'info', text };
	return [...earlier, ...taken];
}

/** Watches an apply for creations that end without being done. */
export class Creations {
	readonly #ended = new Map<string, 'done' | Fate>();

	see(event: TerraformEvent | EngineEvent): void {
		if (event.type === 'resource' && event.action === 'create') {
			const { address, phase } = event;
			if (phase === 'done' || phase === 'failed') this.#ended.set(address, phase);
		}
		if (event.type !== 'diagnostic') return;
		const { address, summary } = event.diagnostic;
		if (address !== undefined && this.#ended.get(address) === 'failed')
			if (CUT_WHILE_WAITING.test(summary)) this.#ended.set(address, 'cut');
	}

	/** Remembers what is half made after an apply that did not get everything done. */
	note(context: Context, stack: string): void {
		const before = halfMade(context, stack);
		const all = Object.entries({ ...before, ...Object.fromEntries(this.#ended) });
		const after = Object.fromEntries(all.filter(([, fate]) => fate !== 'done'));
		if (JSON.stringify(after) !== JSON.stringify(before))
			context.session.note(noteOf(stack), after);
	}
}

function noteOf(stack: string): string {
	return `half-made.${stack}`;
}
