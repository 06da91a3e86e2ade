import { formatLookupError } from '../aws/lookups/lookup-requests.ts';
import { errorCodes, toWizardError } from '../engine/errors.ts';
import { hideAndStoreVariables, hideVariablesOfRun } from '../runs/hide-secret-variables.ts';
import { stopPracticeCloud } from '../runs/practice-cloud.ts';
import type { RunContext } from '../runs/run-context.ts';
import { createServices } from '../runs/run-session.ts';
import type { Services } from '../steps/services.ts';
import { getTarget } from '../targets/registry.ts';
import type { Target } from '../targets/target.ts';
import { createAnswerSummary, createHeader } from './answer-summary.ts';
import { formatExitMessage } from './exit-message.ts';
import type { InterviewState } from './interview.ts';
import { askingOfTarget, type OpenedSession } from './open-session.ts';
import { REVIEW_PAGE_ID } from './pages.ts';
import { QuestionFlow } from './question-flow.ts';
import { RunController, type RunResult } from './run-controller.ts';
import { savePlan } from './save-plan.ts';
import { startRun } from './start-run.ts';
import { createStopConfirmation } from './stop-confirmation.ts';
import type { StopConfirmation, WizardAction, WizardExit, WizardModel } from './wizard-model.ts';
import {
	createFailurePhase,
	createPhaseAfterRun,
	createStepper,
	getPhaseScreen,
	getStoredScreen,
	restorePhase,
	type WizardPhase,
} from './wizard-phase.ts';
import { saveWizardState, type WizardState } from './wizard-state.ts';

/** Shortest interval between updates of the progress screen; other screens are updated immediately. */
const PROGRESS_MS = 100;

/** An interactive session: its questions, its runs, and their results. */
export class WizardSession {
	readonly #context: RunContext;
	readonly #opened: OpenedSession;
	readonly #only: readonly string[] | undefined;
	readonly #changed: () => void;
	readonly #end: (end: WizardExit) => void;
	#target: Target;
	#asker: QuestionFlow<Services>;
	#phase: WizardPhase = { name: 'asking' };
	#stop: StopConfirmation | undefined;
	#timer: NodeJS.Timeout | undefined;
	#leaving = false;

	constructor(parts: {
		context: RunContext;
		opened: OpenedSession;
		memory: WizardState;
		/** Runs only these steps of an installed session. */
		only?: readonly string[] | undefined;
		changed: () => void;
		end: (end: WizardExit) => void;
	}) {
		const { context, opened, memory } = parts;
		this.#context = context;
		this.#opened = opened;
		this.#only = parts.only;
		this.#changed = parts.changed;
		this.#end = parts.end;
		const { session } = opened;
		const { given, suggested } = memory.asking;
		this.#target = getTarget(given.target ?? suggested.target);
		this.#asker = this.#createAsker(memory.asking);
		this.#phase = restorePhase(memory, session.record);
		if (memory.phase === 'running') this.#begin();
		if (this.#only !== undefined) this.#beginPart();
	}

	#createAsker(asking: InterviewState): QuestionFlow<Services> {
		const context = this.#context;
		const { session, cancel, baseFolder, cloud } = this.#opened;
		const target = this.#target;
		return new QuestionFlow<Services>({
			...target,
			context: { session, secrets: context.secrets, approve: 'none', cancel },
			services: (answers) => {
				hideVariablesOfRun(answers, session.record);
				return createServices(context, { target, cloud: cloud(answers), baseFolder, cancel });
			},
			problemWords: formatLookupError,
			asking,
			only: this.#only,
			changed: this.#changed,
		});
	}

