import { formatLookupError } from '../aws/lookups/lookup-requests.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import { errorCodes, toWizardError } from '../engine/errors.ts';
import {
	excludeAndRecordVariableNames,
	excludeAnswerVariablesFromChildren,
} from '../runs/load-answers.ts';
import { stopPracticeCloud } from '../runs/practice-cloud.ts';
import { type CommandLineContext, createServices, runSession } from '../runs/run-session.ts';
import type { Services } from '../steps/step-context.ts';
import { getTargetOrDefault } from '../targets/registry.ts';
import type { Target } from '../targets/target.ts';
import { createAnswerSummary, createWizardHeader } from './answer-summary.ts';
import { formatExitMessage } from './exit-message.ts';
import { type InterviewState, REVIEW_PAGE_ID } from './interview.ts';
import { adaptInterviewToTarget, type OpenedSession } from './open-session-and-interview.ts';
import { QuestionFlow } from './question-flow.ts';
import type { ResultScreenContext } from './result-screens.ts';
import { createStopConfirmation, RunController, type RunResult } from './run-controller.ts';
import {
	createFailurePhase,
	createPhaseAfterRun,
	createStepper,
	restorePhase,
	type StoredWizardState,
	saveWizardState,
	type WizardPhase,
} from './wizard-phase.ts';
import type {
	StopConfirmation,
	WizardAction,
	WizardExit,
	WizardScreen,
	WizardViewModel,
} from './wizard-view-model.ts';

/** Shortest interval between updates of the progress screen; other screens are updated immediately. */
const PROGRESS_MS = 100;

interface WizardSessionOptions {
	context: CommandLineContext;
	opened: OpenedSession;
	/** The stored state, or that of a new interview. */
	state: StoredWizardState;
	/** Runs only these steps of an installed session. */
	only: readonly string[] | undefined;
	changed: () => void;
	end: (exit: WizardExit) => void;
}

/** An interactive session: its questions, its runs, and their results. */
export class WizardSession {
	readonly #options: WizardSessionOptions;
	#target: Target;
	#questions: QuestionFlow<Services>;
	#phase: WizardPhase;
	#stop: StopConfirmation | undefined;
	#timer: NodeJS.Timeout | undefined;
	#quitting = false;

	constructor(options: WizardSessionOptions) {
		this.#options = options;
		const { opened, state, only } = options;
		const { given, suggested } = state.asking;
		this.#target = getTargetOrDefault(given.target ?? suggested.target);
		this.#questions = this.#createQuestionFlow(state.asking);
		this.#phase = restorePhase(state, opened.session.record);
		if (state.phase === 'running') this.#startRun();
		if (only === undefined) return;
		// A run of some steps starts at once, unless it depends on an open question.
		const key = this.#target.questionBefore?.(only, this.#questions.answers);
		if (key === undefined) this.#startRun();
		else this.#questions.go(key);
	}

