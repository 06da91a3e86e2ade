import { WizardError } from '../errors.ts';
import type { Catalogue } from '../question.ts';

export type CatalogueQuestion = Catalogue['questions'][number];

/** A question with nothing beneath it. */
export interface Leaf {
	type: 'leaf';
	path: string;
	question: CatalogueQuestion;
}

/** A variant question; each option holds a group, empty where the option asks nothing more. */
export interface Fork {
	type: 'fork';
	path: string;
	question: CatalogueQuestion;
	options: ReadonlyMap<string, Group>;
}

/** A mapping of further keys that is no question itself. */
export interface Group {
	type: 'group';
	path: string;
	children: Map<string, OutlineNode>;
}

export type OutlineNode = Leaf | Fork | Group;

/** A question is asked only while the variant `key` holds `option`. */
export interface Branch {
	key: string;
	option: string;
}

/** The nesting of the answers file, as the flat key paths of a catalogue imply it. */
export interface Outline {
	root: Group;
	questions: ReadonlyMap<string, CatalogueQuestion>;
	/** For every question the forks above it, outermost first. */
	branches: ReadonlyMap<string, readonly Branch[]>;
}

/** Keys of the file itself, which no question may take. */
export const fileKeys = ['version', 'ask', '$schema'] as const;

/**
 * Builds the nesting of a catalogue.
 * @throws WizardError `internal` when the catalogue contradicts itself: a key twice, a key beneath
 *   a question that is no variant, an option that does not exist.
 */
export function outlineOf(catalogue: Catalogue): Outline {
	const root: Group = { type: 'group', path: '', children: new Map() };
	const questions = new Map<string, CatalogueQuestion>();
	const branches = new Map<string, readonly Branch[]>();
	for (const question of catalogue.questions) {
		const { parent, name, above } = parentOf(root, question.key);
		if (parent.children.has(name)) throw contradiction(question.key, 'is already in use');
		if (parent === root && (fileKeys as readonly string[]).includes(name)) {
			throw contradiction(question.key, 'is reserved for the file format');
		}
		parent.children.set(name, nodeOf(question));
		questions.set(question.key, question);
		branches.set(question.key, above);
	}
	return { root, questions, branches };
}

function parentOf(root: Group, key: string): { parent: Group; name: string; above: Branch[] } {
	const segments = key.split('.');
	const name = segments.pop() ?? '';
	const above: Branch[] = [];
	let parent = root;
	let fork: Fork | undefined;
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

function nodeOf(question: CatalogueQuestion): Leaf | Fork {
	const path = question.key;
	if (question.kind !== 'variant') return { type: 'leaf', path, question };
	const options = new Map(
		(question.options ?? []).map(({ value }): [string, Group] => [
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

/** True when a person or a file has to answer, because nothing else can. */
export function isRequired(question: CatalogueQuestion): boolean {
	return (
		question.default === undefined && question.derive === undefined && question.optional !== true
	);
}

/** True when "left blank" is an answer of its own: nothing would take the place of no answer. */
export function mayBeBlank(question: CatalogueQuestion): boolean {
	return (
		question.default === undefined && question.derive === undefined && question.optional === true
	);
}

/** The required questions that taking an option surely brings; with `when` it is not sure. */
export function requiredBeneath(group: Group): CatalogueQuestion[] {
	return [...group.children.values()].flatMap((node) => {
		if (node.type === 'group') return requiredBeneath(node);
		const { question } = node;
		return isRequired(question) && question.when === undefined ? [question] : [];
	});
}

/** The questions of a group and of all beneath it, in the order of the outline. */
export function questionsBeneath(node: OutlineNode): CatalogueQuestion[] {
	if (node.type === 'leaf') return [node.question];
	if (node.type === 'group') return [...node.children.values()].flatMap(questionsBeneath);
	return [node.question, ...[...node.options.values()].flatMap(questionsBeneath)];
}

/** The options of a choice or variant, for "one of: a, b". */
export function optionNames(question: CatalogueQuestion): string {
	return (question.options ?? []).map(({ value }) => (value === '' ? '""' : value)).join(', ');
}
