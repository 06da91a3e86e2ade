import { setImmediate } from 'node:timers/promises';
import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Operator, PlanReview } from '../engine/operator.ts';
import { withHeartbeats } from '../engine/wait-registry.ts';
import type { CeremonyOperator } from '../vault/ceremony/ceremony-prompts.ts';
import { PromptQueue } from './prompt-queue.ts';
import { ProgressReducer } from './run-progress.ts';
import type { ProgressScreen, WizardAction, WizardScreen } from './wizard-model.ts';

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

	readonly person: Operator & CeremonyOperator = {
		prompt: (prompt) => this.#moments.ask(prompt),
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
