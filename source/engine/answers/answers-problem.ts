import { type SourceLocation, WizardError } from '../errors.ts';
import { quoteShellWord } from '../shell-quote.ts';
import { escapeLine } from '../terminal-escape.ts';

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
export function formatDisplayValue(value: unknown): string {
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
export function sortProblems(problems: readonly AnswersProblem[]): AnswersProblem[] {
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
		message: `${file} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
		details: lines,
		place: problems.find((problem) => problem.place !== undefined)?.place,
		next: [`tfe-wizard answers check ${quoteShellWord(file)}`, 'tfe-wizard answers template'],
	});
}

/** The error for missing answers when prompts are disabled. Front ends show `missing` as data. */
export class MissingAnswersError extends WizardError {
	readonly missing: readonly { key: string; label: string }[];

	constructor(missing: readonly { key: string; label: string }[], file?: string) {
		const from = file === undefined ? '' : ` from ${file}`;
		super('answers', {
			message: `${missing.length === 1 ? '1 required answer is' : `${missing.length} required answers are`} missing${from}.`,
			expected: 'every required answer, because prompts are disabled',
			details: missing.map(({ key, label }) => `${key}  ${label}`),
			next:
				file === undefined
					? [
							'tfe-wizard answers template > answers.yaml',
							'tfe-wizard (prompts for them in a terminal)',
						]
					: [
							`Add them to ${file} (tfe-wizard answers template shows each with an example), then run the same command again.`,
							`tfe-wizard --answers ${quoteShellWord(file)} (prompts for missing answers in a terminal)`,
						],
		});
		this.missing = missing;
	}
}
