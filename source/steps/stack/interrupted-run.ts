import { toWizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { Context } from '../services.ts';
import { forwardTerraformEvents } from './forward-events.ts';
import { CreationTracker } from './interrupted-resources.ts';

/**
 * After a run was killed, its terraform process may still be running. This waits for it to finish
 * instead of racing it, so that the next plan contains only what is left to do.
 */
export async function* waitForInterruptedRun(
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
				`terraform ${record.label} from an earlier run is still running (process ${record.pid}); waiting until it finishes`,
			);
		}
		const creations = new CreationTracker();
		try {
			for await (const event of forwardTerraformEvents(context, stack, terraform.attach(record))) {
				// Resources that a dead process started to create are no longer in progress.
				if (alive || event.type !== 'resource') yield event;
				creations.see(event);
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
	const kept = yield* forwardTerraformEvents(context, stack, terraform.pushErroredState());
	if (kept === undefined) return;
	context.session.journal.write('state.pushed', { stack, kept });
	yield {
		type: 'note',
		step: context.step,
		level: 'warning',
		text: `pushed the unsaved state of an earlier run to its backend; a copy is in ${kept}`,
	};
}
