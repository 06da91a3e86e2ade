import { isDeepStrictEqual } from 'node:util';
import { WizardError } from '../errors.ts';
import type { Answers, AskingFacts, Catalogue } from '../question.ts';
import { type Branch, type CatalogueQuestion, type Outline, outlineOf } from './outline.ts';

export type AnswerSource = 'file' | 'default' | 'derived';

export interface ResolvedAnswers {
	/** Every asked question that has an answer: given, derived or default. */
	answers: Answers;
	/** Where each answer comes from; `file` stands for anything given. */
	sources: Readonly<Record<string, AnswerSource>>;
	/**
	 * Asked, required, and without an answer, in the order of the catalogue; derived ones only when
	 * nothing else is missing.
	 */
	missing: readonly { key: string; label: string }[];
	/** Keys whose answer, or being asked at all, hangs on a refused answer. */
	uncertain: ReadonlySet<string>;
}

/** True when the variants above the question are taken its way and its `when` holds. */
export function isAsked(
	question: CatalogueQuestion,
	answers: Answers,
	branches: readonly Branch[],
): boolean {
	return (
		branches.every(({ key, option }) => answers[key] === option) &&
		(question.when?.(answers) ?? true)
	);
}

/**
 * Adds defaults and derived values to given answers, again and again until nothing changes, since
 * a derived value may follow from a later or another derived one. Given answers to questions that
 * are not asked are left out.
 *
 * @param refused keys that were given but cannot be used; see `uncertain`.
 * @throws WizardError `internal` when a `derive` fails or two of them never agree.
 */
export function resolveAnswers(
	given: Answers,
	catalogue: Catalogue,
	facts: AskingFacts,
	refused: ReadonlySet<string> = new Set(),
): ResolvedAnswers {
	const outline = outlineOf(catalogue);
	const known = new Set(outline.questions.keys());
	const answers: Record<string, unknown> = Object.fromEntries(
		Object.entries(given).filter(([key, value]) => known.has(key) && value !== undefined),
	);
	const sources: Record<string, AnswerSource> = {};
	settle(answers, sources, { given, catalogue, outline, facts });
	const lacking = catalogue.questions
		.filter((question) => isAsked(question, answers, outline.branches.get(question.key) ?? []))
		.filter(({ key, optional }) => answers[key] === undefined && optional !== true);
	// What follows from other answers is not asked for while one of those may be what is missing.
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
	catalogue: Catalogue;
	outline: Outline;
	facts: AskingFacts;
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
	if (!isAsked(question, answers, outline.branches.get(key) ?? [])) return undefined;
	if (given[key] !== undefined) return { value: given[key], source: 'file' };
	const derived = derive(question, answers, facts);
	if (derived !== undefined) return { value: derived, source: 'derived' };
	return question.default === undefined
		? undefined
		: { value: question.default, source: 'default' };
}

function derive(question: CatalogueQuestion, answers: Answers, facts: AskingFacts): unknown {
	try {
		return question.derive?.(answers, facts);
	} catch (cause) {
		const message = `The default of ${question.key} could not be derived.`;
		throw new WizardError('internal', { message, details: [String(cause)], cause });
	}
}

/** Which answers a function looks at. */
export function readsOf(answers: Answers, look: (answers: Answers) => unknown): Set<string> {
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
	look(watched);
	return reads;
}

/**
 * One refused answer must not bring a string of further complaints: whatever was worked out from
 * it, found by watching what `derive` and `when` look at, is not known either.
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
			const asking = readsOf(answers, (watched) => question.when?.(watched));
			const deriving =
				given[key] === undefined
					? readsOf(answers, (watched) => question.derive?.(watched, facts))
					: [];
			if (isUncertain([...above, ...asking, ...deriving])) uncertain.add(key);
		}
	}
	return uncertain;
}
