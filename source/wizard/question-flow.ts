import { isDeepStrictEqual } from 'node:util';
import { createAnswersThrowingWhenMissing } from '../engine/answers/answers-problem.ts';
import {
	findMissingLocalReference,
	type LocalReferenceContext,
} from '../engine/answers/find-local-reference-problems.ts';
import { buildQuestionTree, type CatalogueQuestion } from '../engine/answers/question-tree.ts';
import type { Answers, QuestionCatalogue } from '../engine/question.ts';
import type { StepContext } from '../engine/step.ts';
import { BackgroundChecks, BackgroundLookups } from './background-lookups-and-checks.ts';
import {
	findItemProblems,
	getApplicableQuestions,
	getChecksPageId,
	getCurrentPage,
	getOptionalSettingsPageId,
	goToPage,
	goToPreviousPage,
	type InterviewDefinition,
	type InterviewState,
	isOnOptionalSettingsPage,
	markPagePassed,
	type Page,
	parseFieldValue,
	REVIEW_PAGE_ID,
	resetAnswer,
	resolveInterviewAnswers,
	setAnswerAndReopenDependents,
} from './interview.ts';
import {
	createOptionalSettingsScreen,
	createQuestionScreen,
	createReviewScreen,
	findAnswerProblems,
	findPlaintextSecretProblems,
	type RejectedValue,
	type ReviewOptions,
} from './interview-screens.ts';
import type { WizardAction, WizardScreen } from './wizard-view-model.ts';

/** Keys that can no longer change once the session has created resources. */
const PLACE = ['target', 'account', 'region'];

interface QuestionFlowOptions<S> extends ReviewOptions<S> {
	catalogue: QuestionCatalogue;
	/** Context of a step without its id, answers and outputs. */
	context: Omit<StepContext<S>, 'step' | 'answers' | 'outputs' | 'services'>;
	services(answers: Answers): S;
	formatProblem(thrown: unknown, what: string): string;
	interview: InterviewState;
	/** Where the files and programs in answers are searched. */
	local: LocalReferenceContext;
	/** Called after a change of the screen that no action caused. */
	changed(): void;
}

/** The questions of a session up to the review, with lookups and checks in the background. */
export class QuestionFlow<S> {
	readonly interviewContext: InterviewDefinition;
	readonly #parts: QuestionFlowOptions<S>;
	readonly #lookUps: BackgroundLookups<S>;
	readonly #checks: BackgroundChecks | undefined;
	#interview: InterviewState;
	#refused: RejectedValue | undefined;

