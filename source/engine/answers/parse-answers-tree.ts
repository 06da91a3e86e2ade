import { isMap, isNode, isScalar, isSeq, type LineCounter, type Pair, type YAMLMap } from 'yaml';
import { findClosestMatch } from '../closest-match.ts';
import type { SourceLocation } from '../errors.ts';
import {
	type AnswersProblem,
	formatDisplayValue,
	formatItemPath,
	joinKeyPath,
	truncateForDisplay,
} from './answers-problem.ts';
import {
	type CatalogueQuestion,
	canBeBlank,
	findClosestKey,
	formatOptionNames,
	type GroupNode,
	hasDefault,
	listRequiredQuestions,
	type QuestionNode,
	type QuestionTree,
	reservedKeys,
} from './question-tree.ts';
import {
	findSecretReferenceProblem,
	secretReferenceRuleText,
	secretReferenceSchema,
} from './secret-reference.ts';
import {
	describeNode,
	findIndirection,
	findKindProblem,
	findScalarProblem,
	getKeyText,
	isBlankNode,
} from './yaml-problems.ts';

/** Limits, so that a hostile file does not exhaust memory and time. */
const MOST_PROBLEMS = 500;
const MOST_LEVELS = 32;

interface PlainValueOptions {
	/** The key of the question, for problems. */
	key: string;
	rule?: string | undefined;
	/** The value and its keys must not be shown. */
	hide?: boolean;
	/** Allows several lines and whitespace at the ends. */
	free?: boolean;
}

/** Thrown to stop reading after `MOST_PROBLEMS`. */
export class TooManyProblemsError extends Error {}

/** Reads the answers in a YAML tree along the tree of questions, and collects all problems. */
export class AnswersTreeParser {
	readonly answers = new Map<string, unknown>();
	readonly places = new Map<string, SourceLocation>();
	readonly problems: AnswersProblem[] = [];
	/** Interactive steps, whose variants may be given without nested answers. */
	ask: readonly string[] = [];
	readonly #file: string;
	readonly #lines: LineCounter;
	readonly #tree: QuestionTree;

	constructor(file: string, lines: LineCounter, tree: QuestionTree) {
		this.#file = file;
		this.#lines = lines;
		this.#tree = tree;
	}

	/** Line and column of an offset, both starting at 1. */
	locateOffset(offset: number): SourceLocation {
		const { line, col } = this.#lines.linePos(offset);
		return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
	}

	/** The start of a node; undefined for a node that is not in the file. */
	locate(node: unknown): SourceLocation | undefined {
		return isNode(node) && node.range ? this.locateOffset(node.range[0]) : undefined;
	}

	/** The start of a value, or of its key. */
	locateValue({ key, value }: Pair): SourceLocation | undefined {
		return this.locate(value) ?? this.locate(key);
	}

	/** Adds a problem. @throws TooManyProblemsError after too many. */
	report(
		key: string,
		place: SourceLocation | undefined,
		message: string,
		details: Omit<AnswersProblem, 'key' | 'place' | 'message'> = {},
	): void {
		this.problems.push({ key, place, message, ...details });
		if (this.problems.length >= MOST_PROBLEMS) throw new TooManyProblemsError();
	}

	/**
	 * Rejects anchors, aliases and type tags: reviewers must see each value where it is used. This also
	 * prevents alias bombs, because nothing is expanded.
	 */
	rejectIndirection(key: string, node: unknown): boolean {
		const message = findIndirection(node);
		if (message !== undefined) this.report(key, this.locate(node), message);
		return message !== undefined;
	}

