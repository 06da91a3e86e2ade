import type { WizardError } from '../../engine/errors.ts';
import { stopsNow } from '../../engine/guide/asking.ts';
import type { DoneScreen, FailureScreen, RailStep, Screen } from '../../engine/guide/model.ts';
import type { Stop } from '../../engine/guide/stops.ts';
import type { Answers } from '../../engine/question.ts';
import type { SecretRegistry } from '../../engine/secrets.ts';
import { installedOf, type SessionRecord } from '../../engine/session/record.ts';
import type { Session } from '../../engine/session/session.ts';
import type { Target } from '../../targets/target.ts';
import { hasSucceeded } from '../standing.ts';
import type { Asker } from './asker.ts';
import { doneScreen } from './done-view.ts';
import { failureScreen } from './failure-view.ts';
import type { Memory } from './memory.ts';
import { askingRail, runningRail } from './rail.ts';
import type { RunEnd, Running } from './running.ts';

/** What a sitting is at. */
export type Phase =
	| { name: 'asking' }
	| { name: 'running'; run: Running }
	| { name: 'failure'; screen: FailureScreen; done: readonly string[] }
	| { name: 'done'; screen: DoneScreen };

/** Where a sitting goes on; a run that was under way has to be begun again. */
export function phaseOf(memory: Memory, record: SessionRecord): Phase {
	const { phase, failure, stepsDone, done, at } = memory;
	// Another run has been made since, without the guide: what it showed last is out of date.
	const since = Object.values(record.steps).some((step) => at !== undefined && step.at > at);
	if (since || (phase === 'done' && installedOf(record) === undefined)) return { name: 'asking' };
	if (phase === 'failure' && failure !== undefined)
		return { name: 'failure', screen: failure, done: stepsDone ?? [] };
	if (phase === 'done' && done !== undefined) return { name: 'done', screen: done };
	return { name: 'asking' };
}

/** What is kept of a phase, so that its screen comes back as it was. */
export function screenKept(phase: Phase): Partial<Memory> {
	if (phase.name === 'failure') return { failure: phase.screen, stepsDone: [...phase.done] };
	return phase.name === 'done' ? { done: phase.screen } : {};
}

export function screenOf<S>(phase: Phase, asker: Asker<S>): Screen {
	if (phase.name === 'asking') return asker.screen();
	return phase.name === 'running' ? phase.run.screen() : phase.screen;
}

interface Ended {
	target: Target;
	session: Session;
	run: Running;
	answers: Answers;
	/** As the command line has it. */
	home: string | undefined;
	/** The steps of a run of a part. */
	only?: readonly string[] | undefined;
}

/** What a run leads to: done, a failure to look at, or back to the answers as the person wished. */
export function phaseAfter(ended: Ended & { end: RunEnd }, secrets: SecretRegistry): Phase {
	const { target, end, run, session, home, only } = ended;
	if ('done' in end) {
		const screen = doneScreen({
			session,
			target,
			event: end.done,
			summaries: run.done,
			home,
			only,
		});
		return { name: 'done', screen: secrets.maskShown(screen) };
	}
	if (end.notNow) return { name: 'asking' };
	return failedPhase(
		{ ...ended, error: end.error, before: doneBefore(target, session, only) },
		secrets,
	);
}

/** @param failed What broke; without a run, something between two of them. */
export function failedPhase(
	failed: {
		target: Target;
		run?: Running;
		answers: Answers;
		error: WizardError;
		before?: readonly string[];
	},
	secrets: SecretRegistry,
): Phase {
	const { target, run, answers, error, before = [] } = failed;
	const { steps, catalogue } = target;
	const ended = run?.done ?? [];
	const done = ended.map(({ step }) => step);
	const screen = failureScreen({
		error,
		...(run?.step === undefined ? {} : { step: run.step }),
		diagnostics: run?.fold.snapshot().diagnostics ?? [],
		done: ended.map(({ title, text }) => `${title}: ${text}`),
		notDone: steps
			.filter(({ id }) => !done.includes(id) && !before.includes(id))
			.map(({ title }) => title),
		answers,
		catalogue,
	});
	const shown = secrets.maskShown(screen);
	// What a choice does is never shown, and must stay what it is.
	const choices = shown.choices.map((choice, nth) => ({
		...choice,
		value: screen.choices[nth]?.value ?? choice.value,
	}));
	return { name: 'failure', screen: { ...shown, choices }, done };
}

/** What a run of a part does not do again. */
export function doneBefore(
	{ steps }: Target,
	{ record }: Session,
	only: readonly string[] | undefined,
): string[] {
	if (only === undefined) return [];
	return steps.map(({ id }) => id).filter((id) => !only.includes(id) && hasSucceeded(record, id));
}

/**
 * Where the sitting is on the way from preflight to a finished installation.
 *
 * @param only The steps of a run of a part.
 */
export function railOf<S>(
	phase: Phase,
	{ asking, frame, stop }: Asker<S>,
	target: Target,
	session: Session,
	only: readonly string[] | undefined,
): RailStep[] {
	const { steps } = target;
	const before = doneBefore(target, session, only);
	switch (phase.name) {
		case 'asking':
			if (before.length === 0)
				return askingRail(steps, stopsNow(asking, frame), asking.passed, stop);
			return partRail(target, before, stop);
		case 'running': {
			const done = [...before, ...phase.run.done.map(({ step }) => step)];
			return runningRail(steps, done, phase.run.step?.id, false);
		}
		case 'failure':
			return runningRail(steps, [...before, ...phase.done], phase.screen.step, true);
		case 'done': {
			const done = steps.map(({ id }) => id).filter((id) => hasSucceeded(session.record, id));
			return runningRail(steps, done, undefined, false);
		}
	}
}

/** An answer of a step that is done may be asked for again. */
function partRail({ steps }: Target, before: readonly string[], stop: Stop): RailStep[] {
	const here = stop.kind === 'review' ? undefined : stop.step;
	return runningRail(
		steps,
		before.filter((id) => id !== here),
		here,
		false,
	);
}
