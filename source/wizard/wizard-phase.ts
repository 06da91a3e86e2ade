import { findSecretsInAnswers } from '../engine/answers/find-registered-secrets.ts';
import type { WizardError } from '../engine/errors.ts';
import type { Answers } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { Session } from '../engine/session/session.ts';
import { getInstallationRecord, type SessionRecord } from '../engine/session/session-record.ts';
import { hasStepEverCompleted } from '../runs/session-status.ts';
import type { Target } from '../targets/target.ts';
import { emptyInterview, getPages, type InterviewState, type Page } from './interview.ts';
import type { QuestionFlow } from './question-flow.ts';
import {
	createDoneScreenAndWriteAnswers,
	createFailureScreen,
	type ResultScreenContext,
} from './result-screens.ts';
import type { RunController, RunResult } from './run-controller.ts';
import type { DoneScreen, FailureScreen, StepperStep } from './wizard-view-model.ts';

/** Phase of a wizard session. */
export type WizardPhase =
	| { name: 'asking' }
	| { name: 'running'; run: RunController }
	| { name: 'failure'; screen: FailureScreen; done: readonly string[] }
	| { name: 'done'; screen: DoneScreen };

/** Restores the phase from the stored state. An interrupted run has to be started again. */
export function restorePhase(state: StoredWizardState, record: SessionRecord): WizardPhase {
	const { phase, failure, stepsDone, done, at } = state;
	// A later run without the wizard makes the stored screen outdated.
	const since = Object.values(record.steps).some((step) => at !== undefined && step.at > at);
	if (since || (phase === 'done' && getInstallationRecord(record) === undefined))
		return { name: 'asking' };
	if (phase === 'failure' && failure !== undefined)
		return { name: 'failure', screen: failure, done: stepsDone ?? [] };
	if (phase === 'done' && done !== undefined) return { name: 'done', screen: done };
	return { name: 'asking' };
}

/** The phase after a run: done, failed, or back to the answers if the plan was cancelled. */
export function createPhaseAfterRun(
	run: RunController,
	result: RunResult,
	options: ResultScreenContext,
): WizardPhase {
	if ('done' in result)
		return { name: 'done', screen: createDoneScreenAndWriteAnswers(run, result.done, options) };
	if (result.notNow) return { name: 'asking' };
	const { target, session, only } = options;
	return createFailurePhase(result.error, options, run, findStepsDoneBefore(target, session, only));
}

/** @param run Undefined if the error occurred between two runs. */
export function createFailurePhase(
	error: WizardError,
	options: ResultScreenContext,
	run?: RunController,
	before: readonly string[] = [],
): WizardPhase {
	const screen = createFailureScreen(error, options, run, before);
	return { name: 'failure', screen, done: run?.done.map(({ step }) => step) ?? [] };
}

/** Succeeded steps that a run of some steps does not repeat. */
function findStepsDoneBefore(
	{ steps }: Target,
	{ record }: Session,
	onlySteps: readonly string[] | undefined,
): string[] {
	if (onlySteps === undefined) return [];
	return steps
		.map(({ id }) => id)
		.filter((id) => !onlySteps.includes(id) && hasStepEverCompleted(record, id));
}

/**
 * Creates the stepper from preflight to a finished installation.
 *
 * @param onlySteps Steps of a run that is limited to some steps.
 */
