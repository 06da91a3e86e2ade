import type { z } from 'zod';
import { type SourceLocation, WizardError } from '../errors.ts';
import { escapeLine } from '../escape-for-terminal.ts';
import { formatCount } from '../format.ts';
import { formatInputFileName, STANDARD_INPUT } from '../input-file.ts';
import type { Answers } from '../question.ts';
import { quoteShellWord } from '../shell-quote.ts';

/** A problem of an answers file, or of other answers (then without a position). */
export interface AnswersProblem {
	/**
	 * The start of the value; for unknown, duplicate and blank keys and for map entries, the start of
	 * the key.
	 */
	place?: SourceLocation;
	/** The key path; empty for a problem of the whole file. */
	key: string;
	/** What is wrong: a clause that follows the key, without a full stop. */
	message: string;
	/** What was expected, where the message does not say so. */
	rule?: string;
	/** The value as written, truncated. Never set for a secret, a map or an unknown key. */
	value?: string;
	/** The known key, option or step that was probably meant. */
	nearest?: string;
}

const SHOWN_CHARACTERS = 60;
const SHOWN_PROBLEMS = 100;

/** Text that is safe to print: on one line, truncated and escaped. */
export function truncateForDisplay(text: string): string {
	const safe = escapeLine(text.slice(0, SHOWN_CHARACTERS));
	return text.length > SHOWN_CHARACTERS ? `${safe}…` : safe;
}

