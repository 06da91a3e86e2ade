import { isDeepStrictEqual } from 'node:util';
import { WizardError } from '../errors.ts';
import type { Answers, DerivationContext, QuestionCatalogue } from '../question.ts';
import { buildQuestionTree, type CatalogueQuestion, type QuestionTree } from './question-tree.ts';

type AnswerSource = 'file' | 'default' | 'derived';

export interface ResolvedAnswers {
	/** All answers of questions that apply: given, derived or default. */
	answers: Answers;
	/** The source of each answer; `file` for any given answer. */
	sources: Readonly<Record<string, AnswerSource>>;
	/**
	 * Required questions that apply and have no answer, in catalogue order; derived ones only when
	 * nothing else is missing.
	 */
	missing: readonly { key: string; label: string }[];
	/** Keys whose answer or condition depends on a rejected answer. */
	uncertain: ReadonlySet<string>;
}

/** Whether a question applies: its variant conditions and its `when` are true. */
export function isQuestionAsked(
	question: CatalogueQuestion,
	answers: Answers,
	{ branches }: QuestionTree,
): boolean {
	const conditions = branches.get(question.key) ?? [];
	return (
		conditions.every(({ key, option }) => answers[key] === option) &&
		(question.when?.(answers) ?? true)
	);
}

/**
 * Adds defaults and derived values to given answers until nothing changes, because a derived value
 * may depend on later or other derived values. Given answers of questions that do not apply are
 * omitted.
 *
 * @param rejected Keys that were given but are invalid; see `uncertain`.
 * @throws WizardError `internal` when a `derive` fails or derived values are circular.
 */
export function addDefaultAndDerivedAnswers(
	given: Answers,
	catalogue: QuestionCatalogue,
	context: DerivationContext,
	rejected: ReadonlySet<string> = new Set(),
): ResolvedAnswers {
	const tree = buildQuestionTree(catalogue);
	const { questions } = catalogue;
	const answers: Record<string, unknown> = Object.fromEntries(
		Object.entries(given).filter(([key, value]) => tree.questions.has(key) && value !== undefined),
	);
	const sources: Record<string, AnswerSource> = {};
	/** Sets one answer. Returns whether it changed. */
	const update = (question: CatalogueQuestion): boolean => {
		const { key } = question;
		const before = answers[key];
		let source: AnswerSource = 'file';
		let value: unknown;
		if (isQuestionAsked(question, answers, tree)) {
			value = given[key];
			if (value === undefined) [source, value] = ['derived', derive(question, answers, context)];
			if (value === undefined) [source, value] = ['default', question.default];
		}
		if (value === undefined) {
			delete answers[key];
			delete sources[key];
		} else {
			answers[key] = value;
			sources[key] = source;
		}
		return !isDeepStrictEqual(before, value);
	};
	let changed = questions.filter(update);
	for (let round = 0; changed.length > 0; round++) {
		if (round > questions.length) {
			const keys = changed.map(({ key }) => key).join(', ');
			const message = `The defaults of these questions depend on each other: ${keys}.`;
			throw new WizardError('internal', { message });
		}
		changed = questions.filter(update);
	}
	const lacking = questions.filter(
		(question) =>
			question.optional !== true &&
			answers[question.key] === undefined &&
			isQuestionAsked(question, answers, tree),
	);
	// A derived answer is not reported as missing while one of its inputs may be missing.
	const underived = lacking.filter(({ derive }) => derive === undefined);
	const missing = underived.length > 0 ? underived : lacking;
	const reads = (question: CatalogueQuestion): string[] => [
		...(tree.branches.get(question.key) ?? []).map(({ key }) => key),
		...trackAnswerReads(answers, (watched) => question.when?.(watched)),
		...trackAnswerReads(answers, (watched) =>
			given[question.key] === undefined ? question.derive?.(watched, context) : undefined,
		),
	];
	return {
		answers,
		sources,
		missing: missing.map(({ key, label }) => ({ key, label })),
		uncertain: addDependentKeys(
			rejected,
			questions.map((question) => [question.key, reads(question)]),
		),
	};
}

/**
 * A rejected answer must not cause further problems: everything that depends on it, as tracked
 * through the reads of `derive` and `when`, is unknown too.
 */
function addDependentKeys(
	rejected: ReadonlySet<string>,
	reads: readonly [key: string, reads: readonly string[]][],
): Set<string> {
	const uncertain = new Set(rejected);
	for (let before = -1; before !== uncertain.size; ) {
		before = uncertain.size;
		for (const [key, read] of reads) if (read.some((one) => uncertain.has(one))) uncertain.add(key);
	}
	return uncertain;
}

function derive(
	question: CatalogueQuestion,
	answers: Answers,
	context: DerivationContext,
): unknown {
	try {
		return question.derive?.(answers, context);
	} catch (cause) {
		const message = `The default of ${question.key} could not be derived.`;
		throw new WizardError('internal', { message, details: [String(cause)], cause });
	}
}

/** The keys of the answers that a function reads. */
export function trackAnswerReads(
	answers: Answers,
	read: (answers: Answers) => unknown,
): Set<string> {
	const reads = new Set<string>();
	const watched = new Proxy(answers, {
		get(target, key) {
			reads.add(String(key));
			return Reflect.get(target, key);
		},
		has(target, key) {
			reads.add(String(key));
			return Reflect.has(target, key);
		},
		ownKeys(target) {
			for (const key of Object.keys(target)) reads.add(key);
			return Reflect.ownKeys(target);
		},
	});
	read(watched);
	return reads;
}

/** Thrown when a missing answer is read. */
export class MissingAnswerError extends Error {
	override readonly name = 'NotAnswered';
	readonly key: string;

	constructor(key: string) {
		super(`${key} has no answer yet`);
		this.key = key;
	}
}

/**
 * Incomplete answers: reading one of `missing` throws `MissingAnswerError`, so that it is not mistaken for a
 * blank answer.
 */
export function createPartialAnswers(answers: Answers, missing: ReadonlySet<string>): Answers {
	return new Proxy(answers, {
		get(target, key, receiver) {
			if (typeof key === 'string' && missing.has(key)) throw new MissingAnswerError(key);
			return Reflect.get(target, key, receiver);
		},
	});
}
