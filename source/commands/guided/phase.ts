import type { WizardError } from '../../engine/errors.ts';
import { stopsNow } from '../../engine/guide/asking.ts';
import type { DoneScreen, FailureScreen, RailStep } from '../../engine/guide/model.ts';
import type { Answers } from '../../engine/question.ts';
import type { SecretRegistry } from '../../engine/secrets.ts';
import type { Session } from '../../engine/session/session.ts';
import { ptfeAmi } from '../../targets/ptfe-ami/target.ts';
import type { Asker } from './asker.ts';
import { doneScreen } from './done-view.ts';
import { failureScreen } from './failure-view.ts';
import { askingRail, runningRail } from './rail.ts';
import type { RunEnd, Running } from './running.ts';

const { steps, catalogue } = ptfeAmi;

/** What a sitting is at. */
export type Phase =
	| { name: 'asking' }
	| { name: 'running'; run: Running }
	| { name: 'failure'; screen: FailureScreen; done: readonly string[] }
	| { name: 'done'; screen: DoneScreen };

interface Ended {
	session: Session;
	run: Running;
	answers: Answers;
	/** As the command line has it. */
	home: string | undefined;
}

/** What a run leads to: done, a failure to look at, or back to the answers as the person wished. */
export function phaseAfter(ended: Ended & { end: RunEnd }, secrets: SecretRegistry): Phase {
	const { end, run, session, home } = ended;
	if ('done' in end) {
		const screen = doneScreen({
			session,
			event: end.done,
			catalogue,
			summaries: run.done,
			home,
		});
		return { name: 'done', screen: secrets.maskDeep(screen) };
	}
	if (end.notNow) return { name: 'asking' };
	return failedPhase({ ...ended, error: end.error }, secrets);
}

/** @param failed What broke; without a run, something between two of them. */
export function failedPhase(
	failed: { run?: Running; answers: Answers; error: WizardError },
	secrets: SecretRegistry,
): Phase {
	const { run, answers, error } = failed;
	const ended = run?.done ?? [];
	const done = ended.map(({ step }) => step);
	const screen = failureScreen({
		error,
		...(run?.step === undefined ? {} : { step: run.step }),
		diagnostics: run?.fold.snapshot().diagnostics ?? [],
		done: ended.map(({ title, text }) => `${title}: ${text}`),
		notDone: steps.filter(({ id }) => !done.includes(id)).map(({ title }) => title),
		answers,
		catalogue,
	});
	return { name: 'failure', screen: secrets.maskDeep(screen), done };
}

/** Where the sitting is on the way from preflight to a finished installation. */
export function railOf<S>(phase: Phase, { asking, frame, stop }: Asker<S>): RailStep[] {
	switch (phase.name) {
		case 'asking':
			return askingRail(steps, stopsNow(asking, frame), asking.passed, stop);
		case 'running': {
			const done = phase.run.done.map(({ step }) => step);
			return runningRail(steps, done, phase.run.step?.id, false);
		}
		case 'failure':
			return runningRail(steps, phase.done, phase.screen.step, true);
		case 'done': {
			const all = steps.map(({ id }) => id);
			return runningRail(steps, all, undefined, false);
		}
	}
}
