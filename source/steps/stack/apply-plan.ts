import { rmSync } from 'node:fs';
import type { EngineEvent } from '../../engine/events.ts';
import type { StepOutputs } from '../../engine/step.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { Context } from '../services.ts';
import { createCommandStartedEvent } from './command-event.ts';
import { forwardTerraformEvents } from './forward-events.ts';
import { CreationTracker, clearInterruptedResources } from './interrupted-resources.ts';
import type { ApprovedPlan } from './plan-stack.ts';

/** Applies exactly this plan and returns the non-sensitive outputs that terraform reports. */
export async function* applyPlan(
	context: Context,
	stack: string,
	terraform: Terraform,
	plan: ApprovedPlan,
): AsyncGenerator<EngineEvent, StepOutputs | undefined> {
	const { session, step } = context;
	session.journal.write('apply', { stack, counts: plan.counts, approve: context.approve });
	yield createCommandStartedEvent(context, terraform, 'apply');
	const creations = new CreationTracker();
	try {
		const outcome = yield* forwardTerraformEvents(
			context,
			stack,
			terraform.apply(plan.file),
			(event) => creations.see(event),
		);
		clearInterruptedResources(context, stack);
		const { add = 0, change = 0, remove = 0 } = outcome.summary ?? {};
		session.journal.write('applied', { stack, add, change, remove });
		yield {
			type: 'note',
			step,
			level: 'info',
			text: `applied: ${add} created, ${change} changed, ${remove} destroyed`,
			log: outcome.log,
		};
		if (outcome.outputs === undefined) return undefined;
		return Object.fromEntries(
			Object.entries(outcome.outputs).flatMap(([name, output]) =>
				output.sensitive ? [] : [[name, output.value]],
			),
		);
	} catch (thrown) {
		creations.note(context, stack);
		throw thrown;
	} finally {
		// A plan file contains the state and every variable, and is stale after any apply.
		rmSync(plan.file, { force: true });
	}
}
