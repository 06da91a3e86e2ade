import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { childEnvironment } from '../child-environment.ts';
import { type Fault, WizardError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { SecretReference } from '../question.ts';
import { encodingProblem, readInputFile, sizeInWords } from '../read-input.ts';
import { SecretRegistry } from '../secrets.ts';
import { quotedLines } from '../terminal-text.ts';
import { waitingFor } from '../waits.ts';
import {
	type RunSecretCommand,
	runSecretCommand,
	type SecretCommandResult,
} from './secret-command.ts';
import {
	LONGEST_GENERATED,
	SHORTEST_GENERATED,
	secretProblem,
	secretReferenceSchema,
	secretRule,
} from './secret-reference.ts';

export interface SecretSurroundings {
	/** The key path of the secret, for errors. */
	key: string;
	/** The folder that relative paths start from, and that commands run in. */
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
	/** Names of variables that hold secrets, which a command for another secret does not get. */
	secretVariables?: Iterable<string>;
	/** Learns the value before anybody else does. */
	registry: SecretRegistry;
	/** How a command is run; the real way unless a caller brings another. */
	run?: RunSecretCommand;
	/** Stops what is waited for. */
	signal?: AbortSignal | undefined;
	/** Milliseconds for a pipe or a command, instead of their own limits. */
	limitMs?: number;
}

/** What commands printed, by registry, for runs in which each is run once. */
const printed = new WeakMap<SecretRegistry, Map<string, Promise<string>>>();

/**
 * Runs the command of a secret once for all that use this registry, until it succeeds: it may ask
 * for a touch of a hardware key each time. For runs that ask nobody; in the wizard, a check that is
 * repeated must run it again.
 */
export function runCommandsOnce(registry: SecretRegistry): void {
	if (!printed.has(registry)) printed.set(registry, new Map());
}

/**
 * The value that a reference of form `env`, `file` or `command` leads to, without the line break
 * at its end. `generate` is for the step that keeps the value: it has nothing to lead to.
 *
 * @throws WizardError `answers` naming the key and the place looked at, never any of the value;
 *   `timeout` when a command or pipe takes too long, `cancelled` when the signal is aborted.
 */
export async function resolveSecret(
	reference: unknown,
	surroundings: SecretSurroundings,
): Promise<string> {
	const { key, registry } = surroundings;
	const parsed = secretReferenceSchema.safeParse(reference);
	if (!parsed.success) {
		const message = `${key} ${secretProblem(reference)}.`;
		throw new WizardError('answers', { message, expected: secretRule });
	}
	const form = parsed.data;
	if ('generate' in form) {
		throw new WizardError('internal', {
			message: `${key} is generated; it has no value to resolve.`,
		});
	}
	const found =
		'env' in form
			? fromEnvironment(form.env, surroundings)
			: 'file' in form
				? await fromFile(form.file, surroundings)
				: await fromCommandOnce(form.command, surroundings);
	const value = found.replace(/\r?\n$/, '');
	registry.add(value, nameOfSecret(key, form));
	if (value.trim() === '') throw failure(surroundings, 'the referenced value is empty');
	if (value.includes('\0')) throw failure(surroundings, 'the referenced value is not text');
	return value;
}

/** How errors name a secret: its key, and the place its reference names. */
export function nameOfSecret(key: string, reference: SecretReference): string {
	if ('env' in reference) return `${key} (environment variable ${reference.env})`;
	if ('file' in reference) return `${key} (file ${reference.file})`;
	return `${key} (${'command' in reference ? 'from its command' : 'generated'})`;
}

function fromEnvironment(name: string, surroundings: SecretSurroundings): string {
	const value = surroundings.environment[name];
	if (value !== undefined) return value;
	throw failure(surroundings, `the environment variable ${name} is not set`, [
		`Set ${name} in the shell that starts tfe-wizard, then run the same command again.`,
	]);
}

async function fromFile(path: string, surroundings: SecretSurroundings): Promise<string> {
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
	surroundings: SecretSurroundings,
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
	surroundings: SecretSurroundings,
): Promise<string> {
	const { key, baseFolder, registry, signal, run = runSecretCommand } = surroundings;
	const { limitMs = limits.secretCommandMs } = surroundings;
	const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
	const environment = childEnvironment({
		for: 'operator',
		inherited: surroundings.environment,
		secrets: surroundings.secretVariables ?? [],
		callsVault: callsVault(command),
	});
	const result = await waitingFor(`the command of ${key}`, limitMs, () =>
		run(argv, { cwd: baseFolder, environment, signal, limit: limitMs }),
	);
	// Arguments may themselves be secrets; the name of the program is enough to find the command.
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

/** Whether a command runs Vault's command line by name: it alone is given Vault's variables. */
function callsVault(command: string | string[]): boolean {
	const words = typeof command === 'string' ? command.split(/[\s;&|()<>`]+/) : command.slice(0, 1);
	return words.some((word) => /^(.*\/)?(vault|bao)$/.test(word));
}

/** The last lines of the error output, without anything that was also printed as the secret. */
function wordsOfFailure(result: SecretCommandResult, registry: SecretRegistry): string[] {
	const printed = result.stdout.toString('utf8').split('\n');
	// More than a secret has: not worth telling apart what may be shown.
	if (printed.length > 100) return [];
	const own = new SecretRegistry();
	for (const line of printed) own.add(line.trim());
	const lines = own.mask(registry.mask(result.stderr)).trimEnd().split('\n').slice(-10);
	return lines.filter((line) => line !== '').flatMap((line) => quotedLines(line.slice(0, 500)));
}

function asText(bytes: Buffer, surroundings: SecretSurroundings, what: string): string {
	if (bytes.length > limits.secretBytes)
		throw failure(surroundings, `${what} is longer than ${sizeInWords(limits.secretBytes)}`);
	const encoding = encodingProblem(bytes);
	if (encoding === undefined) return new TextDecoder('utf-8').decode(bytes);
	throw failure(surroundings, `${what} ${encoding}`);
}

function failure(
	{ key }: SecretSurroundings,
	what: string,
	next: readonly string[] = [],
	fault: Fault = 'answers',
): WizardError {
	return new WizardError(fault, { message: `Could not resolve ${key}: ${what}.`, next });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHARACTERS = `${LETTERS}0123456789-_`;

/**
 * A random password, 6 bits a character, from the system's generator. Letters, digits, - and _
 * only: RDS, a sourced shell file and the user part of a URL all take them as they are. Starts
 * with a letter, so that no command line takes it for a flag.
 *
 * @param length in characters, 16 to 128.
 */
export function generatePassword(length = 32): string {
	if (!Number.isInteger(length) || length < SHORTEST_GENERATED || length > LONGEST_GENERATED) {
		throw new WizardError('answers', {
			message: `Cannot generate a password of ${length} characters.`,
			expected: `a length from ${SHORTEST_GENERATED} to ${LONGEST_GENERATED}`,
		});
	}
	const pick = (from: string): string => from.charAt(randomInt(from.length));
	return pick(LETTERS) + Array.from({ length: length - 1 }, () => pick(CHARACTERS)).join('');
}
