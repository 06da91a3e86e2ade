import { asWizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { Context } from '../services.ts';
import { Creations } from './half-made.ts';
import { relay } from './relay.ts';

/**
 * A run that was killed leaves its terraform at work. It is followed to its end, never raced:
 * what it makes is then in the state, and the plan that follows finds only what is left.
 */
export async function* finishEarlierRun(
	context: Context,
	terraform: Terraform,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const note = (level: 'info' | 'warning', text: string): EngineEvent => ({
		type: 'note',
		step: context.step,
		level,
		text,
	});
	for (const { record, alive } of terraform.unfinished()) {
		if (alive) {
			yield note(
				'info',
				`terraform ${record.label} of an earlier run is still at work (process ${record.pid}); waiting for its end`,
			);
		}
		const creations = new Creations();
		try {
			for await (const event of relay(context, stack, terraform.attach(record))) {
				// What a dead process had begun is under way no more.
				if (alive || event.type !== 'resource') yield event;
				creations.see(event);
			}
			yield note('info', `terraform ${record.label} of the earlier run had come to its end`);
		} catch (thrown) {
			const error = asWizardError(thrown);
			creations.note(context, stack);
			if (error.fault === 'cancelled' && context.cancel.gentle.aborted) throw error;
			yield note(
				'warning',
				`terraform ${record.label} of the earlier run had failed or was cut off: ${error.message}`,
			);
		}
	}
}

/**
 * A state that an earlier run could not save holds what is nowhere else: it goes to its backend
 * before anything is planned. Terraform takes no older state and none of another lineage.
 */
export async function* pushErroredState(
	context: Context,
	terraform: Terraform,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const kept = yield* relay(context, stack, terraform.pushErroredState());
	if (kept === undefined) return;
	context.session.journal.write('state.pushed', { stack, kept });
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: `the state that an earlier run could not save is now where it belongs; it is also kept as ${kept}`,
	};
}
