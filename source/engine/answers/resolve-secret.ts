import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { execa } from 'execa';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	exactEnvironment,
} from '../child-environment.ts';
import { type ErrorCode, WizardError } from '../errors.ts';
import { findEncodingProblem, formatByteSize, readInputFile } from '../input-file.ts';
import { limits } from '../limits.ts';
import { limitProcessGroup, type TerminationReason } from '../process-group.ts';
import type { Answers, QuestionCatalogue, SecretReference } from '../question.ts';
import { SecretRegistry } from '../secret-registry.ts';
import { formatSpawnError } from '../system-errors.ts';
import { quoteExternalLines } from '../terminal-escape.ts';
import { trackWait } from '../wait-registry.ts';
import {
	findSecretReferenceProblem,
	MAX_GENERATED_LENGTH,
	MIN_GENERATED_LENGTH,
	secretReferenceRuleText,
	secretReferenceSchema,
} from './secret-reference.ts';

interface ResolveSecretOptions {
	/** The key path of the secret, for errors. */
	key: string;
	/** The directory for relative paths and commands. */
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
	/** Names of variables with secrets, which a command for another secret does not get. */
	secretVariables?: Iterable<string>;
	/** Registers the value before it is returned. */
	registry: SecretRegistry;
	/** Runs a command; `runSecretCommand` when not given. */
	run?: SecretCommandRunner;
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
export function cacheSecretCommands(registry: SecretRegistry): void {
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
			? fromEnvironment(form.env, options)
			: 'file' in form
				? await fromFile(form.file, options)
				: await fromCommandOnce(form.command, options);
	const value = found.replace(/\r?\n$/, '');
	registry.add(value, formatSecretName(key, form));
	if (value.trim() === '') throw failure(options, 'the referenced value is empty');
	if (value.includes('\0')) throw failure(options, 'the referenced value is not text');
	return value;
}

/** The name of a secret in errors: its key and its source. */
export function formatSecretName(key: string, reference: SecretReference): string {
	if ('env' in reference) return `${key} (environment variable ${reference.env})`;
	if ('file' in reference) return `${key} (file ${reference.file})`;
	return `${key} (${'command' in reference ? 'from its command' : 'generated'})`;
}

function fromEnvironment(name: string, surroundings: ResolveSecretOptions): string {
	const value = surroundings.environment[name];
	if (value !== undefined) return value;
	throw failure(surroundings, `the environment variable ${name} is not set`, [
		`Set ${name} in the shell that starts tfe-wizard, then run the same command again.`,
	]);
}

async function fromFile(path: string, surroundings: ResolveSecretOptions): Promise<string> {
	const { baseFolder, key, signal, limitMs } = surroundings;
	const file = resolve(baseFolder, path);
	const bytes = await readInputFile(file, {
		what: `the file of ${key}`,
		mostBytes: limits.secretBytes,
		next: [`Relative paths are resolved from ${baseFolder}.`],
		signal,
		...(limitMs === undefined ? {} : { limitMs }),
	});
	return asText(bytes, surroundings, `the file ${file}`);
}

function fromCommandOnce(
	command: string | string[],
	surroundings: ResolveSecretOptions,
): Promise<string> {
	const known = printed.get(surroundings.registry);
	if (known === undefined) return fromCommand(command, surroundings);
	const id = JSON.stringify([surroundings.key, command, surroundings.baseFolder]);
	const value = known.get(id) ?? fromCommand(command, surroundings);
	known.set(id, value);
	value.catch(() => known.delete(id));
	return value;
}

async function fromCommand(
	command: string | string[],
	surroundings: ResolveSecretOptions,
): Promise<string> {
	const { key, baseFolder, registry, signal, run = runSecretCommand } = surroundings;
	const { limitMs = limits.secretCommandMs } = surroundings;
	const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
	const environment = buildChildEnvironment({
		for: 'operator',
		inherited: surroundings.environment,
		secrets: surroundings.secretVariables ?? [],
		callsVault: callsVault(command),
	});
	const result = await trackWait(`the command of ${key}`, limitMs, () =>
		run(argv, { cwd: baseFolder, environment, signal, limit: limitMs }),
	);
	// Arguments may be secrets; the program name is enough to identify the command.
	const name = typeof command === 'string' ? command.trim().split(/\s+/)[0] : command[0];
	const what = `command \`${registry.mask(name ?? '')} …\``;
	if (result.failure === undefined) {
		return asText(result.stdout, surroundings, `the output of ${what}`);
	}
	throw failure(surroundings, `${what} ${result.failure}`, [], result.stopped).with({
		details: wordsOfFailure(result, registry),
		next: ['Run the command manually in the same directory until it prints the secret.'],
	});
}

/** Whether a command runs the Vault CLI by name; only then does it get Vault variables. */
function callsVault(command: string | string[]): boolean {
	const words = typeof command === 'string' ? command.split(/[\s;&|()<>`]+/) : command.slice(0, 1);
	return words.some((word) => /^(.*\/)?(vault|bao)$/.test(word));
}

/** The last lines of the error output, without text that was also printed to standard output. */
function wordsOfFailure(result: SecretCommandResult, registry: SecretRegistry): string[] {
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

function asText(bytes: Buffer, surroundings: ResolveSecretOptions, what: string): string {
	if (bytes.length > limits.secretBytes)
		throw failure(surroundings, `${what} is longer than ${formatByteSize(limits.secretBytes)}`);
	const encoding = findEncodingProblem(bytes);
	if (encoding === undefined) return new TextDecoder('utf-8').decode(bytes);
	throw failure(surroundings, `${what} ${encoding}`);
}

function failure(
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
	/** Milliseconds; `limits.secretCommandMs` when not given. */
	limit?: number;
	/** Milliseconds for descendants to close the output after the command has exited. */
	openOutput?: number;
}

interface SecretCommandResult {
	stdout: Buffer;
	stderr: string;
	/** Why it failed, as a clause ("exited with status 2"). */
	failure?: string;
	/** Set when it was stopped by the timeout or by the signal. */
	stopped?: 'timeout' | 'cancelled';
}

type SecretCommandRunner = (
	argv: readonly string[],
	options: SecretCommandOptions,
) => Promise<SecretCommandResult>;

/**
 * Runs a command and returns its output, without a shell and without input. It gets its own process
 * group, which is killed as a whole, because descendants of a killed shell would keep the pipes open.
 * The pipes are also closed on this side for processes that left the group.
 */
export const runSecretCommand: SecretCommandRunner = async (argv, options) => {
	const { cwd, environment, signal, limit = limits.secretCommandMs } = options;
	const { openOutput = limits.openOutputMs } = options;
	const [program = '', ...rest] = argv;
	const child = execa(program, rest, {
		cwd,
		...exactEnvironment(environment),
		stdin: 'ignore',
		encoding: 'buffer',
		reject: false,
		stripFinalNewline: false,
		maxBuffer: MOST_OUTPUT_BYTES,
		detached: true,
	});
	const ending = limitProcessGroup(child, {
		...{ signal, limitMs: limit, graceMs: 0, openOutputMs: openOutput },
	});
	try {
		const result = await child;
		const why = ending.why();
		return {
			stdout: Buffer.from(result.stdout ?? []),
			stderr: Buffer.from(result.stderr ?? []).toString('utf8'),
			failure: failureOf(result, why, limit, openOutput),
			...(why === undefined
				? {}
				: { stopped: why === 'cancelled' ? ('cancelled' as const) : ('timeout' as const) }),
		};
	} finally {
		ending.stop();
	}
};

interface Ending {
	failed: boolean;
	exitCode?: number;
	signal?: string;
	cause?: unknown;
	isMaxBuffer: boolean;
}

function failureOf(
	result: Ending,
	why: TerminationReason | undefined,
	limit: number,
	openOutput: number,
): string | undefined {
	if (why === 'cancelled') return 'was interrupted';
	if (why === 'late') return `timed out after ${limit / 1000} s`;
	if (why === 'open-output')
		return `exited, but a process it started kept its output open for ${openOutput / 1000} s`;
	if (result.isMaxBuffer) return `printed more than ${MOST_OUTPUT_BYTES / 1024} KiB`;
	if (!result.failed) return undefined;
	if (result.exitCode === 127) return 'was not found (status 127)';
	if (result.exitCode !== undefined) return `exited with status ${result.exitCode}`;
	if (result.signal !== undefined) return `was terminated by ${result.signal}`;
	return formatSpawnError(result.cause);
}

interface RegisterSecretsOptions {
	catalogue: QuestionCatalogue;
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
	registry: SecretRegistry;
	signal?: AbortSignal;
	/** Whether commands may be run to resolve a secret. */
	commands: boolean;
}

/**
 * Registers the secrets that answers reference, so that other answers can be compared with them
 * before anything is stored. A secret that cannot be resolved is reported by its check.
 */
export async function resolveAndRegisterSecrets(
	answers: Answers,
	{ catalogue, commands, ...around }: RegisterSecretsOptions,
): Promise<void> {
	for (const { key, reference } of references(answers, catalogue)) {
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
	for (const { key, reference } of references(answers, catalogue)) {
		const value = 'env' in reference ? environment[reference.env] : undefined;
		if (value !== undefined)
			registry.add(value.replace(/\r?\n$/, ''), formatSecretName(key, reference));
	}
}

function references(answers: Answers, { questions }: QuestionCatalogue) {
	return questions.flatMap(({ key, kind }) => {
		if (kind !== 'secret') return [];
		const parsed = secretReferenceSchema.safeParse(answers[key]);
		return parsed.success ? [{ key, reference: parsed.data }] : [];
	});
}