/** A value for display: truncated, and without the credentials of a URL. */
export function formatValueAsShortJson(value: unknown): string {
	const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? '');
	return truncateForDisplay(text.replace(/(\/\/)[^/@\s"]*@/g, '$1…@'));
}

/** The type of a plain value in words. */
export function describeValueType(value: unknown): string {
	if (value === null || value === undefined) return 'empty';
	if (Array.isArray(value)) return 'a list';
	const names = { string: 'text', number: 'a number', boolean: 'a boolean', object: 'a mapping' };
	return names[typeof value as keyof typeof names] ?? typeof value;
}

/** A key path with one more segment, quoted if it has special characters. */
export function joinKeyPath(parent: string, segment: string): string {
	const shown = /^[\w$-]+$/.test(segment)
		? truncateForDisplay(segment)
		: `"${truncateForDisplay(segment)}"`;
	return parent === '' ? shown : `${parent}.${shown}`;
}

/** The path of an item within a list or map answer: `tags.Owner`, `data_subnet_ids[1]`. */
export function formatItemPath(key: string, path: readonly PropertyKey[]): string {
	return path.reduce<string>(
		(parent, part) =>
			typeof part === 'number' ? `${parent}[${part}]` : joinKeyPath(parent, String(part)),
		key,
	);
}

/** One line: `answers.yaml:12:3  settings.fqd  is not a known key; did you mean settings.fqdn?` */
export function formatProblem(problem: AnswersProblem): string {
	const { place, key, message, rule, value, nearest } = problem;
	const words = [message];
	if (value !== undefined) words.push(`found ${value}`);
	if (rule !== undefined && !message.includes(rule)) {
		// Rules across answers are full sentences.
		words.push(rule.endsWith('.') ? `rule: ${rule.slice(0, -1)}` : `expected ${rule}`);
	}
	if (nearest !== undefined) words.push(`did you mean ${nearest}?`);
	const where = place === undefined ? [] : [`${place.file}:${place.line}:${place.column}`];
	return [...where, ...(key === '' ? [] : [key]), words.join('; ')].join('  ');
}

/** Sorts problems by position; those without a position come last. */
export function sortProblemsByPosition(problems: readonly AnswersProblem[]): AnswersProblem[] {
	const last = Number.MAX_SAFE_INTEGER;
	return problems.toSorted(
		(a, b) =>
			(a.place?.line ?? last) - (b.place?.line ?? last) ||
			(a.place?.column ?? last) - (b.place?.column ?? last),
	);
}

/** All problems of a file as one error with exit code 3. */
export function createProblemsError(
	problems: readonly AnswersProblem[],
	file: string,
): WizardError {
	const lines = problems.slice(0, SHOWN_PROBLEMS).map(formatProblem);
	if (problems.length > SHOWN_PROBLEMS) {
		lines.push(`and ${problems.length - SHOWN_PROBLEMS} more`);
	}
	return new WizardError('answers', {
		message: `${formatInputFileName(file)} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
		details: lines,
		place: problems.find((problem) => problem.place !== undefined)?.place,
		next: [
			file === STANDARD_INPUT
				? 'Correct the answers, then run the same command again.'
				: `tfe-wizard answers check ${quoteShellWord(file)}`,
			'tfe-wizard answers template',
		],
	});
}

/** The error for missing answers when prompts are disabled. Front ends show `missing` as data. */
export class MissingAnswersError extends WizardError {
	constructor(missing: readonly { key: string; label: string }[], file?: string) {
		const from = file === undefined ? '' : ` from ${formatInputFileName(file)}`;
		super('answers', {
			message: `${missing.length === 1 ? '1 required answer is' : `${missing.length} required answers are`} missing${from}.`,
			expected: 'every required answer, because prompts are disabled',
			missing,
			details: missing.map(({ key, label }) => `${key}  ${label}`),
			next:
				file === undefined
					? [
							'tfe-wizard answers template > answers.yaml',
							'tfe-wizard (prompts for them in a terminal)',
						]
					: [
							`Add them to ${formatInputFileName(file)} (tfe-wizard answers template shows each with an example), then run the same command again.`,
							...(file === STANDARD_INPUT
								? []
								: [
										`tfe-wizard --answers ${quoteShellWord(file)} (prompts for missing answers in a terminal)`,
									]),
						],
		});
	}
}

/** Thrown when a missing answer is read. */
export class MissingAnswerReadError extends Error {
	override readonly name = 'NotAnswered';
	readonly key: string;

	constructor(key: string) {
		super(`${key} has no answer yet`);
		this.key = key;
	}
}

/**
 * Incomplete answers: reading one of `missing` throws `MissingAnswerReadError`, so that it is not mistaken for a
 * blank answer.
 */
export function createAnswersThrowingWhenMissing(
	answers: Answers,
	missing: ReadonlySet<string>,
): Answers {
	return new Proxy(answers, {
		get(target, key, receiver) {
			if (typeof key === 'string' && missing.has(key)) throw new MissingAnswerReadError(key);
			return Reflect.get(target, key, receiver);
		},
	});
}

/** The message for a zod issue whose schema has no message, as a clause that follows the key. */
export function formatZodIssue(issue: z.core.$ZodRawIssue): string {
	switch (issue.code) {
		case 'invalid_type':
			return formatTypeIssue(issue.expected, issue.input);
		case 'too_small':
			return formatSizeIssue(issue, Number(issue.minimum), 'at least');
		case 'too_big':
			return formatSizeIssue(issue, Number(issue.maximum), 'at most');
		case 'invalid_value':
			return `is not ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((one) => (one === '' ? '""' : String(one))).join(', ')}`;
		case 'unrecognized_keys':
			return `has unknown keys: ${issue.keys.join(', ')}`;
		case 'invalid_key':
			return 'is not an allowed name';
		case 'invalid_union':
			return 'does not match any allowed form';
		default:
			return 'is not valid';
	}
}

function formatTypeIssue(expected: string, input: unknown): string {
	if (input === undefined) return 'is missing';
	if (input === null) return 'has no value';
	if (expected === 'int' && typeof input === 'number') return 'is not a whole number';
	const is = `is ${describeValueType(input)}`;
	if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
		return `${is}; write it in quotes`;
	const names: Readonly<Record<string, string>> = {
		...{ string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false' },
		...{ array: 'a list', object: 'a mapping', record: 'a mapping' },
	};
	return `${is}, not ${names[expected] ?? expected}`;
}

function formatSizeIssue(
	{ origin, exact }: { origin: string; exact?: boolean },
	limit: number,
	side: 'at least' | 'at most',
): string {
	const bound = exact === true ? 'exactly' : side;
	if (origin !== 'string' && origin !== 'array') return `must be ${bound} ${limit}`;
	if (bound === 'at least' && limit === 1) return 'is empty';
	return `must have ${bound} ${formatCount(limit, origin === 'string' ? 'character' : 'item')}`;
}