	#createQuestionFlow(interview: InterviewState): QuestionFlow<Services> {
		const { context, opened, only, changed } = this.#options;
		const { session, cancel, baseFolder, cloud } = opened;
		const target = this.#target;
		return new QuestionFlow<Services>({
			...target,
			context: { session, secrets: context.secrets, approve: 'none', cancel },
			services: (answers) => {
				excludeAnswerVariablesFromChildren(answers, session.record);
				return createServices(context, { target, cloud: cloud(answers), baseFolder, cancel });
			},
			formatProblem: formatLookupError,
			interview,
			only,
			local: { baseFolder, environment: getInitialEnvironment() },
			changed,
		});
	}

	model(): WizardViewModel {
		const { opened, only } = this.#options;
		const { session } = opened;
		const questions = this.#questions;
		return {
			header: createWizardHeader(session, questions.answers),
			stepper: createStepper(this.#phase, questions, this.#target, session, only),
			screen: this.#screen(),
			answerSummary: createAnswerSummary(questions.interview, questions.interviewContext),
			stop: this.#stop,
		};
	}

	#screen(): WizardScreen {
		const phase = this.#phase;
		if (phase.name === 'asking') return this.#questions.screen();
		return phase.name === 'running' ? phase.run.screen() : phase.screen;
	}

	validate(value: unknown): string | undefined {
		return this.#phase.name === 'asking' ? this.#questions.validate(value) : undefined;
	}

	validateItems(items: readonly string[]): ReadonlyMap<number, string> {
		return this.#phase.name === 'asking' ? this.#questions.validateItems(items) : new Map();
	}

	act(action: WizardAction): void {
		const phase = this.#phase;
		if (action.type === 'interrupt') this.#interrupt();
		else if (action.type === 'stop-answer') this.#answerStop(action.stop);
		else if (action.type === 'leave' && phase.name !== 'running')
			this.#leave(phase.name === 'done' ? 0 : errorCodes.cancelled.exitCode);
		else {
			try {
				this.#handle(phase, action);
			} catch (thrown) {
				// Most likely a full disk; earlier answers are already stored.
				this.#phase = createFailurePhase(toWizardError(thrown), this.#resultOptions());
			}
			this.#options.changed();
		}
	}

	#handle(phase: WizardPhase, action: WizardAction): void {
		if (phase.name === 'asking') this.#answer(action);
		else if (phase.name === 'running') phase.run.act(action, this.#options.opened.session);
		else if (phase.name === 'failure' && action.type === 'choose') this.#recover(action.value);
		else if (phase.name === 'done' && action.type === 'back') this.#toQuestion(REVIEW_PAGE_ID);
	}

	#answer(action: WizardAction): void {
		const before = this.#questions.interview;
		const start = this.#questions.act(action);
		// Another target has other questions; answers to questions of both are retained.
		const target = getTargetOrDefault(this.#questions.answers.target);
		if (target.id !== this.#target.id) {
			this.#questions.dispose();
			this.#target = target;
			this.#questions = this.#createQuestionFlow(
				adaptInterviewToTarget(this.#questions.interview, target.catalogue),
			);
		}
		if (this.#questions.interview !== before) this.#save();
		if (start) this.#startRun();
	}

	/** Handles the choice on the screen of a failed run. */
	#recover(choice: string): void {
		if (choice === 'leave') this.#leave(errorCodes.cancelled.exitCode);
		else if (choice === 'retry') this.#startRun();
		else if (choice.startsWith('fix:')) this.#toQuestion(choice.slice('fix:'.length));
		else this.#toQuestion(choice === 'checks' ? undefined : REVIEW_PAGE_ID);
	}

	/** Returns to the questions: to a page, or to the checks. */
	#toQuestion(page: string | undefined): void {
		this.#phase = { name: 'asking' };
		if (page === undefined) this.#questions.goToChecks();
		else this.#questions.go(page);
		this.#save();
	}

	/** Runs the steps; the operator approves each plan, and the review has covered all other changes. */
	#startRun(): void {
		const { context, opened, only, changed } = this.#options;
		const { session, cloud, baseFolder } = opened;
		const { answers } = this.#questions;
		const run = new RunController((now) => (now ? changed() : this.#changedSoon()));
		this.#phase = { name: 'running', run };
		this.#save();
		const events = runSession({
			context,
			session,
			cloud: cloud(answers),
			answers: { target: getTargetOrDefault(answers.target), answers, baseFolder, changes: [] },
			approve: 'change',
			cancel: run.cancel,
			operator: run.operator,
			only,
		});
		void run.follow(events).then((result) => this.#ended(run, result));
	}

	#ended(run: RunController, result: RunResult): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#stop = undefined;
		const options = this.#resultOptions();
		try {
			this.#phase = createPhaseAfterRun(run, result, options);
			if (this.#phase.name === 'asking') this.#questions.go(REVIEW_PAGE_ID);
			this.#save();
		} catch (thrown) {
			// A full disk must not hide the failure that reports it.
			this.#phase = createFailurePhase(toWizardError(thrown), options, run);
		}
		if (run.stopping || this.#quitting)
			this.#leave('done' in result ? errorCodes.cancelled.exitCode : result.error.exitCode);
		else this.#options.changed();
	}

	#resultOptions(): ResultScreenContext {
		const { context, opened, only } = this.#options;
		return {
			target: this.#target,
			session: opened.session,
			answers: this.#questions.answers,
			secrets: context.secrets,
			home: context.flag('home'),
			only,
		};
	}

	#interrupt(): void {
		if (this.#phase.name !== 'running') {
			this.#leave(errorCodes.cancelled.exitCode);
			return;
		}
		const { run } = this.#phase;
		if (run.waits) run.stop();
		else if (this.#stop?.kind === 'gentle') this.#answerStop(true);
		else this.#stop ??= createStopConfirmation(run);
		this.#options.changed();
	}

	#answerStop(stop: boolean): void {
		this.#stop = undefined;
		if (stop && this.#phase.name === 'running') this.#phase.run.stop();
		this.#options.changed();
	}

	/** Quits without confirmation, because the terminal is closed. */
	quit(): void {
		this.#quitting = true;
		if (this.#phase.name !== 'running') {
			this.#leave(errorCodes.cancelled.exitCode);
			return;
		}
		if (!this.#phase.run.stopping) this.#phase.run.stop();
		this.#options.changed();
	}

	#leave(exitCode: number): void {
		const { context, opened, end } = this.#options;
		const { session } = opened;
		const phase = this.#phase;
		const lines = formatExitMessage({
			session,
			done: phase.name === 'done' ? phase.screen : undefined,
			failure: phase.name === 'failure' ? phase.screen : undefined,
			flagHome: context.flag('home'),
		});
		const close = () => {
			clearTimeout(this.#timer);
			this.#questions.dispose();
			session.close();
			end({ exitCode, lines });
		};
		// The practice cloud is needed only to resume an unfinished session.
		if (phase.name === 'done' && exitCode === 0 && session.record.practice)
			void stopPracticeCloud(session).finally(close);
		else close();
	}

	#changedSoon(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#options.changed();
		}, PROGRESS_MS);
	}

	/** Stores the state before the next screen is shown. */
	#save(): void {
		const { context, opened } = this.#options;
		const { interview, answers } = this.#questions;
		const phase = this.#phase;
		excludeAndRecordVariableNames(answers, opened.session);
		const state: StoredWizardState = {
			asking: interview,
			phase: phase.name,
			...(phase.name === 'failure' ? { failure: phase.screen, stepsDone: phase.done } : {}),
			...(phase.name === 'done' ? { done: phase.screen } : {}),
		};
		saveWizardState(opened.session, state, context.secrets);
	}
}
