import { randomInt } from 'node:crypto';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { childEnvironment } from '../child-environment.ts';
import { WizardError } from '../errors.ts';
import { SecretRegistry } from '../secrets.ts';
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

/** More than any password, key or licence; a log or disk image named by mistake is refused. */
export const MOST_SECRET_BYTES = 64 * 1024;

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
	/** Stops a command that is waited for. */
	signal?: AbortSignal;
}

/**
 * The value that a reference of form `env`, `file` or `command` leads to, without the line break
 * at its end. `generate` is for the step that keeps the value: it has nothing to lead to.
 *
 * @throws WizardError `answers` naming the key and the place looked at, never any of the value.
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
			message: `${key} is to be generated; nothing can be looked up for it.`,
		});
	}
	const found =
		'env' in form
			? fromEnvironment(form.env, surroundings)
			: 'file' in form
				? await fromFile(form.file, surroundings)
				: await fromCommand(form.command, surroundings);
	const value = found.replace(/\r?\n$/, '');
	registry.add(value);
	if (value.trim() === '') throw failure(surroundings, 'what it leads to is empty');
	if (value.includes('\0')) throw failure(surroundings, 'what it leads to is not text');
	return value;
}

function fromEnvironment(name: string, surroundings: SecretSurroundings): string {
	const value = surroundings.environment[name];
	if (value !== undefined) return value;
	throw failure(surroundings, `the environment variable ${name} is not set`, [
		`Set ${name} in the shell that starts tfe-wizard, then run the same command again.`,
	]);
}

async function fromFile(path: string, surroundings: SecretSurroundings): Promise<string> {
	const file = resolve(surroundings.baseFolder, path);
	try {
		await using handle = await open(file, 'r');
		if ((await handle.stat()).isDirectory()) {
			throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
		}
		// Read up to one byte more than allowed, since the path may name a pipe without a size.
		const chunks: Buffer[] = [];
		const stream = handle.createReadStream({ end: MOST_SECRET_BYTES, autoClose: false });
		for await (const chunk of stream) chunks.push(chunk);
		return asText(Buffer.concat(chunks), surroundings, `the file ${file}`);
	} catch (error) {
		if (error instanceof WizardError) throw error;
		const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
		const reasons: Record<string, string> = {
			ENOENT: 'does not exist',
			EACCES: 'may not be read by this user',
			EISDIR: 'is a folder',
		};
		const next = [`Relative paths start from ${surroundings.baseFolder}.`];
		throw failure(surroundings, `the file ${file} ${reasons[code] ?? `(${code})`}`, next);
	}
}

async function fromCommand(
	command: string | string[],
	surroundings: SecretSurroundings,
): Promise<string> {
	const { baseFolder, registry, signal, run = runSecretCommand } = surroundings;
	const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
	const environment = childEnvironment({
		for: 'operator',
		inherited: surroundings.environment,
		secrets: surroundings.secretVariables ?? [],
		callsVault: callsVault(command),
	});
	const result = await run(argv, { cwd: baseFolder, environment, signal });
	// Arguments may themselves be secrets; the name of the program is enough to find the command.
	const name = typeof command === 'string' ? command.trim().split(/\s+/)[0] : command[0];
	const what = `its command (${registry.mask(name ?? '')} …)`;
	if (result.failure === undefined) {
		return asText(result.stdout, surroundings, `what ${what} printed`);
	}
	throw failure(surroundings, `${what} ${result.failure}`).with({
		details: wordsOfFailure(result, registry),
		next: ['Run the command by hand in the same folder, until it prints the secret.'],
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
	return lines.filter((line) => line !== '').map((line) => line.slice(0, 500));
}

function asText(bytes: Buffer, surroundings: SecretSurroundings, what: string): string {
	if (bytes.length > MOST_SECRET_BYTES) {
		throw failure(surroundings, `${what} is longer than ${MOST_SECRET_BYTES / 1024} KiB`);
	}
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw failure(surroundings, `${what} is not UTF-8 text`);
	}
}

function failure(
	{ key }: SecretSurroundings,
	what: string,
	next: readonly string[] = [],
): WizardError {
	return new WizardError('answers', { message: `${key} cannot be had: ${what}.`, next });
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
			message: `A password of ${length} characters cannot be generated.`,
			expected: `a length from ${SHORTEST_GENERATED} to ${LONGEST_GENERATED}`,
		});
	}
	const pick = (from: string): string => from.charAt(randomInt(from.length));
	return pick(LETTERS) + Array.from({ length: length - 1 }, () => pick(CHARACTERS)).join('');
}
