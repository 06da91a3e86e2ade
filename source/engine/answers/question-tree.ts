import { z } from 'zod';
import { findClosestMatch } from '../closest-match.ts';
import { WizardError } from '../errors.ts';
import type { QuestionCatalogue } from '../question.ts';
import { secretReferenceSchema } from './resolve-secret-reference.ts';

/** The version of the answers file format. */
export const ANSWERS_FILE_VERSION = 1;

/** Keys of the file format, which no question may use. */
export const reservedKeys: readonly string[] = ['version', 'ask', '$schema'];

export type CatalogueQuestion = QuestionCatalogue['questions'][number];

/** A question; a variant has a group for each option, empty when the option has no questions. */
export interface QuestionNode {
	type: 'question';
	path: string;
	question: CatalogueQuestion;
	options: ReadonlyMap<string, GroupNode>;
}

/** A mapping of nested keys that is not a question itself. */
export interface GroupNode {
	type: 'group';
	path: string;
	children: Map<string, QuestionTreeNode>;
	/** The variant conditions of its questions, outermost first. */
	conditions: readonly VariantCondition[];
}

export type QuestionTreeNode = QuestionNode | GroupNode;

/** A condition: the variant `key` must have the value `option`. */
interface VariantCondition {
	key: string;
	option: string;
}

/** The tree of an answers file, built from the flat key paths of a catalogue. */
export interface QuestionTree {
	root: GroupNode;
	questions: ReadonlyMap<string, CatalogueQuestion>;
	/** The variant conditions of every question, outermost first. */
	branches: ReadonlyMap<string, readonly VariantCondition[]>;
	/** The paths of all questions and groups, in order. */
	paths: readonly string[];
}

/**
 * Builds the question tree of a catalogue.
 * @throws WizardError `internal` when the catalogue is inconsistent: a duplicate key, a key below a
 *   question that is not a variant, an unknown option.
 */
export function buildQuestionTree(catalogue: QuestionCatalogue): QuestionTree {
	const questions = new Map<string, CatalogueQuestion>();
	const branches = new Map<string, readonly VariantCondition[]>();
	const groups = new Map<string, GroupNode>();
	const addGroup = (path: string, conditions: readonly VariantCondition[]): GroupNode => {
		const group: GroupNode = { type: 'group', path, children: new Map(), conditions };
		groups.set(path, group);
		return group;
	};
	const root = addGroup('', []);
	const getGroup = (path: string, key: string): GroupNode => {
		const known = groups.get(path);
		if (known !== undefined) return known;
		const kind = questions.get(path)?.kind;
		if (kind === 'variant') throw contradiction(key, `is an option of ${path}, not a question`);
		if (kind !== undefined) throw contradiction(key, `is below ${path}, which is not a variant`);
		const above = path.slice(0, Math.max(0, path.lastIndexOf('.')));
		if (questions.get(above)?.kind === 'variant')
			throw contradiction(key, `does not name an option of ${above}`);
		const parent = getGroup(above, key);
		const group = addGroup(path, parent.conditions);
		parent.children.set(getLastSegment(path), group);
		return group;
	};
	for (const question of catalogue.questions) {
		const { key, kind } = question;
		const { children, conditions } = getGroup(key.slice(0, Math.max(0, key.lastIndexOf('.'))), key);
		const name = getLastSegment(key);
		if (children.has(name)) throw contradiction(key, 'is already in use');
		if (reservedKeys.includes(key)) throw contradiction(key, 'is reserved for the file format');
		const names = kind === 'variant' ? (question.options ?? []).map(({ value }) => value) : [];
		const options = new Map(
			names.map((option) => [
				option,
				addGroup(`${key}.${option}`, [...conditions, { key, option }]),
			]),
		);
		children.set(name, { type: 'question', path: key, question, options });
		questions.set(key, question);
		branches.set(key, conditions);
	}
	return { root, questions, branches, paths: listPaths(root) };
}

function contradiction(key: string, what: string): WizardError {
	return new WizardError('internal', { message: `Invalid question ${key}: the key ${what}.` });
}

function listPaths(node: QuestionTreeNode): string[] {
	const below = node.type === 'group' ? node.children : node.options;
	return [...(node.path === '' ? [] : [node.path]), ...[...below.values()].flatMap(listPaths)];
}

