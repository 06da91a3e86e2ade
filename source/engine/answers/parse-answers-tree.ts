import { isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { findClosestMatch } from '../closest-match.ts';
import type { SourceLocation } from '../errors.ts';
import {
	type AnswersProblem,
	formatItemPath,
	formatValueAsShortJson,
	joinKeyPath,
	truncateForDisplay,
} from './answers-problem.ts';
import {
	describeYamlNodeType,
	findKindProblem,
	findScalarProblem,
	getKeyText,
} from './find-node-problems.ts';
import {
	type CatalogueQuestion,
	canBeBlank,
	findClosestKey,
	type GroupNode,
	getQuestionRuleText,
	hasDefault,
	listAlwaysRequiredQuestions,
	type QuestionNode,
	type QuestionTree,
	reservedKeys,
} from './question-tree.ts';
import {
	findSecretReferenceProblem,
	secretReferenceRuleText,
	secretReferenceSchema,
} from './resolve-secret-reference.ts';

/** Limits, so that a hostile file does not exhaust memory and time. */
const MOST_PROBLEMS = 500;
const MOST_LEVELS = 32;

interface PlainValueOptions {
	/** The key and the rule of the question, for problems. */
	key: string;
	rule?: string;
	/** The value and its keys must not be shown. */
	hide?: boolean;
	/** Allows several lines and whitespace at the ends. */
	free?: boolean;
}

/** Thrown after `MOST_PROBLEMS`. */
export class TooManyProblemsError extends Error {}

/** Reads the answers in a YAML tree along the tree of questions, and collects all problems. */
export class AnswersTreeParser {
	readonly answers = new Map<string, unknown>();
	readonly places = new Map<string, SourceLocation>();
	readonly problems: AnswersProblem[] = [];
	/** Interactive steps, whose variants may be given without nested answers. */
	ask: readonly string[] = [];
	readonly #tree: QuestionTree;
	readonly #locateOffset: (offset: number) => SourceLocation;

	constructor(tree: QuestionTree, locateOffset: (offset: number) => SourceLocation) {
		this.#tree = tree;
		this.#locateOffset = locateOffset;
	}

	/** The start of a node; undefined for a node that is not in the file. */
	locate(node: unknown): SourceLocation | undefined {
		return isNode(node) && node.range ? this.#locateOffset(node.range[0]) : undefined;
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
		if (!isNode(node)) return false;
		let message: string | undefined;
		if (isAlias(node)) message = 'is an alias (*name); write the value out';
		else if (node.anchor !== undefined)
			message = 'has an anchor (&name); remove it and write values out';
		else if (node.tag !== undefined) message = 'has a type tag (!name); remove it';
		if (message !== undefined) this.report(key, this.locate(node), message);
		return message !== undefined;
	}

	/** Reads a mapping with the keys of `group`. */
	readGroup(map: YAMLMap, group: GroupNode): void {
		this.#readEntries(map, group.path, (name, pair) => {
			if (group.path === '' && reservedKeys.includes(name)) return;
			const child = group.children.get(name);
			if (child === undefined) {
				const merges = name === '<<';
				const nearest = merges ? undefined : findClosestKey(group.path, name, this.#tree);
				const message = merges ? 'is a merge key; write the values out' : 'is not a known key';
				const key = joinKeyPath(group.path, name);
				this.report(key, this.locate(pair.key), message, { nearest });
			} else if (child.type === 'group') this.#readBelow(pair, child);
			else this.#readQuestion(pair, child);
		});
	}

	/** Calls `read` for each entry with a valid key. Returns whether all keys are valid. */
	#readEntries(
		{ items }: YAMLMap,
		parent: string,
		read: (name: string, pair: Pair) => unknown,
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

	/** Reads the keys below a group, which may be blank, as in a template. */
	#readBelow({ value }: Pair, group: GroupNode): void {
		if (this.rejectIndirection(group.path, value) || isBlankNode(value)) return;
		if (isMap(value)) this.readGroup(value, group);
		else {
			const names = [...group.children.keys()];
			const shown = `${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
			const rule = names.length === 0 ? 'nothing below it' : `keys below it: ${shown}`;
			// The value is not shown: it may be a secret at the wrong level.
			this.report(group.path, this.locate(value), `is ${describeYamlNodeType(value)}`, { rule });
		}
	}

	/** Reads the value of one question into the answers, or reports what is wrong with it. */
	#readQuestion(pair: Pair, node: QuestionNode): void {
		const { question, path: key } = node;
		const { kind, rule } = question;
		const { value } = pair;
		if (this.rejectIndirection(key, value)) return;
		if (isBlankNode(value)) this.#readBlank(pair, question);
		else if (kind === 'variant' && isMap(value)) this.#readOptions(value, node);
		else if (kind === 'variant') this.#readOptionName(value, node);
		else if (kind === 'secret') this.#readSecret(key, value);
		else {
			const place = this.#setPlace(key, value);
			const wrong = findKindProblem(value, question);
			if (wrong !== undefined) {
				this.report(key, place, wrong.message, { rule, ...wrong });
				return;
			}
			const plain = this.#readPlain(value, { key, rule, free: kind === 'multiline' });
			if (plain !== undefined) this.answers.set(key, plain);
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
		const rule =
			question.kind === 'secret'
				? secretReferenceRuleText
				: variant
					? getQuestionRuleText(question)
					: question.rule;
		this.report(question.key, place, `has no value${remedy}`, { rule });
	}

	#readSecret(key: string, node: unknown): void {
		const place = this.#setPlace(key, node);
		const value = this.#readPlain(node, { key, hide: true });
		if (value === undefined) return;
		const message = findSecretReferenceProblem(value);
		if (message === undefined) this.answers.set(key, secretReferenceSchema.parse(value));
		else this.report(key, place, message, { rule: secretReferenceRuleText });
	}

	/** Reads `OPTION`, which is possible for an option without required questions. */
	#readOptionName(node: unknown, { path, options, question }: QuestionNode): void {
		const rule = getQuestionRuleText(question);
		const option = isScalar(node) ? node.value : undefined;
		if (typeof option !== 'string') {
			this.report(path, this.locate(node), `is ${describeYamlNodeType(node)}`, { rule });
			return;
		}
		const place = this.#setPlace(path, node);
		const group = options.get(option);
		if (group === undefined) {
			const nearest = findClosestMatch(option, options.keys());
			const shown = formatValueAsShortJson(option);
			this.report(path, place, 'is not a valid option', { rule, value: shown, nearest });
			return;
		}
		const [needed] = listAlwaysRequiredQuestions(group);
		if (needed === undefined || this.ask.includes(question.step)) {
			this.answers.set(path, option);
			return;
		}
		const below = needed.key.slice(group.path.length + 1).split('.');
		const form = [path.split('.').at(-1), option, ...below].join(': { ');
		const end = ' }'.repeat(below.length + 1);
		this.report(path, place, `${option} requires ${needed.key}; write ${form}: …${end}`);
	}

	/** Reads `{ OPTION: { … } }`. Further options are read too, to report all problems at once. */
	#readOptions(map: YAMLMap, { path, options, question }: QuestionNode): void {
		const rule = getQuestionRuleText(question);
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
		const keyOf = (inner: readonly PropertyKey[]) => (hide ? key : formatItemPath(key, inner));
		const at = keyOf(path);
		const place = this.locate(node) ?? this.places.get(key);
		if (this.rejectIndirection(at, node)) return undefined;
		if (path.length > MOST_LEVELS) {
			this.report(key, place, `is nested more than ${MOST_LEVELS} levels deep`);
			return undefined;
		}
		if (isBlankNode(node)) return null;
		/** Reads a list item or map entry; `where` is the node that problems point to. */
		const readInner = (name: PropertyKey, where: unknown, inner: unknown): unknown => {
			if (!hide) this.#setPlace(keyOf([...path, name]), where);
			return this.#readPlain(inner, options, [...path, name]);
		};
		if (isSeq(node)) {
			const values = node.items.map((item, index) => {
				const value = readInner(index, item, item);
				if (value !== null) return value;
				this.report(keyOf([...path, index]), this.locate(item), 'is an empty item');
				return undefined;
			});
			return values.includes(undefined) ? undefined : values;
		}
		if (isMap(node)) {
			const entries: [string, unknown][] = [];
			const read = (name: string, pair: Pair) =>
				entries.push([name, readInner(name, pair.key, pair.value)]);
			const valid = this.#readEntries(node, at, read, hide);
			const complete = entries.every(([, value]) => value !== undefined);
			return valid && complete ? Object.fromEntries(entries) : undefined;
		}
		if (!isScalar(node)) return undefined;
		const message = findScalarProblem(node, free === true);
		if (message === undefined) return node.value;
		const shown = hide || free ? {} : { rule, value: formatValueAsShortJson(node.value) };
		this.report(at, place, message, shown);
		return undefined;
	}
}

/** True for `key:` without a value, `~` and `null`. */
function isBlankNode(node: unknown): boolean {
	return node === null || node === undefined || (isScalar(node) && node.value === null);
}
