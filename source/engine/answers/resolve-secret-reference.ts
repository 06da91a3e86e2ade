import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { execa, type Result } from 'execa';
import { z } from 'zod';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../child-environment.ts';
import { type ErrorCode, WizardError } from '../errors.ts';
import { quoteExternalLines } from '../escape-for-terminal.ts';
import { findEncodingProblem, formatByteSize, readInputFile } from '../input-file.ts';
import { limits } from '../limits.ts';
import { endProcessGroupOnTimeoutOrAbort, type ProcessGroupKillReason } from '../process-group.ts';
import type { Answers, QuestionCatalogue, SecretReference } from '../question.ts';
import { SecretRegistry } from '../secret-registry.ts';
import { formatSpawnError } from '../system-errors.ts';
import { trackWait } from '../wait-registry.ts';

const MIN_GENERATED_LENGTH = 16;
const MAX_GENERATED_LENGTH = 128;

/** The rule for secret references, shown with every problem. */
export const secretReferenceRuleText =
	'{ env: NAME }, { file: PATH }, { command: COMMAND } or { generate: {} }: a reference, never the secret itself';

const word = z.string().min(1);

/** Accepts only a `SecretReference`; a blank `generate:` means `{}`. */
export const secretReferenceSchema: z.ZodType<SecretReference> = z.union([
	z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
	z.strictObject({ file: word }),
	z.strictObject({ command: z.union([word, z.array(word).min(1)]) }),
	z.strictObject({
		generate: z.preprocess(
			(value) => value ?? {},
			z.strictObject({
				length: z.int().min(MIN_GENERATED_LENGTH).max(MAX_GENERATED_LENGTH).optional(),
			}),
		),
	}),
]);

type SecretReferenceKind = 'env' | 'file' | 'command' | 'generate';

const kindWords: Record<SecretReferenceKind, string> = {
	env: 'an environment variable',
	file: 'a file',
	command: 'a command',
	generate: 'generated',
};

/** The kind of a reference; undefined for anything else. */
function getSecretReferenceKind(value: unknown): SecretReferenceKind | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const kinds = Object.keys(kindWords) as SecretReferenceKind[];
	return kinds.find((kind) => kind in value);
}

/** A description that reveals only the kind of reference: "an environment variable". */
export function describeSecretReferenceKind(value: unknown): string {
	const kind = getSecretReferenceKind(value);
	return kind === undefined ? 'a secret' : kindWords[kind];
}

/**
 * What is wrong with a value given as a reference. Never contains any part of the value: even a key
 * may be the secret itself, written in braces by mistake.
 */
export function findSecretReferenceProblem(value: unknown): string | undefined {
	if (secretReferenceSchema.safeParse(value).success) return undefined;
	if (Array.isArray(value) || typeof value !== 'object' || value === null) {
		return 'is a secret and must be given as a reference; its value is not shown here';
	}
	const kind = getSecretReferenceKind(value);
	if (kind === undefined || Object.keys(value).length !== 1) {
		return 'is a secret and needs exactly one of env, file, command, generate';
	}
	const rules: Record<SecretReferenceKind, string> = {
		env: 'needs the name of an environment variable: letters, digits and _',
		file: 'needs a file path as text',
		command: 'needs a command as text or as a list of strings',
		generate: `accepts only length, a whole number from ${MIN_GENERATED_LENGTH} to ${MAX_GENERATED_LENGTH}`,
	};
	return `${kind} ${rules[kind]}`;
}

interface ResolveSecretOptions {
	/** The key path of the secret, for errors. */
	key: string;
	/** The directory for relative paths and commands. */
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
	/** Registers the value before it is returned. */
	registry: SecretRegistry;
	/** Cancels a pending pipe or command. */
	signal?: AbortSignal | undefined;
	/** Milliseconds for a pipe or a command, instead of the default limits. */
	limitMs?: number;
}

