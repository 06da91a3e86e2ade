import { isDeepStrictEqual } from 'node:util';
import { WizardError } from '../errors.ts';
import type { Answers, DerivationContext, QuestionCatalogue } from '../question.ts';
import {
	buildQuestionTree,
	type CatalogueQuestion,
	type QuestionTree,
	type VariantCondition,
} from './question-tree.ts';

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
	branches: readonly VariantCondition[],
): boolean {
	return (
		branches.every(({ key, option }) => answers[key] === option) &&
		(question.when?.(answers) ?? true)
	);
}

/**
 * Adds defaults and derived values to given answers until nothing changes, because a derived value
 * may depend on later or other derived values. Given answers of questions that do not apply are
 * omitted.
 *
 * @param refused Keys that were given but are invalid; see `uncertain`.
 * @throws WizardError `internal` when a `derive` fails or derived values are circular.
 */
export function resolveAnswers(
	given: Answers,
	catalogue: QuestionCatalogue,
	facts: DerivationContext,
	refused: ReadonlySet<string> = new Set(),
): ResolvedAnswers {
	const outline = buildQuestionTree(catalogue);
	const known = new Set(outline.questions.keys());
	const answers: Record<string, unknown> = Object.fromEntries(
		Object.entries(given).filter(([key, value]) => known.has(key) && value !== undefined),
	);
	const sources: Record<string, AnswerSource> = {};
	settle(answers, sources, { given, catalogue, outline, facts });
	const lacking = catalogue.questions
		.filter((question) =>
			isQuestionAsked(question, answers, outline.branches.get(question.key) ?? []),
		)
		.filter(({ key, optional }) => answers[key] === undefined && optional !== true);
	// A derived answer is not reported as missing while one of its inputs may be missing.
	const underived = lacking.filter(({ derive }) => derive === undefined);
	const missing = (underived.length > 0 ? underived : lacking).map(({ key, label }) => ({
		key,
		label,
	}));
	const uncertain = uncertainKeys({ given, catalogue, outline, facts }, answers, refused);
	return { answers, sources, missing, uncertain };
}

interface Frame {
	given: Answers;
	catalogue: QuestionCatalogue;
	outline: QuestionTree;
	facts: DerivationContext;
}

function settle(
	answers: Record<string, unknown>,
	sources: Record<string, AnswerSource>,
	frame: Frame,
): void {
	const { questions } = frame.catalogue;
	for (let round = 0; round <= questions.length + 1; round++) {
		const changed = questions.filter((question) => {
			const { key } = question;
			const before = answers[key];
			const found = answerOf(question, answers, frame);
			if (found === undefined) delete answers[key];
			else answers[key] = found.value;
			if (found === undefined) delete sources[key];
			else sources[key] = found.source;
			return !isDeepStrictEqual(before, answers[key]);
		});
		if (changed.length === 0) return;
		if (round === questions.length + 1) {
			const keys = changed.map(({ key }) => key).join(', ');
			throw new WizardError('internal', {
				message: `The defaults of these questions depend on each other: ${keys}.`,
			});
		}
	}
}

function answerOf(
	question: CatalogueQuestion,
	answers: Answers,
	{ given, outline, facts }: Frame,
): { value: unknown; source: AnswerSource } | undefined {
	const { key } = question;
	if (!isQuestionAsked(question, answers, outline.branches.get(key) ?? [])) return undefined;
	if (given[key] !== undefined) return { value: given[key], source: 'file' };
	const derived = derive(question, answers, facts);
	if (derived !== undefined) return { value: derived, source: 'derived' };
	return question.default === undefined
		? undefined
		: { value: question.default, source: 'default' };
}

function derive(question: CatalogueQuestion, answers: Answers, facts: DerivationContext): unknown {
	try {
		return question.derive?.(answers, facts);
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

/**
 * A rejected answer must not cause further problems: everything that depends on it, as tracked
 * through the reads of `derive` and `when`, is unknown too.
 */
function uncertainKeys(
	{ given, catalogue, outline, facts }: Frame,
	answers: Answers,
	refused: ReadonlySet<string>,
): Set<string> {
	const uncertain = new Set(refused);
	const isUncertain = (keys: Iterable<string>): boolean =>
		[...keys].some((key) => uncertain.has(key));
	for (let before = -1; before !== uncertain.size; ) {
		before = uncertain.size;
		for (const question of catalogue.questions) {
			const { key } = question;
			const above = (outline.branches.get(key) ?? []).map((branch) => branch.key);
			const asking = trackAnswerReads(answers, (watched) => question.when?.(watched));
			const deriving =
				given[key] === undefined
					? trackAnswerReads(answers, (watched) => question.derive?.(watched, facts))
					: [];
			if (isUncertain([...above, ...asking, ...deriving])) uncertain.add(key);
		}
	}
	return uncertain;
}