function getLastSegment(path: string): string {
	return path.slice(path.lastIndexOf('.') + 1);
}

/** Whether a question needs an answer because it has no default and is not optional. */
export function isRequiredQuestion(question: CatalogueQuestion): boolean {
	return !hasDefault(question) && question.optional !== true;
}

/** Whether a blank is a valid answer: the question is optional and has no default. */
export function canBeBlank(question: CatalogueQuestion): boolean {
	return !hasDefault(question) && question.optional === true;
}

export function hasDefault(question: CatalogueQuestion): boolean {
	return question.default !== undefined || question.derive !== undefined;
}

/** The required questions of a group, without conditional ones (`when`). */
export function listAlwaysRequiredQuestions(group: GroupNode): CatalogueQuestion[] {
	return [...group.children.values()].flatMap((node) => {
		if (node.type === 'group') return listAlwaysRequiredQuestions(node);
		const { question } = node;
		return isRequiredQuestion(question) && question.when === undefined ? [question] : [];
	});
}

/** The options of a choice or variant for "one of a, b". */
function formatOptionNames(question: CatalogueQuestion): string {
	return (question.options ?? []).map(({ value }) => (value === '' ? '""' : value)).join(', ');
}

/** The schema of a question: its own, or the one for its kind. */
export function getQuestionZodSchema(question: CatalogueQuestion): z.ZodType {
	const { kind, options = [] } = question;
	if (kind === 'secret') return secretReferenceSchema;
	if (kind !== 'variant' && question.schema !== undefined) return question.schema;
	if (kind === 'number') return z.number();
	if (kind === 'yesno') return z.boolean();
	if (kind === 'list') return z.array(z.string());
	if (kind === 'map') return z.record(z.string(), z.json());
	const enumerated = kind === 'variant' || (kind === 'choice' && options.length > 0);
	return enumerated ? z.enum(options.map(({ value }) => value)) : z.string();
}

/** The rule for a value in a few words: the question's own, or its options. */
export function getQuestionRuleText(question: CatalogueQuestion): string | undefined {
	if (question.kind !== 'choice' && question.kind !== 'variant') return question.rule;
	return question.rule ?? `one of ${formatOptionNames(question)}`;
}

/** What documents say about the value of a question besides its label and help, as sentences. */
export function listQuestionRemarks(question: CatalogueQuestion): string[] {
	const { asked, derived, kind } = question;
	const rule = kind === 'variant' ? undefined : getQuestionRuleText(question);
	return [
		...(rule === undefined ? [] : [`Rule: ${rule}.`]),
		...(asked === undefined ? [] : [`Applies ${asked}${/[.!?]$/.test(asked) ? '' : '.'}`]),
		...(derived === undefined ? [] : [`Default: ${derived}.`]),
	];
}

/**
 * The key path that an unknown one was probably meant to be: a similar sibling, the same name at
 * another level, the variable it replaces, or a similar name at another level.
 */
export function findClosestKey(
	parent: string,
	segment: string,
	{ paths, questions }: QuestionTree,
): string | undefined {
	const known = ['version', 'ask', ...paths];
	const prefix = parent === '' ? '' : `${parent}.`;
	const siblings = known
		.filter((path) => path.startsWith(prefix))
		.map((path) => path.slice(prefix.length))
		.filter((name) => !name.includes('.'));
	const sibling = findClosestMatch(segment, siblings);
	if (sibling !== undefined) return `${prefix}${sibling}`;
	const normalize = (text: string): string => text.toLowerCase().replaceAll('-', '_');
	// A segment with dots is often a whole key path.
	const wanted = normalize(segment);
	const moved =
		known.find((path) => [wanted, normalize(`${prefix}${segment}`)].includes(normalize(path))) ??
		known.find((path) => normalize(getLastSegment(path)) === getLastSegment(wanted)) ??
		[...questions.values()].find(({ variableAlias }) => variableAlias?.name === segment)?.key;
	if (moved !== undefined || segment.length < 4) return moved;
	const elsewhere = findClosestMatch(getLastSegment(segment), known.map(getLastSegment));
	return elsewhere && known.find((path) => getLastSegment(path) === elsewhere);
}
