import type { CatalogueQuestion } from '../../engine/answers/outline.ts';
import {
	type Asking,
	type AskingFrame,
	answer,
	currentStop,
	goBack,
	goTo,
	pass,
	readValue,
	reset,
	resolvedOf,
} from '../../engine/guide/asking.ts';
import type { Action, Screen } from '../../engine/guide/model.ts';
import { answersSoFar } from '../../engine/guide/so-far.ts';
import {
	askedQuestions,
	checksOf,
	detailsOf,
	isFolded,
	REVIEW,
	type Stop,
} from '../../engine/guide/stops.ts';
import type { Answers, Catalogue } from '../../engine/question.ts';
import type { Step, StepContext } from '../../engine/step.ts';
import { detailsScreen } from './details-view.ts';
import { EarlyChecks } from './early-checks.ts';
import { LookUps } from './look-ups.ts';
import { questionScreen, type Refused } from './question-view.ts';
import { problemsNow, reviewScreen, secretProblems } from './review-view.ts';

/** Keys that can no longer change once the session has created resources. */
const PLACE = ['target', 'account', 'region'];

export interface AskerParts<S> {
	steps: readonly Step<S>[];
	catalogue: Catalogue;
	/** How long a run takes, in words. */
	duration(run: { answers: Answers; practice: boolean; only?: readonly string[] }): string;
	/** Context of a step without its id, answers and outputs. */
	context: Omit<StepContext<S>, 'step' | 'answers' | 'outputs' | 'services'>;
	services(answers: Answers): S;
	problemWords(thrown: unknown, what: string): string;
	asking: Asking;
	/** Runs only these steps of an installed session. */
	only?: readonly string[] | undefined;
	/** Called after a change of the screen that no action caused. */
	changed(): void;
}

/** The questions of a session up to the review, with lookups and checks in the background. */
export class Asker<S> {
	readonly frame: AskingFrame;
	readonly #parts: AskerParts<S>;
	readonly #lookUps: LookUps<S>;
	readonly #checks: EarlyChecks | undefined;
	#asking: Asking;
	#refused: Refused | undefined;

