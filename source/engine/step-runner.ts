import { toWizardError, WizardError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import type { Session } from './session/session.ts';
import { getResumeCommand } from './session/session-record.ts';
import type { CancellationSignals, Step, StepContext, StepOutputs, StepResult } from './step.ts';

interface RunStepsOptions<S> extends Omit<StepContext<S>, 'step' | 'outputs'> {
	steps: readonly Step<S>[];
	/** Stops before this step. */
	until?: string;
	/** Outputs of steps that are not part of this run, by step id. */
	earlier?: Readonly<Record<string, StepOutputs>>;
	/** Next commands to show at the end of the run. */
	next(done: readonly string[], outputs: Readonly<Record<string, StepOutputs>>): readonly string[];
}

/**
 * Runs the steps in order and emits events. Each step converges, so running a finished session again
 * checks everything and changes nothing. Known secrets are masked in events, but not in what the
 * session stores.
 *
 * @throws WizardError the error that stopped the run; the session records the progress.
 */
export async function* runSteps<S>(options: RunStepsOptions<S>): AsyncGenerator<EngineEvent> {
	for await (const event of stepByStep(options)) yield options.secrets.maskShown(event);
}

async function* stepByStep<S>(options: RunStepsOptions<S>): AsyncGenerator<EngineEvent> {
	const { session } = options;
	const steps = selectStepsBefore(options.steps, options.until);
	const startedAt = performance.now();
	yield {
		type: 'run.started',
		session: session.name,
		resumed: session.resumed,
		practice: session.record.practice,
		steps: steps.map((step) => step.id),
		until: options.until,
		folder: session.folders.root,
	};
	for (const text of session.warnings) yield { type: 'note', level: 'warning', text };
	const outputs: Record<string, StepOutputs> = { ...options.earlier };
	for (const step of steps) {
		throwIfCancelled(options.cancel, step.id, session);
		const result = yield* runStep(step, options, outputs);
		outputs[step.id] = result.outputs;
	}
	yield {
		type: 'run.done',
		session: session.name,
		until: options.until,
		outputs: flatten(outputs),
		seconds: secondsSince(startedAt),
		next: options.next(
			steps.map((step) => step.id),
			outputs,
		),
	};
}

/** Errors that stop a run without a failure: cancelled, or waiting for approval. */
const stoppedFaults = new Set<string>(['cancelled', 'refused']);

/** @throws WizardError `usage` when `until` names no step. */
export function selectStepsBefore<S>(
	steps: readonly Step<S>[],
	until: string | undefined,
): readonly Step<S>[] {
	if (until === undefined) return steps;
	const index = steps.findIndex((step) => step.id === until);
	if (index >= 0) return steps.slice(0, index);
	throw new WizardError('usage', {
		message: `Unknown step "${until}".`,
		expected: `one of ${steps.map((step) => step.id).join(', ')}`,
	});
}

async function* runStep<S>(
	step: Step<S>,
	options: RunStepsOptions<S>,
	outputs: Readonly<Record<string, StepOutputs>>,
): AsyncGenerator<EngineEvent, StepResult> {
	const { session } = options;
	const startedAt = performance.now();
	const context: StepContext<S> = { ...options, step: step.id, outputs };
	yield { type: 'step.started', step: step.id, title: step.title };
	session.changeStep(step.id, { state: 'running' });
	try {
		const already = await step.done?.(context);
		const result = already ?? (yield* step.run(context));
		const { summary, outputs: made } = result;
		const withheld =
			step.installs === true
				? session.installed(step.id, summary, made)
				: session.changeStep(step.id, { state: 'done', summary, outputs: made });
		for (const [name, secret] of Object.entries(withheld)) {
			const text = `the output ${name} of ${step.id} is not stored because it contains the value of ${secret}; choose another secret if possible`;
			yield { type: 'note', step: step.id, level: 'warning', text };
		}
		if (already !== undefined)
			yield { type: 'step.skipped', step: step.id, reason: already.summary };
		else
			yield {
				type: 'step.done',
				step: step.id,
				summary: result.summary,
				seconds: secondsSince(startedAt),
			};
		return result;
	} catch (thrown) {
		const error = toWizardError(thrown);
		try {
			session.changeStep(step.id, { state: stoppedFaults.has(error.fault) ? 'stopped' : 'failed' });
		} catch {
			// The original error must not be hidden, for example by a full disk.
		}
		yield { type: 'step.failed', step: step.id, seconds: secondsSince(startedAt) };
		throw error;
	}
}

function throwIfCancelled(cancel: CancellationSignals, step: string, session: Session): void {
	if (!cancel.gentle.aborted) return;
	throw new WizardError('cancelled', {
		message: `Stopped before ${step} as requested.`,
		next: [getResumeCommand(session)],
	});
}

function flatten(outputs: Readonly<Record<string, StepOutputs>>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(outputs).flatMap(([step, values]) =>
			Object.entries(values).map(([name, value]) => [`${step}.${name}`, value]),
		),
	);
}

function secondsSince(startedAt: number): number {
	return Math.round((performance.now() - startedAt) / 100) / 10;
}