	model(): WizardModel {
		const { session } = this.#opened;
		return {
			header: createHeader(session, this.#asker.answers),
			rail: createStepper(this.#phase, this.#asker, this.#target, session, this.#only),
			screen: getPhaseScreen(this.#phase, this.#asker),
			ticket: createAnswerSummary(this.#asker.asking, this.#asker.frame),
			...(this.#stop === undefined ? {} : { stop: this.#stop }),
		};
	}

	problemOf(value: unknown): string | undefined {
		return this.#phase.name === 'asking' ? this.#asker.problemOf(value) : undefined;
	}

	act(action: WizardAction): void {
		const phase = this.#phase;
		if (action.type === 'interrupt') {
			this.#interrupt();
			return;
		}
		if (action.type === 'stop-answer') {
			this.#answerStop(action.stop);
			return;
		}
		if (action.type === 'leave' && phase.name !== 'running') {
			this.leave(phase.name === 'done' ? 0 : errorCodes.cancelled.exitCode);
			return;
		}
		try {
			this.#do(phase, action);
		} catch (thrown) {
			// Most likely a full disk; earlier answers are already stored.
			const failed = {
				target: this.#target,
				error: toWizardError(thrown),
				answers: this.#asker.answers,
			};
			this.#phase = createFailurePhase(failed, this.#context.secrets);
		}
		this.#changed();
	}

	#do(phase: WizardPhase, action: WizardAction): void {
		if (phase.name === 'asking') this.#ask(action);
		else if (phase.name === 'running') this.#run(phase.run, action);
		else if (phase.name === 'failure' && action.type === 'choose') this.#mend(action.value);
		else if (phase.name === 'done' && action.type === 'back') this.#toAnswers();
	}

	#ask(action: WizardAction): void {
		const before = this.#asker.asking;
		const begin = this.#asker.act(action);
		this.#followTarget();
		if (this.#asker.asking !== before) this.#remember('asking');
		if (begin) this.#begin();
	}

	/** Another target has other questions; answers to questions of both are retained. */
	#followTarget(): void {
		const target = getTarget(this.#asker.answers.target);
		if (target.id === this.#target.id) return;
		this.#asker.dispose();
		this.#target = target;
		this.#asker = this.#createAsker(askingOfTarget(this.#asker.asking, target.catalogue));
	}

	#run(run: RunController, action: WizardAction): void {
		const { plan } = run;
		if (plan === undefined) {
			run.reply(action);
			return;
		}
		if (action.type === 'apply') run.judge('apply');
		if (action.type === 'not-now' || action.type === 'back') run.judge('not-now');
		if (action.type === 'save-plan') run.saved(savePlan(plan, this.#opened.session));
	}

	#mend(choice: string): void {
		if (choice === 'leave') {
			this.leave(errorCodes.cancelled.exitCode);
			return;
		}
		if (choice === 'retry') {
			this.#begin();
			return;
		}
		this.#phase = { name: 'asking' };
		if (choice === 'checks') this.#asker.goToChecks();
		else this.#asker.go(choice.startsWith('fix:') ? choice.slice('fix:'.length) : REVIEW_PAGE_ID);
		this.#remember('asking');
	}

	#toAnswers(): void {
		this.#phase = { name: 'asking' };
		this.#asker.go(REVIEW_PAGE_ID);
		this.#remember('asking');
	}

	/** Starts the rekey, or goes to the question that it depends on. */
	#beginPart(): void {
		const key = this.#target.questionBefore?.(this.#only ?? [], this.#asker.answers);
		if (key === undefined) this.#begin();
		else this.#asker.go(key);
	}

	#begin(): void {
		const run = new RunController((now) => (now ? this.#changed() : this.#soon()));
		this.#phase = { name: 'running', run };
		this.#remember('running');
		void run
			.follow(startRun(this.#context, this.#opened, this.#asker.answers, run, this.#only))
			.then((end) => this.#ended(run, end));
	}

	#ended(run: RunController, end: RunResult): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#stop = undefined;
		const { secrets } = this.#context;
		const { session } = this.#opened;
		const facts = {
			target: this.#target,
			session,
			run,
			end,
			answers: this.#asker.answers,
			home: this.#context.flag('home'),
			only: this.#only,
		};
		try {
			this.#phase = createPhaseAfterRun(facts, secrets);
			if (this.#phase.name === 'asking') this.#asker.go(REVIEW_PAGE_ID);
			this.#remember(this.#phase.name);
		} catch (thrown) {
			// A full disk must not hide the failure that reports it.
			this.#phase = createFailurePhase({ ...facts, error: toWizardError(thrown) }, secrets);
		}
		if (run.cancel.gentle.aborted || this.#leaving) {
			this.leave('done' in end ? errorCodes.cancelled.exitCode : end.error.exitCode);
			return;
		}
		this.#changed();
	}

	#interrupt(): void {
		const phase = this.#phase;
		if (phase.name !== 'running') {
			this.leave(errorCodes.cancelled.exitCode);
			return;
		}
		const { run } = phase;
		if (run.waits) run.stop();
		else if (this.#stop?.kind === 'gentle') this.#answerStop(true);
		else if (this.#stop === undefined)
			this.#stop = createStopConfirmation(run.stopping ? 'hard' : 'gentle', run.inFlight());
		this.#changed();
	}

	#answerStop(stop: boolean): void {
		this.#stop = undefined;
		if (stop && this.#phase.name === 'running') this.#phase.run.stop();
		this.#changed();
	}

	/** Quits without confirmation, because the terminal is closed. */
	quit(): void {
		this.#leaving = true;
		const phase = this.#phase;
		if (phase.name !== 'running') {
			this.leave(errorCodes.cancelled.exitCode);
			return;
		}
		if (!phase.run.stopping) phase.run.stop();
		this.#changed();
	}

	leave(exitCode: number): void {
		const { session } = this.#opened;
		const done = this.#phase.name === 'done' ? this.#phase.screen : undefined;
		const failure = this.#phase.name === 'failure' ? this.#phase.screen : undefined;
		const finished = done !== undefined && exitCode === 0;
		const parting = formatExitMessage({
			session,
			done,
			failure,
			flagHome: this.#context.flag('home'),
		});
		const close = () => {
			clearTimeout(this.#timer);
			this.#asker.dispose();
			session.close();
			this.#end({ exitCode, parting });
		};
		// The practice cloud is needed only to resume an unfinished session.
		if (finished && session.record.practice) void stopPracticeCloud(session).finally(close);
		else close();
	}

	#soon(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#changed();
		}, PROGRESS_MS);
	}

	#remember(phase: WizardState['phase']): void {
		hideAndStoreVariables(this.#asker.answers, this.#opened.session);
		const memory = { asking: this.#asker.asking, phase, ...getStoredScreen(this.#phase) };
		saveWizardState(this.#opened.session, memory, this.#context.secrets);
	}
}