/** The output of commands by registry, for runs that run each command once. */
const printed = new WeakMap<SecretRegistry, Map<string, Promise<string>>>();

/**
 * Caches the output of successful secret commands for this registry, because each run of a command
 * may require a touch of a hardware key. For unattended runs; in the wizard, a repeated check must
 * run the command again.
 */
export function enableSecretCommandCache(registry: SecretRegistry): void {
	if (!printed.has(registry)) printed.set(registry, new Map());
}

/**
 * Resolves a reference of the form `env`, `file` or `command`, without the trailing line break.
 * `generate` is handled by the step that stores the value.
 *
 * @throws WizardError `answers` naming the key and the source, never any part of the value;
 *   `timeout` when a command or pipe takes too long, `cancelled` when the signal is aborted.
 */
export async function resolveSecret(
	reference: unknown,
	options: ResolveSecretOptions,
): Promise<string> {
	const { key, registry } = options;
	const parsed = secretReferenceSchema.safeParse(reference);
	if (!parsed.success) {
		const message = `${key} ${findSecretReferenceProblem(reference)}.`;
		throw new WizardError('answers', { message, expected: secretReferenceRuleText });
	}
	const form = parsed.data;
	if ('generate' in form) {
		throw new WizardError('internal', {
			message: `${key} is generated; it has no value to resolve.`,
		});
	}
	const found =
		'env' in form
			? readVariable(form.env, options)
			: 'file' in form
				? await readSecretFile(form.file, options)
				: await runCommandOnce(form.command, options);
	const value = found.replace(/\r?\n$/, '');
	registry.add(value, formatSecretName(key, form));
	if (value.trim() === '') throw createFailure(options, 'the referenced value is empty');
	if (value.includes('\0')) throw createFailure(options, 'the referenced value is not text');
	return value;
}

/** The name of a secret in errors: its key and its source. */
export function formatSecretName(key: string, reference: SecretReference): string {
	if ('env' in reference) return `${key} (environment variable ${reference.env})`;
	if ('file' in reference) return `${key} (file ${reference.file})`;
	return `${key} (${'command' in reference ? 'from its command' : 'generated'})`;
}

function readVariable(name: string, options: ResolveSecretOptions): string {
	const value = options.environment[name];
	if (value !== undefined) return value;
	throw createFailure(options, `the environment variable ${name} is not set`, [
		`Set ${name} in the shell that starts tfe-wizard, then run the same command again.`,
	]);
}

async function readSecretFile(path: string, options: ResolveSecretOptions): Promise<string> {
	const { baseFolder, key, signal, limitMs } = options;
	const file = resolve(baseFolder, path);
	const bytes = await readInputFile(file, {
		what: `the file of ${key}`,
		mostBytes: limits.secretBytes,
		next: [`Relative paths are resolved from ${baseFolder}.`],
		signal,
		limitMs,
	});
	return decodeText(bytes, options, `the file ${file}`);
}

function runCommandOnce(
	command: string | string[],
	options: ResolveSecretOptions,
): Promise<string> {
	const known = printed.get(options.registry);
	if (known === undefined) return readFromCommand(command, options);
	const id = JSON.stringify([options.key, command, options.baseFolder]);
	const value = known.get(id) ?? readFromCommand(command, options);
	known.set(id, value);
	value.catch(() => known.delete(id));
	return value;
}

async function readFromCommand(
	command: string | string[],
	options: ResolveSecretOptions,
): Promise<string> {
	const { key, baseFolder, registry, signal, limitMs = limits.secretCommandMs } = options;
	const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
	const environment = buildChildEnvironment({
		for: 'operator',
		inherited: options.environment,
		callsVault: callsVault(command),
	});
	const result = await trackWait(`the command of ${key}`, limitMs, () =>
		runSecretCommand(argv, { cwd: baseFolder, environment, signal, limitMs }),
	);
	// Arguments may be secrets; the program name is enough to identify the command.
	const name = typeof command === 'string' ? command.trim().split(/\s+/)[0] : command[0];
	const what = `command \`${registry.mask(name ?? '')} …\``;
	if (result.failure === undefined) {
		return decodeText(result.stdout, options, `the output of ${what}`);
	}
	throw createFailure(options, `${what} ${result.failure}`, [], result.stopped).with({
		details: quoteErrorOutput(result, registry),
		next: ['Run the command manually in the same directory until it prints the secret.'],
	});
}

