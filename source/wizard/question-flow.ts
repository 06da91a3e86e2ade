import { createPartialAnswers } from '../engine/answers/answers-problem.ts';
import type { CatalogueQuestion } from '../engine/answers/question-tree.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { StepContext } from '../engine/step.ts';
import { BackgroundChecks, BackgroundLookups } from './background-tasks.ts';
import {
	getAskedQuestions,
	getChecksPageId,
	getCurrentPage,
	getDetailsPageId,
	goToPage,
	goToPreviousPage,
	type InterviewContext,
	type InterviewState,
	isFoldedQuestion,
	markPagePassed,
	type Page,
	parseFieldValue,
	REVIEW_PAGE_ID,
	resetAnswer,
	resolveInterviewAnswers,
	setAnswer,
} from './interview.ts';
import {
	createDetailsScreen,
	createQuestionScreen,
	createReviewScreen,
	findAnswerProblems,
	findSecretProblems,
	type RejectedValue,
	type ReviewOptions,
} from './interview-screens.ts';
import type { WizardAction, WizardScreen } from './wizard-model.ts';

/** Keys that can no longer change once the session has created resources. */
const PLACE = ['target', 'account', 'region'];

interface QuestionFlowOptions<S> extends ReviewOptions<S> {
	catalogue: QuestionCatalogue;
	/** Context of a step without its id, answers and outputs. */
	context: Omit<StepContext<S>, 'step' | 'answers' | 'outputs' | 'services'>;
	services(answers: Answers): S;
	problemWords(thrown: unknown, what: string): string;
	asking: InterviewState;
	/** Called after a change of the screen that no action caused. */
	changed(): void;
}

/** The questions of a session up to the review, with lookups and checks in the background. */
export class QuestionFlow<S> {
	readonly frame: InterviewContext;
	readonly #parts: QuestionFlowOptions<S>;
	readonly #lookUps: BackgroundLookups<S>;
	readonly #checks: BackgroundChecks | undefined;
	#asking: InterviewState;
	#refused: RejectedValue | undefined;

	constructor(parts: QuestionFlowOptions<S>) {
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
		this.#lookUps = new BackgroundLookups({ ...parts, lookups });
		if (checking?.checks !== undefined) {
			const look = checking.checks.bind(checking);
			this.#checks = new BackgroundChecks(
				(only) => look({ ...this.#contextSoFar(), step: checking.id }, only),
				parts.changed,
				context.secrets,
			);
		}
	}

	get asking(): InterviewState {
		return this.#asking;
	}

	get answers(): Answers {
		return resolveInterviewAnswers(this.#asking, this.frame).answers;
	}

	get stop(): Page {
		return getCurrentPage(this.#asking, this.frame);
	}

	/** The answers so far. Reading a missing answer throws, which checks handle. */
	#contextSoFar(): Omit<StepContext<S>, 'step'> {
		const { answers } = this;
		const missing = getAskedQuestions(this.frame.catalogue, answers)
			.filter(
				(question) =>
					(answers[question.key] === undefined && question.optional !== true) ||
					!this.#isSettled(question),
			)
			.map(({ key }) => key);
		return {
			...this.#parts.context,
			answers: createPartialAnswers(answers, new Set(missing)),
			outputs: {},
			services: this.#parts.services(answers),
		};
	}

	/** Whether an answer is final; defaults that may still change are not checked. */
	#isSettled(question: CatalogueQuestion): boolean {
		const { checked } = this.frame;
		const { passed } = this.#asking;
		const id = isFoldedQuestion(question, this.answers)
			? getDetailsPageId(question.step)
			: question.key;
		return checked.includes(question.step) || passed.includes(id);
	}

	screen(): WizardScreen {
		const { stop, frame } = this;
		const { session } = this.#parts.context;
		switch (stop.kind) {
			case 'question': {
				const lookup = this.#lookUps.view(stop.id, this.answers);
				const refused = this.#refused?.key === stop.id ? this.#refused : undefined;
				const { practice } = session.record;
				return createQuestionScreen(this.#asking, frame, stop.id, { lookup, refused, practice });
			}
			case 'details':
				return createDetailsScreen(this.#asking, frame, stop.step);
			case 'checks':
				this.#checks?.ensure();
				return (this.#checks as BackgroundChecks).screen(stop.step);
			case 'review':
				return createReviewScreen(this.#asking, frame, this.#parts, session.record);
		}
	}

	/** Handles an action. Returns true if the run should start. */
	act(action: WizardAction): boolean {
		const { stop } = this;
		switch (action.type) {
			case 'answer':
				if (stop.kind === 'question') this.#answer(stop.id, action.value);
				break;
			case 'reset':
				this.#move(resetAnswer(this.#asking, this.frame, action.key));
				break;
			case 'back':
				this.#move(goToPreviousPage(this.#asking, this.frame));
				break;
			case 'go':
				this.go(action.key);
				break;
			case 'on':
				if (stop.kind === 'review')
					return (
						findAnswerProblems(this.#asking, this.frame, this.#parts.context.secrets).length === 0
					);
				if (
					stop.kind === 'details' ||
					(stop.kind === 'checks' && this.#checks?.screen(stop.step).canGoOn === true)
				)
					this.#move(markPagePassed(this.#asking, stop.id));
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
		if (this.frame.checked.some((step) => key === getChecksPageId(step)))
			this.#checks?.forgetWaiting();
		const from = this.stop.kind === 'question' ? undefined : this.stop.id;
		this.#move(
			goToPage(this.#asking, this.frame, key, from ?? this.#asking.from ?? REVIEW_PAGE_ID),
		);
	}

	goToChecks(): void {
		for (const step of this.frame.checked) this.go(getChecksPageId(step));
		this.#checks?.forget();
	}

	/** Returns the problem with a value for the current question. */
	problemOf(value: unknown): string | undefined {
		const { stop } = this;
		if (stop.kind !== 'question') return undefined;
		const read = this.#read(stop.id, value);
		return 'problem' in read ? read.problem : undefined;
	}

	#read(key: string, typed: unknown): ReturnType<typeof parseFieldValue> {
		const read = parseFieldValue(this.#asking, this.frame, key, typed);
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
		this.#move(setAnswer(this.#asking, this.frame, key, read.value));
	}

	/**
	 * Finds an answer that contains a secret, or a reference to a secret that another answer contains.
	 * Only for submitted values: a partly typed name may be that of another environment variable.
	 */
	#secretProblem(key: string, value: unknown): string | undefined {
		const { frame, answers } = this;
		const { secrets } = this.#parts.context;
		const [found] = findSecretProblems({ ...answers, [key]: value }, frame, secrets).toSorted(
			(a, b) => Number(b.key === key) - Number(a.key === key),
		);
		if (found === undefined) return undefined;
		// Problems of other answers are reported by the review, unless this answer refers to the secret.
		if (found.key === key) return found.text;
		const names = frame.catalogue.questions.some((one) => one.key === key && one.kind === 'secret');
		return names ? `refers to a secret that is not secret: ${found.key} ${found.text}` : undefined;
	}

	#move(next: InterviewState): void {
		const { checked } = this.frame;
		const was = (asking: InterviewState) =>
			checked.every((step) => asking.passed.includes(getChecksPageId(step)));
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
