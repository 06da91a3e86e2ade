import type { SecretReference } from '../../source/engine/question.ts';
import { parseMapLine, startsWithQuote } from '../../source/wizard/parse-map-line.ts';

/** Formats a value for a one-line field. */
export function formatFieldLine(value: unknown): string {
	if (value === undefined || value === null) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Parses a line: a number where one is expected, undefined when it may be blank. */
export function parseFieldLine(line: string, kind: string, optional: boolean): unknown {
	const text = line.trim();
	if (text === '' && optional) return undefined;
	if (kind !== 'number') return text;
	// Anything else stays text and is rejected by its rule.
	return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export const toListItems = (value: unknown): string[] =>
	Array.isArray(value)
		? value.map(formatFieldLine)
		: typeof value === 'string' && value
			? [value]
			: [];

/** Splits typed or pasted items at commas and newlines. */
export const parseListItems = (text: string): string[] =>
	text
		.split(/[,\n\r]+/)
		.map((item) => item.trim().replace(/^["']|["']$/g, ''))
		.filter(Boolean);

const isJson = (text: string): boolean => {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
};

/**
 * Formats a map as `key = value` lines. Text that would parse as JSON or as another line is quoted.
 */
export function formatMapFieldText(value: unknown): string {
	if (typeof value !== 'object' || value === null) return '';
	return Object.entries(value)
		.map(([key, item]) => {
			const plain =
				typeof item === 'string' &&
				!isJson(item) &&
				item.trim() === item &&
				!/[\r\n]/.test(item) &&
				!startsWithQuote(item);
			return `${key} = ${plain && item !== '' ? item : JSON.stringify(item)}`;
		})
		.join('\n');
}

type ParsedMap =
	| { typed: Record<string, unknown>; text: Record<string, string> }
	| { problem: string };

/**
 * Parses `key = value` lines twice, with values as JSON and as plain text: only the question knows
 * which it expects.
 */
export function parseMapLines(lines: string): ParsedMap {
	const typed: Record<string, unknown> = {};
	const text: Record<string, string> = {};
	for (const [at, line] of lines.split('\n').entries()) {
		if (line.trim() === '') continue;
		const parsed = parseMapLine(line);
		if ('problem' in parsed)
			return {
				problem: `line ${at + 1}: ${parsed.problem === 'form' ? 'expected key = value' : 'the quotation marks around the value are not complete'}`,
			};
		const { name: key, value, quoted } = parsed;
		if (Object.hasOwn(typed, key)) return { problem: `line ${at + 1}: duplicate key ${key}` };
		typed[key] = !quoted && isJson(value) ? JSON.parse(value) : value;
		text[key] = value;
	}
	return { typed, text };
}

export type SecretSourceKind = 'generate' | 'env' | 'file' | 'command';

/** The source kind of a secret reference, if any. */
export function findSecretSourceKind(value: unknown): SecretSourceKind | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	return (['generate', 'env', 'file', 'command'] as const).find((form) => form in value);
}

/** The name, path or command of a secret reference. */
export function getSecretReferenceTarget(value: unknown, kind: SecretSourceKind): string {
	if (typeof value !== 'object' || value === null || !(kind in value)) return '';
	const named: unknown = Reflect.get(value, kind);
	return typeof named === 'string' ? named : Array.isArray(named) ? named.join(' ') : '';
}

/** Creates a reference to a secret; never contains the secret. */
export const createSecretReference = (kind: SecretSourceKind, target: string): SecretReference =>
	kind === 'generate' ? { generate: {} } : ({ [kind]: target } as SecretReference);
