import type { EngineEvent } from '../../engine/events.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import { type Context, createNote, getAnswerText, type Services } from '../services.ts';
import { describeStateLocation } from './backends.ts';
import { ensureStateBucket } from './ensure-state-bucket.ts';
import { moveState } from './move-state.ts';
import { stateLookups, stateQuestions, stateRules } from './questions.ts';

export const stateStep: Step<Services> = {
	id: 'state',
	title: 'State',
	summary: 'Creates or checks the state backend, and moves all Terraform state there.',
	needs: ['preflight', 'network', 'access'],
	questions: stateQuestions,
	rules: stateRules,
	lookups: stateLookups,
	intent: (answers) =>
		answers.state === 's3'
			? [
					'create or check the state bucket',
					'move the state of the existing stacks there, and verify it',
				]
			: ['move the state of the existing stacks there, and verify it'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const kind = getAnswerText(context, 'state');
	if (kind === 's3') yield* ensureStateBucket(context);
	if (kind === 'local') {
		yield createNote(
			context,
			'warning',
			`state is stored in local files in ${context.session.folders.workspace}: back them up, and restrict access to them`,
		);
	}
	for (const stack of context.services.stacks) yield* moveState(context, stack);
	const where = describeStateLocation(context);
	return { summary: `state is stored in ${where}`, outputs: { kind, where } };
}