	/** Reads a mapping with the keys of `group`. */
	readGroup(map: YAMLMap, group: GroupNode): void {
		this.#readEntries(map, group.path, (name, pair) => {
			if (group.path === '' && reservedKeys.includes(name)) return;
			const child = group.children.get(name);
			if (child === undefined) this.#reportUnknown(group.path, name, pair);
			else if (child.type === 'group') this.#readBelow(pair, child);
			else this.#readQuestion(pair, child);
		});
	}

	/** Calls `read` for each entry with a valid key. Returns whether all keys are valid. */
	#readEntries(
		{ items }: YAMLMap,
		parent: string,
		read: (name: string, pair: Pair) => void,
		hide = false,
	): boolean {
		const seen = new Map<string, SourceLocation | undefined>();
		for (const pair of items) {
			const place = this.locate(pair.key);
			if (this.rejectIndirection(parent, pair.key)) continue;
			const name = getKeyText(pair.key);
			if (name === undefined) {
				this.report(parent, place, 'has a key that is not plain text');
				continue;
			}
			const key = hide ? parent : joinKeyPath(parent, name);
			if (name === '__proto__') {
				this.report(key, place, 'is not an allowed key name');
			} else if (seen.has(name)) {
				const first = seen.get(name)?.line ?? '?';
				this.report(key, place, `is a duplicate key; first used on line ${first}`);
			} else {
				seen.set(name, place);
				read(name, pair);
			}
		}
		return seen.size === items.length;
	}

	#reportUnknown(parent: string, name: string, pair: Pair): void {
		const key = joinKeyPath(parent, name);
		const place = this.locate(pair.key);
		if (name === '<<') {
			this.report(key, place, 'is a merge key; write the values out');
			return;
		}
		const nearest = findClosestKey(parent, name, this.#tree);
		this.report(key, place, 'is not a known key', { nearest });
	}

	/** Reads the keys below a group, which may be blank, as in a template. */
	#readBelow({ value }: Pair, group: GroupNode): void {
		if (this.rejectIndirection(group.path, value) || isBlankNode(value)) return;
		if (isMap(value)) {
			this.readGroup(value, group);
			return;
		}
		const names = [...group.children.keys()];
		const shown = `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
		const rule = names.length === 0 ? 'nothing below it' : `keys below it: ${shown}`;
		// The value is not shown: it may be a secret at the wrong level.
		this.report(group.path, this.locate(value), `is ${describeNode(value)}`, { rule });
	}

	/** Reads the value of one question into the answers, or reports what is wrong with it. */
	#readQuestion(pair: Pair, node: QuestionNode): void {
		const { question, path: key } = node;
		const { kind, rule } = question;
		const { value } = pair;
		if (this.rejectIndirection(key, value)) return;
		if (isBlankNode(value)) this.#readBlank(pair, question);
		else if (kind === 'variant') this.#readVariant(pair, node);
		else {
			const place = this.#setPlace(key, value);
			const wrong = kind === 'secret' ? undefined : findKindProblem(value, question);
			if (kind === 'secret') this.#readSecret(key, value);
			else if (wrong !== undefined) {
				const { message, ...details } = wrong;
				this.report(key, place, message, { rule, ...details });
			} else {
				const plain = this.#readPlain(value, { key, rule, free: kind === 'multiline' });
				if (plain !== undefined) this.answers.set(key, plain);
			}
		}
	}

	#setPlace(key: string, node: unknown): SourceLocation | undefined {
		const place = this.locate(node);
		if (place !== undefined) this.places.set(key, place);
		return place;
	}

	#readBlank(pair: Pair, question: CatalogueQuestion): void {
		const place = this.#setPlace(question.key, pair.key);
		if (canBeBlank(question)) return;
		const variant = question.kind === 'variant';
		const remedy = hasDefault(question) && !variant ? '; remove the line to use the default' : '';
		const rule = variant ? `one of ${formatOptionNames(question)}` : question.rule;
		this.report(question.key, place, `has no value${remedy}`, { rule });
	}

	#readSecret(key: string, node: unknown): void {
		const before = this.problems.length;
		const value = this.#readPlain(node, { key, hide: true });
		const message = value === undefined ? undefined : findSecretReferenceProblem(value);
		if (message !== undefined)
			this.report(key, this.locate(node), message, { rule: secretReferenceRuleText });
		if (this.problems.length === before) this.answers.set(key, secretReferenceSchema.parse(value));
	}

	#readVariant({ value }: Pair, node: QuestionNode): void {
		const { path, options, question } = node;
		const rule = `one of ${formatOptionNames(question)}`;
		if (isMap(value)) {
			this.#readOptions(value, node, rule);
			return;
		}
		const option = isScalar(value) ? value.value : undefined;
		if (typeof option !== 'string') {
			this.report(path, this.locate(value), `is ${describeNode(value)}`, { rule });
			return;
		}
		const place = this.#setPlace(path, value);
		const group = options.get(option);
		if (group === undefined) {
			const nearest = findClosestMatch(option, options.keys());
			const shown = formatDisplayValue(option);
			this.report(path, place, 'is not a valid option', { rule, value: shown, nearest });
			return;
		}
		const [needed] = listRequiredQuestions(group);
		if (needed === undefined || this.ask.includes(question.step)) {
			this.answers.set(path, option);
			return;
		}
		const below = needed.key.slice(group.path.length + 1).split('.');
		const form = [path.split('.').at(-1), option, ...below].join(': { ');
		const close = ' }'.repeat(below.length + 1);
		const message = `${option} requires ${needed.key}; write ${form}: …${close}`;
		this.report(path, place, message);
	}

	/** Reads `{ OPTION: { … } }`. Further options are read too, to report all problems at once. */
	#readOptions(map: YAMLMap, { path, options }: QuestionNode, rule: string): void {
		if (map.items.length === 0) this.report(path, this.locate(map), 'has no option', { rule });
		let selected: { option: string; line: number | undefined } | undefined;
		this.#readEntries(map, path, (option, pair) => {
			const group = options.get(option);
			const place = this.locate(pair.key);
			if (group === undefined) {
				const nearest = findClosestKey(path, option, this.#tree);
				const key = joinKeyPath(path, option);
				this.report(key, place, 'is not a valid option', { rule, nearest });
			} else if (selected === undefined) {
				selected = { option, line: place?.line };
				this.#setPlace(path, pair.key);
				this.answers.set(path, option);
				this.#readBelow(pair, group);
			} else {
				const message = `is a second option: ${truncateForDisplay(selected.option)} is selected on line ${selected.line}`;
				this.report(formatItemPath(path, [option]), place, message, { rule });
				// Read only for its problems, not for its answers.
				this.#readBelow(pair, group);
				for (const map of [this.answers, this.places])
					for (const key of map.keys()) if (key.startsWith(`${group.path}.`)) map.delete(key);
			}
		});
	}

	/**
	 * Converts a node to plain data: text, numbers, booleans, null, lists and mappings. Undefined when
	 * it was rejected and reported.
	 */
	#readPlain(
		node: unknown,
		options: PlainValueOptions,
		path: readonly PropertyKey[] = [],
	): unknown {
		const { key, hide, free, rule } = options;
		const at = hide ? key : formatItemPath(key, path);
		const place = this.locate(node) ?? this.places.get(key);
		if (this.rejectIndirection(at, node)) return undefined;
		if (path.length > MOST_LEVELS) {
			this.report(key, place, `is nested more than ${MOST_LEVELS} levels deep`);
			return undefined;
		}
		if (isBlankNode(node)) return null;
		if (isSeq(node)) return this.#readPlainList(node.items, options, path);
		if (isMap(node)) return this.#readPlainMap(node, options, path);
		if (!isScalar(node)) return undefined;
		const message = findScalarProblem(node, free === true);
		if (message === undefined) return node.value;
		const shown = hide || free ? {} : { rule, value: formatDisplayValue(node.value) };
		this.report(at, place, message, shown);
		return undefined;
	}

	#readPlainList(
		items: readonly unknown[],
		options: PlainValueOptions,
		path: readonly PropertyKey[],
	): unknown[] | undefined {
		const values = items.map((item, index) => {
			const here = [...path, index];
			const at = options.hide ? options.key : formatItemPath(options.key, here);
			if (!options.hide) this.#setPlace(at, item);
			const value = this.#readPlain(item, options, here);
			if (value === null) this.report(at, this.locate(item), 'is an empty item');
			return value ?? undefined;
		});
		return values.includes(undefined) ? undefined : values;
	}

	#readPlainMap(map: YAMLMap, options: PlainValueOptions, path: readonly PropertyKey[]): unknown {
		const { key, hide } = options;
		const entries: [string, unknown][] = [];
		const parent = hide ? key : formatItemPath(key, path);
		const read = (name: string, pair: Pair): void => {
			const here = [...path, name];
			if (!hide) this.#setPlace(formatItemPath(key, here), pair.key);
			entries.push([name, this.#readPlain(pair.value, options, here)]);
		};
		const valid = this.#readEntries(map, parent, read, hide);
		const complete = entries.every(([, value]) => value !== undefined);
		return valid && complete ? Object.fromEntries(entries) : undefined;
	}
}
