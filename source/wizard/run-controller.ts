import { constants, copyFileSync, lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type CancellationSource, createCancellationSource } from '../engine/cancellation.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Operator, PlanReview } from '../engine/operator.ts';
import type { Session } from '../engine/session/session.ts';
import { addWaitingEvents } from '../engine/wait-registry.ts';
import type { OperatorPrompter } from '../vault/ceremony/ceremony-prompt-types.ts';
import { PromptController, waitForReply } from './prompt-controller.ts';
import { ProgressReducer } from './run-progress.ts';
import type {
	PlanScreen,
	ProgressScreen,
	StopConfirmation,
	WizardAction,
	WizardScreen,
} from './wizard-view-model.ts';

/** Longest time for processing events before key presses are handled. */
const SLICE_MS = 10;

export type RunDoneEvent = Extract<EngineEvent, { type: 'run.done' }>;

export type RunResult = { done: RunDoneEvent } | { error: WizardError; notNow: boolean };

/** One interactive run of the engine. */
export class RunController {
	readonly cancel: CancellationSource = createCancellationSource();
	readonly progress = new ProgressReducer(Date.now);
	/** Steps done in this run, with their summaries. */
	readonly done: { step: string; title: string; text: string }[] = [];
	step: { id: string; title: string } | undefined;
	readonly #changed: (now: boolean) => void;
	#stopping: ProgressScreen['stopping'];
	#plan: { screen: PlanScreen; reply: (word: 'apply' | 'not-now') => void } | undefined;
	readonly #prompts: PromptController;
	#planDeclined = false;

	/** @param changed Called after each change; `now` if the screen is a different one. */
	constructor(changed: (now: boolean) => void) {
		this.#changed = changed;
		this.#prompts = new PromptController(this.cancel.gentle, () => changed(true));
	}

	readonly operator: Operator & OperatorPrompter = {
		prompt: (prompt) => this.#prompts.ask(prompt),
		review: (plan) =>
			waitForReply(this.cancel.gentle, {
				show: (reply) => {
					this.#plan = { screen: { kind: 'plan', step: this.step?.id ?? '', plan }, reply };
					this.#changed(true);
				},
				replied: (word) => {
					this.#plan = undefined;
					this.#planDeclined = word === 'not-now';
					this.#changed(true);
				},
				stopped: () => {
					this.#plan = undefined;
					return `Stopped before the plan for ${plan.stack} was approved; it was not applied.`;
				},
			}),
	};

	/** Follows the events to their end. Never throws. */
	async follow(events: AsyncGenerator<EngineEvent>): Promise<RunResult> {
		let done: RunDoneEvent | undefined;
		let slice = performance.now();
		try {
			for await (const event of addWaitingEvents(events)) {
				this.#see(event);
				if (event.type === 'run.done') done = event;
				this.#changed(false);
				// Buffered events arrive without a turn of the event loop in between.
				if (performance.now() - slice < SLICE_MS) continue;
				await setImmediate();
				slice = performance.now();
			}
		} catch (thrown) {
			return { error: toWizardError(thrown), notNow: this.#planDeclined };
		}
		if (done !== undefined) return { done };
		return {
			error: new WizardError('internal', { message: 'The run ended without a result.' }),
			notNow: false,
		};
	}

	#see(event: EngineEvent): void {
		this.progress.see(event);
		if (event.type === 'step.started') this.step = { id: event.step, title: event.title };
		if (event.type !== 'step.done' && event.type !== 'step.skipped') return;
		const text = event.type === 'step.done' ? event.summary : event.reason;
		this.done.push({ step: event.step, title: this.step?.title ?? event.step, text });
	}

	/** Whether the run waits for the operator, so that stopping loses nothing. */
	get waits(): boolean {
		return this.#plan !== undefined || this.#prompts.waiting;
	}

	/** Handles an action at a plan or a prompt. */
	act(action: WizardAction, session: Session): void {
		const shown = this.#plan;
		if (shown === undefined) this.#prompts.act(action);
		else if (action.type === 'apply') shown.reply('apply');
		else if (action.type === 'not-now' || action.type === 'back') shown.reply('not-now');
		else if (action.type === 'save-plan')
			shown.screen = {
				...shown.screen,
				savedAs: copyPlanToCurrentFolder(shown.screen.plan, session),
			};
	}

	/** First call: stop gracefully. Second call: abort. */
	stop(): void {
		const kind = this.cancel.request();
		if (kind === 'ignored') return;
		const message =
			kind === 'gentle'
				? 'waiting for operations in progress to finish'
				: 'aborting Terraform; an init or plan that has not ended after 10 s is killed';
		this.#stopping = { message, since: Date.now() };
	}

	get stopping(): boolean {
		return this.cancel.gentle.aborted;
	}

	screen(): WizardScreen {
		return (
			this.#prompts.screen ??
			this.#plan?.screen ?? {
				kind: 'progress',
				...this.progress.snapshot(),
				stopping: this.#stopping,
			}
		);
	}
}

const MOST_COPIES = 100;

/** Copies a plan, as text, to the current folder. Returns its path. */
export function copyPlanToCurrentFolder({ stack, textFile }: PlanReview, session: Session): string {
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

/** Creates the confirmation before a run is stopped gracefully or, if it is stopping, aborted. */
export function createStopConfirmation({ stopping, progress }: RunController): StopConfirmation {
	if (!stopping) {
		return {
			kind: 'gentle',
			message: [
				'Stop after the operations in progress?',
				'Created resources remain, and are in the state. The session can be resumed.',
			],
			lostResources: [],
		};
	}
	return {
		kind: 'hard',
		message: [
			'The run is already stopping. Stopping again aborts Terraform; an init or plan that has not ended after 10 s is killed.',
			'Resources that an apply is creating may then exist in AWS but be missing from the state; you have to find them, and remove or import them by hand.',
		],
		lostResources: progress.snapshot().inFlight.map(({ address }) => address),
		type: 'lose',
	};
}
