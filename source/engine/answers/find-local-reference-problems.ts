import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { WizardError } from '../errors.ts';
import { findAllOnPath, isExecutable } from '../find-program-files.ts';
import type { Answers, LocalReference, Question } from '../question.ts';
import { SecretRegistry } from '../secret-registry.ts';
import { formatSystemError } from '../system-errors.ts';
import { type AnswersProblem, formatItemPath } from './answers-problem.ts';
import type { ParsedAnswers } from './parse-answers.ts';
import { resolveSecret, secretReferenceSchema } from './resolve-secret-reference.ts';

/** Where the names in answers are resolved. */
export interface LocalReferenceContext {
	/** The directory that relative paths start from. */
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
}

interface LocalReferenceSearch extends LocalReferenceContext {
	catalogue: { questions: readonly Question[] };
	places?: ParsedAnswers['places'];
	/** Cancels reading a pipe or a slow file system. */
	signal?: AbortSignal;
}

/**
 * Finds what answers name and this computer lacks: files, directories, programs and environment
 * variables, and files whose content cannot be used. Runs no program and quotes no secret.
 */
export async function findLocalReferenceProblems(
	answers: Answers,
	search: LocalReferenceSearch,
): Promise<AnswersProblem[]> {
	const { catalogue, places } = search;
	const asked = catalogue.questions.flatMap((question) =>
		answers[question.key] === undefined ? [] : [{ question, value: answers[question.key] }],
	);
	const found = await Promise.all(
		asked.map(async ({ question, value }) => {
			const { key } = question;
			const missing = listMissing(question, value, search);
			const known = new Set(missing.map(({ path }) => formatItemPath(key, path)));
			const unusable = await Promise.all([
				...listLocalReferences(question, value)
					.filter(({ path }) => !known.has(formatItemPath(key, path)))
					.map(async (reference) => ({
						path: reference.path,
						message: await inspectReference(reference, search),
					})),
				...(missing.length > 0
					? []
					: [{ path: [], message: await findSecretValueProblem(question, value, search) }]),
			]);
			return [...missing, ...unusable].flatMap(({ path, message }) =>
				message === undefined
					? []
					: [{ key: formatItemPath(key, path), place: locate(key, path, places), message }],
			);
		}),
	);
	return found.flat();
}

/**
 * The same for one answer and without reading anything, for a value that was just entered: what does
 * not exist on this computer, as one clause.
 */
export function findMissingLocalReference(
	question: Question,
	value: unknown,
	context: LocalReferenceContext,
): string | undefined {
	const clauses = listMissing(question, value, context).map(({ path, message }) =>
		[...path.slice(0, 1).map(String), message].join(': '),
	);
	return clauses.length === 0 ? undefined : clauses.join('; ');
}

/** The position of a reference, or of its nearest parent with one. */
function locate(
	key: string,
	path: readonly PropertyKey[],
	places: ParsedAnswers['places'] | undefined,
) {
	const parents = path.map((_, at) => formatItemPath(key, path.slice(0, path.length - at)));
	return [...parents, key].map((one) => places?.get(one)).find((place) => place !== undefined);
}

interface Finding {
	path: readonly PropertyKey[];
	message: string;
}

function listMissing(
	question: Question,
	value: unknown,
	context: LocalReferenceContext,
): Finding[] {
	const variable = findUnsetVariable(question, value, context);
	const missing = listLocalReferences(question, value).flatMap((reference) => {
		const message = describeMissing(reference, context);
		return message === undefined ? [] : [{ path: reference.path, message }];
	});
	return [...(variable === undefined ? [] : [{ path: [], message: variable }]), ...missing];
}

/** The files and programs that a value names. */
function listLocalReferences(question: Question, value: unknown): readonly LocalReference[] {
	if (question.kind !== 'secret') return question.localReferences?.(value) ?? [];
	const { data } = secretReferenceSchema.safeParse(value);
	if (data === undefined) return [];
	if ('file' in data) return [{ path: [], kind: 'file', name: data.file }];
	const program = 'command' in data ? getProgramName(data.command) : undefined;
	return program === undefined ? [] : [{ path: [], kind: 'program', name: program }];
}

/** Commands of the shell itself, which are on PATH only by chance. */
const SHELL_WORDS = new Set(
	`alias break case cd command continue echo eval exec exit export false fg for getopts hash if jobs
	local printf pwd read readonly return set shift source test time times trap true type ulimit umask
	unalias unset until wait while`.split(/\s+/),
);

/** The program of a command; undefined when only a shell can tell. */
function getProgramName(command: string | readonly string[]): string | undefined {
	if (typeof command !== 'string') return command[0];
	const word = command.trim().split(/\s+/)[0] ?? '';
	return /^[\w./][\w./+-]*$/.test(word) && !/^\.+$/.test(word) && !SHELL_WORDS.has(word)
		? word
		: undefined;
}

function findUnsetVariable(
	{ kind }: Question,
	value: unknown,
	{ environment }: LocalReferenceContext,
): string | undefined {
	if (kind !== 'secret') return undefined;
	const { data } = secretReferenceSchema.safeParse(value);
	if (data === undefined || !('env' in data) || environment[data.env] !== undefined)
		return undefined;
	return `the environment variable ${data.env} is not set; set it in the shell that starts tfe-wizard`;
}

function describeMissing(
	{ kind, name }: LocalReference,
	{ baseFolder, environment }: LocalReferenceContext,
): string | undefined {
	if (kind === 'program' && !name.includes('/')) {
		return findAllOnPath(name, environment).length > 0
			? undefined
			: `the program ${name} was not found on PATH`;
	}
	const path = resolve(baseFolder, name);
	try {
		// A pipe is not opened, because that would end the program that writes to it.
		const isDirectory = statSync(path).isDirectory();
		if (kind === 'directory') {
			if (!isDirectory) return `${path} is a file, not a directory`;
			accessSync(path, constants.R_OK | constants.X_OK);
			return undefined;
		}
		if (isDirectory) return `${path} is a directory, not a file`;
		if (kind === 'program') return isExecutable(path) ? undefined : `${path} is not executable`;
		accessSync(path, constants.R_OK);
		return undefined;
	} catch (thrown) {
		return formatSystemError(thrown, path);
	}
}

async function inspectReference(
	{ name, inspect }: LocalReference,
	{ baseFolder, signal }: LocalReferenceSearch,
): Promise<string | undefined> {
	return withoutError(async () => inspect?.(resolve(baseFolder, name), signal));
}

/** Resolves a secret, except by its command, and checks its value. */
async function findSecretValueProblem(
	{ key, kind, secretProblem }: Question,
	value: unknown,
	{ baseFolder, environment, signal }: LocalReferenceSearch,
): Promise<string | undefined> {
	const { data } = secretReferenceSchema.safeParse(value);
	if (kind !== 'secret' || data === undefined || !('env' in data || 'file' in data))
		return undefined;
	const registry = new SecretRegistry();
	const message = await withoutError(async () => {
		const secret = await resolveSecret(data, { key, baseFolder, environment, registry, signal });
		const problem = secretProblem?.(secret);
		return problem === undefined ? undefined : `the referenced value ${problem}`;
	});
	const prefix = `Could not resolve ${key}: `;
	return message?.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** The message of an error as a clause; an interruption is thrown on. */
async function withoutError(find: () => Promise<string | undefined>): Promise<string | undefined> {
	try {
		return await find();
	} catch (thrown) {
		if (!(thrown instanceof WizardError) || thrown.fault === 'cancelled') throw thrown;
		return thrown.message.replace(/\.$/, '');
	}
}
