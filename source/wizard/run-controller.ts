import { constants, copyFileSync, lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Operator, PlanReview } from '../engine/operator.ts';
import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import { withHeartbeats } from '../engine/wait-registry.ts';
import { withEventLog } from '../runs/event-log.ts';
import type { RunContext } from '../runs/run-context.ts';
import { runSession } from '../runs/run-session.ts';
import { getTarget } from '../targets/registry.ts';
import type { OpenedSession } from './open-session.ts';
import { PromptQueue } from './prompt-queue.ts';
import { ProgressReducer } from './run-progress.ts';
import type {
	ProgressScreen,
	StopConfirmation,
	WizardAction,
	WizardScreen,
} from './wizard-model.ts';

/** Longest time for processing events before key presses are handled. */
const SLICE_MS = 10;

type RunDone = Extract<EngineEvent, { type: 'run.done' }>;

export type RunResult = { done: RunDone } | { error: WizardError; notNow: boolean };

/** One interactive run of the engine. */
export class RunController {
	readonly cancel: CancellationSource = createCancellationSource();
	readonly fold = new ProgressReducer(Date.now);
	/** Steps done in this run, with their summaries. */
	readonly done: { step: string; title: string; text: string }[] = [];
	step: { id: string; title: string } | undefined;
	readonly #changed: (now: boolean) => void;
	readonly #titles = new Map<string, string>();
	#stopping: ProgressScreen['stopping'];
	#plan: { review: PlanReview; answer: (word: 'apply' | 'not-now') => void } | undefined;
	#savedAs: string | undefined;
	readonly #moments: PromptQueue;
	#notNow = false;

	/** @param changed Called after each change; `now` if the screen is a different one. */
	constructor(changed: (now: boolean) => void) {
		this.#changed = changed;
		this.#moments = new PromptQueue(this.cancel.gentle, () => changed(true));
	}

