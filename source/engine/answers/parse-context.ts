import { isAlias, isNode, isScalar, type LineCounter, type Node } from 'yaml';
import type { SourceLocation } from '../errors.ts';
import { type AnswersProblem, joinKeyPath } from './answers-problem.ts';
import type { QuestionTree } from './question-tree.ts';

/** The state of parsing one answers file. */
export interface ParseContext {
	file: string;
	outline: QuestionTree;
	lines: LineCounter;
	/** Interactive steps, whose variants may be given without nested answers. */
	ask: readonly string[];
	answers: Map<string, unknown>;
	places: Map<string, SourceLocation>;
	problems: AnswersProblem[];
}

/** A limit, so that a hostile file does not exhaust memory and time. */
const MOST_PROBLEMS = 500;

/** Line and column of an offset, both starting at 1. */
export function getOffsetLocation(
	reading: Pick<ParseContext, 'file' | 'lines'>,
	offset: number,
): SourceLocation {
	const { line, col } = reading.lines.linePos(offset);
	return { file: reading.file, line: Math.max(1, line), column: Math.max(1, col) };
}

/** The start of a node; undefined for a node that is not in the file. */
export function getNodeLocation(reading: ParseContext, node: unknown): SourceLocation | undefined {
	return isNode(node) && node.range ? getOffsetLocation(reading, node.range[0]) : undefined;
}

/** Adds a problem. Returns false when there are already too many. */
export function reportProblem(reading: ParseContext, problem: AnswersProblem): boolean {
	if (reading.problems.length >= MOST_PROBLEMS) return false;
	reading.problems.push(problem);
	return true;
}

export function hasTooManyProblems(reading: ParseContext): boolean {
	return reading.problems.length >= MOST_PROBLEMS;
}

/** True for `key:` without a value, `~` and `null`. */
export function isBlankNode(node: unknown): boolean {
	return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** The text of a key as written; undefined for a key that is itself a list or mapping. */
function getKeyText(node: unknown): string | undefined {
	if (!isScalar(node)) return undefined;
	return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

/**
 * Rejects anchors, aliases and type tags: reviewers must see each value where it is used. This also
 * prevents alias bombs, because nothing is expanded.
 */
export function rejectIndirection(reading: ParseContext, key: string, node: unknown): boolean {
	if (!isNode(node)) return false;
	const message = indirection(node);
	if (message === undefined) return false;
	reportProblem(reading, { key, place: getNodeLocation(reading, node), message });
	return true;
}

function indirection(node: Node): string | undefined {
	if (isAlias(node)) return 'is an alias (*name); write the value out';
	if (node.anchor !== undefined) return 'has an anchor (&name); remove it and write values out';
	if (node.tag !== undefined) return 'has a type tag (!name); remove it';
	return undefined;
}

/** Returns the text of a valid key; reports a duplicate, nested or dangerous one. */
export function parseKey(
	reading: ParseContext,
	parent: string,
	node: unknown,
	seen: Map<string, SourceLocation | undefined>,
	hide = false,
): string | undefined {
	const place = getNodeLocation(reading, node);
	if (rejectIndirection(reading, parent, node)) return undefined;
	const name = getKeyText(node);
	if (name === undefined) {
		reportProblem(reading, { key: parent, place, message: 'has a key that is not plain text' });
		return undefined;
	}
	const key = hide ? parent : joinKeyPath(parent, name);
	if (name === '__proto__') {
		reportProblem(reading, { key, place, message: 'is not an allowed key name' });
		return undefined;
	}
	if (seen.has(name)) {
		const line = seen.get(name)?.line;
		reportProblem(reading, {
			key,
			place,
			message: `is a duplicate key; first used on line ${line ?? '?'}`,
		});
		return undefined;
	}
	seen.set(name, place);
	return name;
}