/** Whether a command runs the Vault CLI by name; only then does it get Vault variables. */
function callsVault(command: string | string[]): boolean {
	const words = typeof command === 'string' ? command.split(/[\s;&|()<>`]+/) : command.slice(0, 1);
	return words.some((word) => /^(.*\/)?(vault|bao)$/.test(word));
}

/** The last lines of the error output, without text that was also printed to standard output. */
function quoteErrorOutput(result: SecretCommandResult, registry: SecretRegistry): string[] {
	const printed = result.stdout.toString('utf8').split('\n');
	// Too many lines to register as possible secrets, so no error output is shown.
	if (printed.length > 100) return [];
	const own = new SecretRegistry();
	for (const line of printed) own.add(line.trim());
	const lines = own.mask(registry.mask(result.stderr)).trimEnd().split('\n').slice(-10);
	return lines
		.filter((line) => line !== '')
		.flatMap((line) => quoteExternalLines(line.slice(0, 500)));
}

function decodeText(bytes: Buffer, options: ResolveSecretOptions, what: string): string {
	if (bytes.length > limits.secretBytes)
		throw createFailure(options, `${what} is longer than ${formatByteSize(limits.secretBytes)}`);
	const encoding = findEncodingProblem(bytes);
	if (encoding === undefined) return new TextDecoder('utf-8').decode(bytes);
	throw createFailure(options, `${what} ${encoding}`);
}

function createFailure(
	{ key }: ResolveSecretOptions,
	what: string,
	next: readonly string[] = [],
	fault: ErrorCode = 'answers',
): WizardError {
	return new WizardError(fault, { message: `Could not resolve ${key}: ${what}.`, next });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHARACTERS = `${LETTERS}0123456789-_`;

/**
 * Generates a random password with 6 bits per character from the system's generator. Only letters,
 * digits, - and _, which RDS, a sourced shell file and the user part of a URL all accept. It starts
 * with a letter, so that no command line parses it as a flag.
 *
 * @param length In characters, 16 to 128.
 */
export function generatePassword(length = 32): string {
	if (!Number.isInteger(length) || length < MIN_GENERATED_LENGTH || length > MAX_GENERATED_LENGTH) {
		throw new WizardError('answers', {
			message: `Cannot generate a password of ${length} characters.`,
			expected: `a length from ${MIN_GENERATED_LENGTH} to ${MAX_GENERATED_LENGTH}`,
		});
	}
	const pick = (from: string): string => from.charAt(randomInt(from.length));
	return pick(LETTERS) + Array.from({ length: length - 1 }, () => pick(CHARACTERS)).join('');
}

/** The maximum output kept; more than any secret, to detect too much output. */
const MOST_OUTPUT_BYTES = 128 * 1024;

interface SecretCommandOptions {
	cwd: string;
	environment: ChildEnvironment;
	signal?: AbortSignal;
	/** `limits.secretCommandMs` when not given. */
	limitMs?: number;
	/** For descendants to close the output after the command has exited. */
	openOutputMs?: number;
}

interface SecretCommandResult {
	stdout: Buffer;
	stderr: string;
	/** Why it failed, as a clause ("exited with status 2"). */
	failure?: string;
	/** Set when it was stopped by the timeout or by the signal. */
	stopped?: 'timeout' | 'cancelled';
}

/**
 * Runs a command and returns its output, without a shell and without input. It gets its own process
 * group, which is killed as a whole, because descendants of a killed shell would keep the pipes open.
 * The pipes are also closed on this side for processes that left the group.
 */
export async function runSecretCommand(
	[program = '', ...rest]: readonly string[],
	{ cwd, environment, signal, ...limiting }: SecretCommandOptions,
): Promise<SecretCommandResult> {
	const { limitMs = limits.secretCommandMs, openOutputMs = limits.openOutputMs } = limiting;
	const child = execa(program, rest, {
		cwd,
		...createExactEnvironmentOptions(environment),
		stdin: 'ignore',
		encoding: 'buffer',
		reject: false,
		stripFinalNewline: false,
		maxBuffer: MOST_OUTPUT_BYTES,
		detached: true,
	});
	const ending = endProcessGroupOnTimeoutOrAbort(child, {
		signal,
		limitMs,
		graceMs: 0,
		openOutputMs,
	});
	const result = await child.finally(ending.stop);
	const why = ending.why();
	return {
		stdout: Buffer.from(result.stdout ?? []),
		stderr: Buffer.from(result.stderr ?? []).toString('utf8'),
		failure: describeFailure(result, why, { limitMs, openOutputMs }),
		stopped: why === undefined || why === 'cancelled' ? why : 'timeout',
	};
}

function describeFailure(
	result: Result<{ reject: false; encoding: 'buffer' }>,
	why: ProcessGroupKillReason | undefined,
	{ limitMs, openOutputMs }: { limitMs: number; openOutputMs: number },
): string | undefined {
	if (why === 'cancelled') return 'was interrupted';
	if (why === 'late') return `timed out after ${limitMs / 1000} s`;
	if (why === 'open-output')
		return `exited, but a process it started kept its output open for ${openOutputMs / 1000} s`;
	if (result.isMaxBuffer) return `printed more than ${MOST_OUTPUT_BYTES / 1024} KiB`;
	if (!result.failed) return undefined;
	if (result.exitCode === 127) return 'was not found (status 127)';
	if (result.exitCode !== undefined) return `exited with status ${result.exitCode}`;
	if (result.signal !== undefined) return `was terminated by ${result.signal}`;
	return formatSpawnError(result.cause);
}

type RegisterSecretsOptions = Omit<ResolveSecretOptions, 'key' | 'limitMs'> & {
	catalogue: QuestionCatalogue;
	/** Whether commands may be run to resolve a secret. */
	commands: boolean;
};

/**
 * Registers the secrets that answers reference, so that other answers can be compared with them
 * before anything is stored. A secret that cannot be resolved is reported by its check.
 */
export async function resolveAndRegisterSecrets(
	answers: Answers,
	{ catalogue, commands, ...around }: RegisterSecretsOptions,
): Promise<void> {
	for (const { key, reference } of findSecretReferences(answers, catalogue)) {
		if ('generate' in reference || ('command' in reference && !commands)) continue;
		try {
			await resolveSecret(reference, { key, ...around });
		} catch (thrown) {
			if (!(thrown instanceof WizardError)) throw thrown;
		}
	}
}

/** The same for environment variables only and synchronously, while answers are typed. */
export function registerEnvironmentSecrets(
	answers: Answers,
	{
		catalogue,
		environment,
		registry,
	}: Pick<RegisterSecretsOptions, 'catalogue' | 'environment' | 'registry'>,
): void {
	for (const { key, reference } of findSecretReferences(answers, catalogue)) {
		const value = 'env' in reference ? environment[reference.env] : undefined;
		if (value !== undefined)
			registry.add(value.replace(/\r?\n$/, ''), formatSecretName(key, reference));
	}
}

/** The valid references in the answers to questions of kind `secret`. */
export function findSecretReferences(answers: Answers, { questions }: QuestionCatalogue) {
	return questions.flatMap(({ key, kind }) => {
		if (kind !== 'secret') return [];
		const parsed = secretReferenceSchema.safeParse(answers[key]);
		return parsed.success ? [{ key, reference: parsed.data }] : [];
	});
}