export function createStepper<S>(
	phase: WizardPhase,
	{ interview, interviewContext, currentPage }: QuestionFlow<S>,
	target: Target,
	session: Session,
	onlySteps: readonly string[] | undefined,
): StepperStep[] {
	const { steps } = target;
	const before = findStepsDoneBefore(target, session, onlySteps);
	switch (phase.name) {
		case 'asking': {
			if (before.length === 0)
				return createQuestionStepper(
					steps,
					getPages(interview, interviewContext),
					interview.passed,
					currentPage,
				);
			// A finished step is current again while one of its questions is asked.
			const here = currentPage.kind === 'review' ? undefined : currentPage.step;
			const done = before.filter((id) => id !== here);
			return createRunStepper(steps, done, here);
		}
		case 'running': {
			const done = [...before, ...phase.run.done.map(({ step }) => step)];
			return createRunStepper(steps, done, phase.run.step?.id);
		}
		case 'failure':
			return createRunStepper(steps, [...before, ...phase.done], phase.screen.step, 'failed');
		case 'done': {
			const done = steps
				.map(({ id }) => id)
				.filter((id) => hasStepEverCompleted(session.record, id));
			return createRunStepper(steps, done, undefined);
		}
	}
}

type Titled = readonly { id: string; title: string }[];

/** Stepper during the questions: a step is done once all its pages are confirmed. */
export function createQuestionStepper(
	steps: Titled,
	pages: readonly Page[],
	passed: readonly string[],
	currentPage: Page,
): StepperStep[] {
	// The first step without questions, the installation itself, starts at the review.
	const asks = (id: string) => pages.some((stop) => stop.kind !== 'review' && stop.step === id);
	const current =
		currentPage.kind === 'review' ? steps.find(({ id }) => !asks(id))?.id : currentPage.step;
	const at = steps.findIndex(({ id }) => id === current);
	return steps.map(({ id, title }, nth): StepperStep => {
		const own = pages.filter((stop) => stop.kind !== 'review' && stop.step === id);
		// At the review, later steps are answered but not done.
		const toCome = currentPage.kind === 'review' && nth > at;
		const done = !toCome && own.length > 0 && own.every((stop) => passed.includes(stop.id));
		return { id, title, state: id === current ? 'current' : done ? 'done' : 'open' };
	});
}

/** Stepper during and after a run. */
function createRunStepper(
	steps: Titled,
	done: readonly string[],
	current: string | undefined,
	currentState: 'current' | 'failed' = 'current',
): StepperStep[] {
	return steps.map(({ id, title }): StepperStep => {
		const here = id === current && !done.includes(id);
		const state = here ? currentState : done.includes(id) ? 'done' : 'open';
		return { id, title, state };
	});
}

/** State of the wizard stored in the session, so that the next run shows the same screen. */
export interface StoredWizardState {
	asking: InterviewState;
	/** ISO time of writing; if a step ran later, the stored screen is outdated. */
	at?: string;
	/** `running`: the run was started and resumes automatically, up to the next plan. */
	phase: 'asking' | 'running' | 'failure' | 'done';
	failure?: FailureScreen;
	/** Steps that were done before the failure. */
	stepsDone?: readonly string[];
	done?: DoneScreen;
}

const NOTE = 'guide';

/** Loads the stored state; undefined if the wizard has not used this session. */
export function loadWizardState(session: Session): StoredWizardState | undefined {
	const note = session.record.notes[NOTE] as Partial<StoredWizardState> | undefined;
	if (note?.asking === undefined || note.phase === undefined) return undefined;
	return { ...note, asking: { ...emptyInterview, ...note.asking }, phase: note.phase };
}

/**
 * Written to disk before the screen changes. Answers that turn out to contain a secret are omitted;
 * the next run asks for them again.
 */
export function saveWizardState(
	session: Session,
	state: StoredWizardState,
	secrets: SecretRegistry,
): void {
	const { asking } = state;
	const given = withoutSecrets(asking.given, secrets);
	const suggested = withoutSecrets(asking.suggested, secrets);
	session.note(NOTE, {
		...state,
		asking: { ...asking, given, suggested },
		at: new Date().toISOString(),
	} satisfies StoredWizardState);
}

function withoutSecrets(answers: Answers, secrets: SecretRegistry): Answers {
	const found = findSecretsInAnswers(answers, secrets).map(({ key }) => key);
	return Object.fromEntries(Object.entries(answers).filter(([key]) => !found.includes(key)));
}
