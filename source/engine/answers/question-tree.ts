import { WizardError } from '../errors.ts';
import type { QuestionCatalogue } from '../question.ts';

export type CatalogueQuestion = QuestionCatalogue['questions'][number];

/** A question without nested keys. */
interface LeafNode {
	type: 'leaf';
	path: string;
	question: CatalogueQuestion;
}

/** A variant question; each option has a group, empty when the option has no questions. */
export interface VariantNode {
	type: 'fork';
	path: string;
	question: CatalogueQuestion;
	options: ReadonlyMap<string, GroupNode>;
}

/** A mapping of nested keys that is not a question itself. */
export interface GroupNode {
	type: 'group';
	path: string;
	children: Map<string, QuestionTreeNode>;
}

export type QuestionTreeNode = LeafNode | VariantNode | GroupNode;

/** A condition: the variant `key` must have the value `option`. */
export interface VariantCondition {
	key: string;
	option: string;
}

/** The tree of an answers file, built from the flat key paths of a catalogue. */
export interface QuestionTree {
	root: GroupNode;
	questions: ReadonlyMap<string, CatalogueQuestion>;
	/** The variant conditions of every question, outermost first. */
	branches: ReadonlyMap<string, readonly VariantCondition[]>;
}

/** Keys of the file format, which no question may use. */
const reservedKeys = ['version', 'ask', '$schema'] as const;

/**
 * Builds the question tree of a catalogue.
 * @throws WizardError `internal` when the catalogue is inconsistent: a duplicate key, a key below a
 *   question that is not a variant, an unknown option.
 */
export function buildQuestionTree(catalogue: QuestionCatalogue): QuestionTree {
	const root: GroupNode = { type: 'group', path: '', children: new Map() };
	const questions = new Map<string, CatalogueQuestion>();
	const branches = new Map<string, readonly VariantCondition[]>();
	for (const question of catalogue.questions) {
		const { parent, name, above } = parentOf(root, question.key);
		if (parent.children.has(name)) throw contradiction(question.key, 'is already in use');
		if (parent === root && (reservedKeys as readonly string[]).includes(name)) {
			throw contradiction(question.key, 'is reserved for the file format');
		}
		parent.children.set(name, nodeOf(question));
		questions.set(question.key, question);
		branches.set(question.key, above);
	}
	return { root, questions, branches };
}

function parentOf(
	root: GroupNode,
	key: string,
): { parent: GroupNode; name: string; above: VariantCondition[] } {
	const segments = key.split('.');
	const name = segments.pop() ?? '';
	const above: VariantCondition[] = [];
	let parent = root;
	let fork: VariantNode | undefined;
	for (const segment of segments) {
		if (fork !== undefined) {
			const option = fork.options.get(segment);
			if (option === undefined) throw contradiction(key, `does not name an option of ${fork.path}`);
			above.push({ key: fork.path, option: segment });
			parent = option;
			fork = undefined;
			continue;
		}
		const path = parent.path === '' ? segment : `${parent.path}.${segment}`;
		const child = parent.children.get(segment) ?? { type: 'group', path, children: new Map() };
		if (child.type === 'leaf') throw contradiction(key, `is below ${path}, which is not a variant`);
		parent.children.set(segment, child);
		if (child.type === 'fork') fork = child;
		else parent = child;
	}
	if (fork !== undefined) throw contradiction(key, `is an option of ${fork.path}, not a question`);
	return { parent, name, above };
}

function nodeOf(question: CatalogueQuestion): LeafNode | VariantNode {
	const path = question.key;
	if (question.kind !== 'variant') return { type: 'leaf', path, question };
	const options = new Map(
		(question.options ?? []).map(({ value }): [string, GroupNode] => [
			value,
			{ type: 'group', path: `${path}.${value}`, children: new Map() },
		]),
	);
	return { type: 'fork', path, question, options };
}

function contradiction(key: string, what: string): WizardError {
	return new WizardError('internal', {
		message: `Invalid question ${key}: the key ${what}.`,
	});
}

/** Whether a question needs an answer because it has no default and is not optional. */
export function isRequiredQuestion(question: CatalogueQuestion): boolean {
	return (
		question.default === undefined && question.derive === undefined && question.optional !== true
	);
}

/** Whether a blank is a valid answer: the question is optional and has no default. */
export function canBeBlank(question: CatalogueQuestion): boolean {
	return (
		question.default === undefined && question.derive === undefined && question.optional === true
	);
}

/** The required questions of a group, without conditional ones (`when`). */
export function listRequiredQuestions(group: GroupNode): CatalogueQuestion[] {
	return [...group.children.values()].flatMap((node) => {
		if (node.type === 'group') return listRequiredQuestions(node);
		const { question } = node;
		return isRequiredQuestion(question) && question.when === undefined ? [question] : [];
	});
}

/** The questions of a node and everything below it, in order. */
export function listNodeQuestions(node: QuestionTreeNode): CatalogueQuestion[] {
	if (node.type === 'leaf') return [node.question];
	if (node.type === 'group') return [...node.children.values()].flatMap(listNodeQuestions);
	return [node.question, ...[...node.options.values()].flatMap(listNodeQuestions)];
}

/** The options of a choice or variant for "one of a, b". */
export function formatOptionNames(question: CatalogueQuestion): string {
	return (question.options ?? []).map(({ value }) => (value === '' ? '""' : value)).join(', ');
}