	readonly person: Operator = {
		moment: (moment) => this.#moments.ask(moment),
		review: (review) =>
			new Promise((resolve, reject) => {
				const stopped = () => {
					this.#plan = undefined;
					reject(
						new WizardError('cancelled', {
							message: `Stopped before the plan for ${review.stack} was approved; it was not applied.`,
						}),
					);
				};
				if (this.cancel.gentle.aborted) return stopped();
				this.cancel.gentle.addEventListener('abort', stopped, { once: true });
				this.#savedAs = undefined;
				this.#plan = {
					review,
					answer: (word) => {
						this.cancel.gentle.removeEventListener('abort', stopped);
						this.#plan = undefined;
						this.#notNow = word === 'not-now';
						resolve(word);
						this.#changed(true);
					},
				};
				this.#changed(true);
			}),
	};

	/** Follows the events to their end. Never throws. */
	async follow(events: AsyncGenerator<EngineEvent>): Promise<RunResult> {
		let done: RunDone | undefined;
		let slice = performance.now();
		try {
			for await (const event of withHeartbeats(events)) {
				this.#see(event);
				if (event.type === 'run.done') done = event;
				this.#changed(false);
				// Buffered events arrive without a turn of the event loop in between.
				if (performance.now() - slice < SLICE_MS) continue;
				await setImmediate();
				slice = performance.now();
			}
		} catch (thrown) {
			return { error: toWizardError(thrown), notNow: this.#notNow };
		}
		if (done !== undefined) return { done };
		return {
			error: new WizardError('internal', { message: 'The run ended without a result.' }),
			notNow: false,
		};
	}

	#see(event: EngineEvent): void {
		this.fold.see(event);
		if (event.type === 'step.started') {
			this.step = { id: event.step, title: event.title };
			this.#titles.set(event.step, event.title);
		} else if (event.type === 'step.done') {
			const title = this.#titles.get(event.step) ?? event.step;
			this.done.push({ step: event.step, title, text: event.summary });
		} else if (event.type === 'step.skipped') {
			const title = this.#titles.get(event.step) ?? event.step;
			this.done.push({ step: event.step, title, text: event.reason });
		}
	}

	get plan(): PlanReview | undefined {
		return this.#plan?.review;
	}

	/** Whether the run waits for the operator, so that stopping loses nothing. */
	get waits(): boolean {
		return this.#plan !== undefined || this.#moments.waiting;
	}

	/** Handles an action at a prompt. */
	reply(action: WizardAction): void {
		this.#moments.act(action);
	}

	judge(word: 'apply' | 'not-now'): void {
		this.#plan?.answer(word);
	}

	saved(path: string): void {
		this.#savedAs = path;
	}

	/** First call: stop gracefully. Second call: abort. */
	stop(): void {
		const kind = this.cancel.request();
		if (kind === 'ignored') return;
		const words =
			kind === 'gentle'
				? 'waiting for operations in progress to finish'
				: 'aborting Terraform; an init or plan that has not ended after 10 s is killed';
		this.#stopping = { words, since: Date.now() };
	}

	get stopping(): boolean {
		return this.cancel.gentle.aborted;
	}

	/** Addresses of resources that an abort may lose. */
	inFlight(): string[] {
		return this.fold.snapshot().inFlight.map(({ address }) => address);
	}

	screen(): WizardScreen {
		if (this.#moments.screen !== undefined) return this.#moments.screen;
		const step = this.step?.id ?? '';
		if (this.#plan !== undefined) {
			const plan = this.#plan.review;
			return {
				kind: 'plan',
				step,
				plan,
				...(this.#savedAs === undefined ? {} : { savedAs: this.#savedAs }),
			};
		}
		return {
			kind: 'progress',
			...this.fold.snapshot(),
			...(this.#stopping === undefined ? {} : { stopping: this.#stopping }),
		};
	}
}

/** Runs the steps; the operator approves each plan, and the review has covered all other changes. */
export function startRun(
	context: RunContext,
	{ session, cloud, baseFolder }: OpenedSession,
	answers: Answers,
	{ cancel, person }: RunController,
	onlySteps?: readonly string[],
): AsyncGenerator<EngineEvent> {
	const events = runSession({
		context,
		session,
		cloud: cloud(answers),
		answers: { target: getTarget(answers.target), answers, baseFolder, changes: [] },
		until: undefined,
		approve: 'change',
		cancel,
		person,
		...(onlySteps === undefined ? {} : { only: onlySteps }),
	});
	return withEventLog(session, context.secrets, events);
}

const MOST_COPIES = 100;

/** Copies a plan, as text, to the current folder. Returns its path. */
export function savePlan({ stack, textFile }: PlanReview, session: Session): string {
	try {
		return copyBeside(textFile, resolve(`${session.name}-${stack}-plan`));
	} catch {
		// The current directory is not writable; the session has the same text.
		return textFile;
	}
}

/** Copies to a free name: overwrites no file and follows no symbolic link. */
function copyBeside(file: string, base: string): string {
	for (let n = 1; ; n += 1) {
		const path = `${base}${n === 1 ? '' : `-${n}`}.txt`;
		try {
			copyFileSync(file, path, constants.COPYFILE_EXCL);
			return path;
		} catch (thrown) {
			if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || n === MOST_COPIES) throw thrown;
			if (isSame(file, path)) return path;
		}
	}
}

function isSame(file: string, path: string): boolean {
	return lstatSync(path).isFile() && readFileSync(file).equals(readFileSync(path));
}

/** Creates the confirmation before a run is stopped gracefully or aborted. */
export function createStopConfirmation(
	kind: StopConfirmation['kind'],
	inFlight: readonly string[],
): StopConfirmation {
	if (kind === 'gentle') {
		return {
			kind,
			words: [
				'Stop after the operations in progress?',
				'Created resources remain, and are in the state. The session can be resumed.',
			],
			lost: [],
		};
	}
	return {
		kind,
		words: [
			'The run is already stopping. Stopping again aborts Terraform; an init or plan that has not ended after 10 s is killed.',
			'Resources that an apply is creating may then exist in AWS but be missing from the state; you have to find them, and remove or import them by hand.',
		],
		lost: inFlight,
		type: 'lose',
	};
}