	constructor(parts: AskerParts<S>) {
		this.#parts = parts;
		this.#asking = parts.asking;
		const { steps, catalogue, context } = parts;
		const lookups = steps.flatMap((step) => step.lookups ?? []);
		const checking = steps.find((step) => step.checks !== undefined);
		this.frame = {
			catalogue,
			facts: { session: context.session.name },
			checked: checking === undefined ? [] : [checking.id],
			needs: Object.fromEntries(lookups.map(({ key, needs }) => [key, needs])),
		};
		this.#lookUps = new LookUps({ ...parts, lookups });
		if (checking?.checks !== undefined) {
			const look = checking.checks.bind(checking);
			this.#checks = new EarlyChecks(
				(only) => look({ ...this.#contextSoFar(), step: checking.id }, only),
				parts.changed,
			);
		}
	}

	get asking(): Asking {
		return this.#asking;
	}

	get answers(): Answers {
		return resolvedOf(this.#asking, this.frame).answers;
	}

	get stop(): Stop {
		return currentStop(this.#asking, this.frame);
	}

	/** The answers so far. Reading a missing answer throws, which checks handle. */
	#contextSoFar(): Omit<StepContext<S>, 'step'> {
		const { answers } = this;
		const missing = askedQuestions(this.frame.catalogue, answers)
			.filter(
				(question) =>
					(answers[question.key] === undefined && question.optional !== true) ||
					!this.#isSettled(question),
			)
			.map(({ key }) => key);
		return {
			...this.#parts.context,
			answers: answersSoFar(answers, new Set(missing)),
			outputs: {},
			services: this.#parts.services(answers),
		};
	}

	/** Whether an answer is final; defaults that may still change are not checked. */
	#isSettled(question: CatalogueQuestion): boolean {
		const { checked } = this.frame;
		const { passed } = this.#asking;
		const id = isFolded(question, this.answers) ? detailsOf(question.step) : question.key;
		return checked.includes(question.step) || passed.includes(id);
	}

	screen(): Screen {
		const { stop, frame } = this;
		const { session } = this.#parts.context;
		switch (stop.kind) {
			case 'question': {
				const lookup = this.#lookUps.view(stop.id, this.answers);
				const refused = this.#refused?.key === stop.id ? this.#refused : undefined;
				const { practice } = session.record;
				return questionScreen(this.#asking, frame, stop.id, { lookup, refused, practice });
			}
			case 'details':
				return detailsScreen(this.#asking, frame, stop.step);
			case 'checks':
				this.#checks?.ensure();
				return (this.#checks as EarlyChecks).screen(stop.step);
			case 'review':
				return reviewScreen(this.#asking, frame, this.#parts, session.record);
		}
	}

	/** Handles an action. Returns true if the run should start. */
	act(action: Action): boolean {
		const { stop } = this;
		switch (action.type) {
			case 'answer':
				if (stop.kind === 'question') this.#answer(stop.id, action.value);
				break;
			case 'reset':
				this.#move(reset(this.#asking, this.frame, action.key));
				break;
			case 'back':
				this.#move(goBack(this.#asking, this.frame));
				break;
			case 'go':
				this.go(action.key);
				break;
			case 'on':
				if (stop.kind === 'review')
					return problemsNow(this.#asking, this.frame, this.#parts.context.secrets).length === 0;
				if (stop.kind === 'details' || this.#mayPassChecks(stop))
					this.#move(pass(this.#asking, stop.id));
				break;
			case 'recheck':
				if (stop.kind === 'checks') void this.#checks?.again(action.id);
				break;
			case 'look-up-again':
				if (stop.kind === 'question') this.#lookUps.again(stop.id);
				break;
		}
		return false;
	}

	/** Goes to a question, the checks of a step, or the review. */
	go(key: string): void {
		// Pending checks may have their answers by now.
		if (this.frame.checked.some((step) => key === checksOf(step))) this.#checks?.forgetWaiting();
		const from = this.stop.kind === 'question' ? undefined : this.stop.id;
		this.#move(goTo(this.#asking, this.frame, key, from ?? this.#asking.from ?? REVIEW));
	}

	goToChecks(): void {
		for (const step of this.frame.checked) this.go(checksOf(step));
		this.#checks?.forget();
	}

	/** Returns the problem with a value for the current question. */
	problemOf(value: unknown): string | undefined {
		const { stop } = this;
		if (stop.kind !== 'question') return undefined;
		const read = this.#read(stop.id, value);
		return 'problem' in read ? read.problem : undefined;
	}

	#mayPassChecks(stop: Stop): boolean {
		if (stop.kind !== 'checks') return false;
		const screen = this.#checks?.screen(stop.step);
		return screen?.canGoOn === true;
	}

	#read(key: string, typed: unknown): ReturnType<typeof readValue> {
		const read = readValue(this.#asking, this.frame, key, typed);
		if ('problem' in read || !PLACE.includes(key)) return read;
		const { record } = this.#parts.context.session;
		const made = Object.keys(record.notes).some((note) => note.startsWith('stack.'));
		if (!made || read.value === record.answers[key]) return read;
		const before = String(record.answers[key]);
		return {
			problem: `can no longer change: this session has created resources in ${before}; start another session for another ${key}`,
		};
	}

	#answer(key: string, typed: unknown): void {
		const read = this.#read(key, typed);
		const problem = 'problem' in read ? read.problem : this.#secretProblem(key, read.value);
		if ('problem' in read || problem !== undefined) {
			this.#refused = { key, value: typed, problem: problem ?? '' };
			return;
		}
		this.#move(answer(this.#asking, this.frame, key, read.value));
	}

	/**
	 * Finds an answer that contains a secret, or a reference to a secret that another answer contains.
	 * Only for submitted values: a partly typed name may be that of another environment variable.
	 */
	#secretProblem(key: string, value: unknown): string | undefined {
		const { frame, answers } = this;
		const { secrets } = this.#parts.context;
		const [found] = secretProblems({ ...answers, [key]: value }, frame, secrets).toSorted(
			(a, b) => Number(b.key === key) - Number(a.key === key),
		);
		if (found === undefined) return undefined;
		// Problems of other answers are reported by the review, unless this answer refers to the secret.
		if (found.key === key) return found.text;
		const names = frame.catalogue.questions.some((one) => one.key === key && one.kind === 'secret');
		return names ? `refers to a secret that is not secret: ${found.key} ${found.text}` : undefined;
	}

	#move(next: Asking): void {
		const { checked } = this.frame;
		const was = (asking: Asking) => checked.every((step) => asking.passed.includes(checksOf(step)));
		const reopened = was(this.#asking) && !was(next);
		const answersChanged = next.given !== this.#asking.given;
		// Checks run again after a change of their answers, whether they were confirmed or not.
		if (reopened || (answersChanged && !was(next))) this.#checks?.forget();
		this.#asking = next;
		this.#refused = undefined;
	}

	dispose(): void {
		this.#lookUps.stop();
		this.#checks?.forget();
	}
}
