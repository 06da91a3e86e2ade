import { toWizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { PlannedChange } from '../../terraform/json-messages.ts';
import { type Context, createNoteEvent } from '../step-context.ts';

/**
 * After a run was killed, its terraform process may still be running. This waits for it to finish
 * instead of racing it, so that the next plan contains only what is left to do.
 */
export async function* waitForInterruptedRun(
	context: Context,
	terraform: Terraform,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const note = (level: 'info' | 'warning', text: string) => createNoteEvent(context, level, text);
	for (const { record, alive } of terraform.unfinished()) {
		if (alive) {
			yield note(
				'info',
				`terraform ${record.label} from an earlier run is still running (process ${record.pid}); waiting until it finishes`,
			);
		}
		const creations = new CreationTracker();
		try {
			for await (const event of creations.watch(terraform.attach(record))) {
				// Resources that a dead process started to create are no longer in progress.
				if (alive || event.type !== 'resource') yield event;
			}
			yield note('info', `terraform ${record.label} from the earlier run finished`);
		} catch (thrown) {
			const error = toWizardError(thrown);
			creations.note(context, stack);
			if (error.fault === 'cancelled' && context.cancel.gentle.aborted) throw error;
			yield note(
				'warning',
				`terraform ${record.label} from the earlier run failed or was interrupted: ${error.message}`,
			);
		}
	}
}

/**
 * A state that an earlier run could not save is the only record of its resources, so it is pushed to
 * the backend before planning. Terraform rejects older states and other lineages.
 */
export async function* pushErroredState(
	context: Context,
	terraform: Terraform,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const kept = yield* terraform.pushErroredState();
	if (kept === undefined) return;
	context.session.journal.write('state.pushed', { stack, kept });
	const text = `pushed the unsaved state of an earlier run to its backend; a copy is in ${kept}`;
	yield createNoteEvent(context, 'warning', text);
}

/**
 * How an incomplete creation of this session ended. `cut`: AWS accepted the request, and only the
 * wait for it was interrupted. `taken`: the same, and a later run resumed it.
 */
type CreationOutcome = 'failed' | 'cut' | 'taken';

/** Resources that applies of this session started but did not finish creating, by address. */
export type InterruptedResources = Readonly<Record<string, CreationOutcome>>;

/** The error of the AWS provider when it is stopped while waiting (seen with 5.100). */
const CUT_WHILE_WAITING = /^waiting for .*context canceled/is;

export function getInterruptedResources({ session }: Context, stack: string): InterruptedResources {
	return (session.record.notes[getNoteKey(stack)] ?? {}) as InterruptedResources;
}

/**
 * A change as it is treated for approval. Nothing depends on an incomplete resource yet, so
 * completing or replacing it is still the creation that was approved.
 */
export function treatCompletionAsCreate(
	change: PlannedChange,
	interrupted: InterruptedResources,
): PlannedChange {
	const { address, action, reason } = change;
	const completes = action === 'update' || (action === 'replace' && reason === 'tainted');
	return completes && interrupted[address] !== undefined ? { ...change, action: 'create' } : change;
}

/** Call when the stack is complete: resources tainted later were not left by this session. */
export function clearInterruptedResources(context: Context, stack: string): void {
	if (Object.keys(getInterruptedResources(context, stack)).length > 0)
		context.session.note(getNoteKey(stack), undefined);
}

/**
 * Terraform marks interrupted resources as tainted and would replace them, even a database that AWS
 * finished creating. This untaints them, so that the plan shows only what is left to do.
 *
 * @returns the resumed addresses, from this run or an earlier incomplete run.
 */
export async function* untaintInterruptedResources(
	context: Context,
	stack: string,
	terraform: Terraform,
): AsyncGenerator<EngineEvent, string[]> {
	const interrupted = getInterruptedResources(context, stack);
	const cut = Object.keys(interrupted).filter((address) => interrupted[address] === 'cut');
	const earlier = Object.keys(interrupted).filter((address) => interrupted[address] === 'taken');
	if (cut.length === 0) return earlier;
	const known = new Set(await terraform.stateList());
	const taken = cut.filter((address) => known.has(address));
	for (const address of taken) await terraform.untaint(address);
	const fates = cut.map((address) => [address, known.has(address) ? 'taken' : 'failed']);
	context.session.note(getNoteKey(stack), { ...interrupted, ...Object.fromEntries(fates) });
	if (taken.length === 0) return earlier;
	const text = `resuming after the interrupted run: ${taken.join(', ')}`;
	yield createNoteEvent(context, 'info', text);
	return [...earlier, ...taken];
}

/** Tracks which creations of an apply did not finish. */
export class CreationTracker {
	readonly #ended = new Map<string, 'done' | CreationOutcome>();

	/** Passes the events of an apply on, and sees each first. */
	async *watch<R>(events: AsyncGenerator<EngineEvent, R>): AsyncGenerator<EngineEvent, R> {
		for (;;) {
			const { value, done } = await events.next();
			if (done) return value;
			this.see(value);
			yield value;
		}
	}

	see(event: EngineEvent): void {
		if (event.type === 'resource' && event.action === 'create') {
			const { address, phase } = event;
			if (phase === 'done' || phase === 'failed') this.#ended.set(address, phase);
		}
		if (event.type !== 'diagnostic') return;
		const { address, summary } = event.diagnostic;
		if (address !== undefined && this.#ended.get(address) === 'failed')
			if (CUT_WHILE_WAITING.test(summary)) this.#ended.set(address, 'cut');
	}

	/** Stores the incomplete resources in the session after an incomplete apply. */
	note(context: Context, stack: string): void {
		const before = getInterruptedResources(context, stack);
		const all = Object.entries({ ...before, ...Object.fromEntries(this.#ended) });
		const after = Object.fromEntries(all.filter(([, fate]) => fate !== 'done'));
		if (JSON.stringify(after) !== JSON.stringify(before))
			context.session.note(getNoteKey(stack), after);
	}
}

function getNoteKey(stack: string): string {
	return `half-made.${stack}`;
}