	constructor(parts: QuestionFlowOptions<S>) {
		this.#parts = parts;
		this.#interview = parts.interview;
		const { steps, catalogue, context } = parts;
		const lookups = steps.flatMap((step) => step.lookups ?? []);
		const checking = steps.find((step) => step.checks !== undefined);
		this.interviewContext = {
			catalogue,
			derivationContext: { session: context.session.name },
			checkedSteps: checking === undefined ? [] : [checking.id],
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

	get interview(): InterviewState {
		return this.#interview;
	}

	get answers(): Answers {
		return resolveInterviewAnswers(this.#interview, this.interviewContext).answers;
	}

	get currentPage(): Page {
		return getCurrentPage(this.#interview, this.interviewContext);
	}

	/** The answers so far. Reading a missing answer throws, which checks handle. */
	#contextSoFar(): Omit<StepContext<S>, 'step'> {
		const { answers } = this;
		const missing = getApplicableQuestions(this.interviewContext.catalogue, answers)
			.filter(
				(question) =>
					(answers[question.key] === undefined && question.optional !== true) ||
					!this.#isSettled(question),
			)
			.map(({ key }) => key);
		return {
			...this.#parts.context,
			answers: createAnswersThrowingWhenMissing(answers, new Set(missing)),
			outputs: {},
			services: this.#parts.services(answers),
		};
	}

	/** Whether an answer is final; defaults that may still change are not checked. */
	#isSettled(question: CatalogueQuestion): boolean {
		const { checkedSteps } = this.interviewContext;
		const { passed } = this.#interview;
		const id = isOnOptionalSettingsPage(question, this.answers)
			? getOptionalSettingsPageId(question.step)
			: question.key;
		return checkedSteps.includes(question.step) || passed.includes(id);
	}

	screen(): WizardScreen {
		const { currentPage, interviewContext } = this;
		const { session } = this.#parts.context;
		switch (currentPage.kind) {
			case 'question': {
				const lookup = this.#lookUps.view(currentPage.id, this.answers);
				const refused = this.#refused?.key === currentPage.id ? this.#refused : undefined;
				const { practice } = session.record;
				return createQuestionScreen(this.#interview, interviewContext, currentPage.id, {
					lookup,
					refused,
					practice,
				});
			}
			case 'details':
				return createOptionalSettingsScreen(this.#interview, interviewContext, currentPage.step);
			case 'checks':
				this.#checks?.ensure();
				return (this.#checks as BackgroundChecks).screen(currentPage.step);
			case 'review':
				return createReviewScreen(this.#interview, interviewContext, this.#parts, session.record);
		}
	}

	/** Handles an action. Returns true if the run should start. */
	act(action: WizardAction): boolean {
		const { currentPage } = this;
		switch (action.type) {
			case 'answer':
				if (currentPage.kind === 'question') this.#answer(currentPage.id, action.value);
				break;
			case 'reset':
				this.#move(resetAnswer(this.#interview, this.interviewContext, action.key));
				break;
			case 'back':
				this.#move(goToPreviousPage(this.#interview, this.interviewContext));
				break;
			case 'go':
				this.go(action.key);
				break;
			case 'on':
				if (currentPage.kind === 'review')
					return (
						findAnswerProblems(this.#interview, this.interviewContext, this.#parts.context.secrets)
							.length === 0
					);
				if (
					currentPage.kind === 'details' ||
					(currentPage.kind === 'checks' &&
						this.#checks?.screen(currentPage.step).canContinue === true)
				)
					this.#move(markPagePassed(this.#interview, currentPage.id));
				break;
			case 'recheck':
				if (currentPage.kind === 'checks') void this.#checks?.again(action.id);
				break;
			case 'look-up-again':
				if (currentPage.kind === 'question') this.#lookUps.again(currentPage.id);
				break;
		}
		return false;
	}

	/** Goes to a question, the checks of a step, or the review. */
	go(key: string): void {
		// Pending checks may have their answers by now.
		if (this.interviewContext.checkedSteps.some((step) => key === getChecksPageId(step)))
			this.#checks?.forgetWaiting();
		const from = this.currentPage.kind === 'question' ? undefined : this.currentPage.id;
		this.#move(
			goToPage(
				this.#interview,
				this.interviewContext,
				key,
				from ?? this.#interview.from ?? REVIEW_PAGE_ID,
			),
		);
	}

	goToChecks(): void {
		for (const step of this.interviewContext.checkedSteps) this.go(getChecksPageId(step));
		this.#checks?.forget();
	}

	/** Returns the problem with a value for the current question. */
	validate(value: unknown): string | undefined {
		const { currentPage } = this;
		if (currentPage.kind !== 'question') return undefined;
		const read = this.#read(currentPage.id, value);
		return 'problem' in read ? read.problem : undefined;
	}

	/** The problems of single items of a list for the current question, by position. */
	validateItems(items: readonly string[]): ReadonlyMap<number, string> {
		const { currentPage, interviewContext } = this;
		return currentPage.kind === 'question'
			? findItemProblems(interviewContext, currentPage.id, items)
			: new Map();
	}

	#read(key: string, typed: unknown): ReturnType<typeof parseFieldValue> {
		const read = parseFieldValue(this.#interview, this.interviewContext, key, typed);
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
		const problem =
			'problem' in read
				? read.problem
				: (this.#secretProblem(key, read.value) ?? this.#localProblem(key, read.value));
		if ('problem' in read || problem !== undefined) {
			this.#refused = { key, value: typed, problem: problem ?? '' };
			return;
		}
		this.#move(
			setAnswerAndReopenDependents(this.#interview, this.interviewContext, key, read.value),
		);
	}

	/**
	 * Finds an answer that contains a secret, or a reference to a secret that another answer contains.
	 * Only for submitted values: a partly typed name may be that of another environment variable.
	 */
	#secretProblem(key: string, value: unknown): string | undefined {
		const { interviewContext, answers } = this;
		const { secrets } = this.#parts.context;
		const [found] = findPlaintextSecretProblems(
			{ ...answers, [key]: value },
			interviewContext,
			secrets,
		).toSorted((a, b) => Number(b.key === key) - Number(a.key === key));
		if (found === undefined) return undefined;
		// Problems of other answers are reported by the review, unless this answer refers to the secret.
		if (found.key === key) return found.text;
		const names = interviewContext.catalogue.questions.some(
			(one) => one.key === key && one.kind === 'secret',
		);
		return names ? `refers to a secret that is not secret: ${found.key} ${found.text}` : undefined;
	}

	/**
	 * Finds a file, variable or program that this computer lacks. Only for submitted values, and not for
	 * a default, which preflight checks.
	 */
	#localProblem(key: string, value: unknown): string | undefined {
		const { questions } = buildQuestionTree(this.interviewContext.catalogue);
		const question = questions.get(key);
		return question === undefined || isDeepStrictEqual(value, question.default)
			? undefined
			: findMissingLocalReference(question, value, this.#parts.local);
	}

	#move(next: InterviewState): void {
		const { checkedSteps } = this.interviewContext;
		const was = (interview: InterviewState) =>
			checkedSteps.every((step) => interview.passed.includes(getChecksPageId(step)));
		const reopened = was(this.#interview) && !was(next);
		const answersChanged = next.given !== this.#interview.given;
		// Checks run again after a change of their answers, whether they were confirmed or not.
		if (reopened || (answersChanged && !was(next))) this.#checks?.forget();
		this.#interview = next;
		this.#refused = undefined;
	}

	dispose(): void {
		this.#lookUps.stop();
		this.#checks?.forget();
	}
}
