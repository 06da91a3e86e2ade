import type { SecretBytes } from '../engine/secret-bytes.ts';
import { VaultError } from './contract.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import { type Asking, answeredNo, DEFAULT_TIMEOUT_MS, plainWords } from './refusal.ts';

export interface CommandResult {
	/** The command's own. */
	exitCode: number;
	stdout: Buffer;
	stderr: string;
}

export interface TerminalReply {
	/** What the command shows just before it waits. */
	prompt: string;
	/** Without the line end. */
	reply: SecretBytes;
}

/**
 * Runs commands where Vault is. A command that fails is a result.
 *
 * @throws VaultError `unsent` when it was not started, `unclear` when it may have run.
 */
export interface CommandRunner {
	/** In words, for people: "ssh to tfe.example.com". */
	readonly how: string;
	run(
		argv: readonly string[],
		options: { stdin?: Buffer; timeoutMs: number },
	): Promise<CommandResult>;
	/**
	 * Runs it on a terminal with echo off from the start (old commands turn it off after their
	 * prompt) and line ends as they are. Each reply is written once, with a line end, and only after
	 * exactly its prompt was shown. Without this, keys cannot be given to commands before 0.9.2.
	 */
	runInTerminal?(
		argv: readonly string[],
		options: { replies: readonly TerminalReply[]; timeoutMs: number },
	): Promise<CommandResult>;
	/** For the one command whose reply must not be lost with the connection. */
	apart?: CommandApart;
}

/**
 * Runs commands so that they and their replies outlive the connection. A name serves once: under the
 * same one nothing is ever run again until it is forgotten.
 *
 * @throws VaultError as `CommandRunner` does; `unsupported` when nothing was run for lack of means.
 */
export interface CommandApart {
	run(
		name: string,
		argv: readonly string[],
		options: { stdin: Buffer; timeoutMs: number },
	): Promise<CommandResult>;
	/** On a terminal, as `runInTerminal` does. */
	runInTerminal(
		name: string,
		argv: readonly string[],
		options: { reply: TerminalReply; timeoutMs: number },
	): Promise<CommandResult>;
	/** The reply that waits under a name; undefined when there is none. Never fails. */
	recall(name: string): Promise<CommandResult | undefined>;
	/** Takes that reply away. Never fails: what stays is encrypted, and read by nobody else. */
	forget(name: string): Promise<void>;
}

export interface CommandOptions {
	runner: CommandRunner;
	/** `http://127.0.0.1:8200`, where Vault listens on that machine. */
	address: string;
	/** The words that start the program; `vault` when not given. */
	program?: readonly string[];
	token?: SecretBytes;
	/** For the copy of the shares, which wants one everywhere; asked for only then. */
	backupToken?: () => Promise<SecretBytes | undefined>;
	/** Milliseconds for each command. */
	timeoutMs?: number;
}

/** Reads the token from standard input, which then goes on to the command. */
const TAKE_TOKEN = 'IFS= read -r VAULT_TOKEN && export VAULT_TOKEN && exec "$@"';

/** The program with everything pinned that its environment could bend. */
function programOf({ address, program = ['vault'] }: CommandOptions): string[] {
	return [
		'env',
		`VAULT_ADDR=${address}`,
		// Before 0.10.4 it repeats what was answered 5xx, a submitted share too.
		'VAULT_MAX_RETRIES=0',
		'VAULT_FORMAT=',
		'VAULT_CLI_NO_COLOR=1',
		...program,
	];
}

/**
 * Runs one command of Vault's.
 *
 * @param stdin Filled with 0 when it is over, however it ends.
 */
export async function runVault(
	options: CommandOptions,
	words: readonly string[],
	stdin?: Buffer,
): Promise<CommandResult> {
	const { runner, token, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
	const argv = [...programOf(options), ...words];
	const input = withToken(token, stdin);
	try {
		return await runner.run(token === undefined ? argv : ['sh', '-c', TAKE_TOKEN, 'sh', ...argv], {
			timeoutMs,
			...(input === undefined ? {} : { stdin: input }),
		});
	} finally {
		input?.fill(0);
		stdin?.fill(0);
	}
}

/**
 * The same on a terminal, for keys that can be given in no other way.
 *
 * @throws VaultError `unsupported` when the runner has no terminal.
 */
export async function runVaultInTerminal(
	options: CommandOptions,
	words: readonly string[],
	reply: TerminalReply,
): Promise<CommandResult> {
	const { runner, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
	if (runner.runInTerminal === undefined) {
		throw new VaultError(
			'unsupported',
			'This vault command takes a key from a terminal alone, and there is none here. Nothing was sent.',
		);
	}
	return runner.runInTerminal([...programOf(options), ...words], { replies: [reply], timeoutMs });
}

/**
 * Gives one share towards opening Vault. `unseal` itself reads it from a terminal alone; `write`
 * takes any value from standard input.
 */
export async function unsealByWrite(options: CommandOptions, share: SecretBytes): Promise<void> {
	const result = await runVault(options, ['write', 'sys/unseal', 'key=-'], keyOnTheWire(share));
	if (result.exitCode !== 0) throw commandFailed({ what: 'unseal', risk: 'prepares' }, result);
}

function withToken(token: SecretBytes | undefined, stdin: Buffer | undefined): Buffer | undefined {
	if (token === undefined) return stdin;
	return token.use((bytes) =>
		Buffer.concat([bytes, Buffer.from('\n'), ...(stdin === undefined ? [] : [stdin])]),
	);
}

/** The request never left: no listener, no route, no such name. */
const NOT_SENT =
	/dial (tcp|unix)[^\n]*(refused|no such|no route|unreachable|timeout)|lookup [^\n]*no such host/i;
/** The program has no such command or flag. */
const UNKNOWN =
	/flag provided but not defined|^usage: vault|unknown (sub)?command|^invalid command/im;
/** It stopped by itself before it asked the server for anything that changes something. */
const STOPPED =
	/invalid value "[^\n]*" for flag|is not a terminal|no such file or directory|no rekey is in progress|no key provided/i;

/** The error for a command that failed, from what it printed; never by its exit code alone. */
export function commandFailed(asking: Asking, result: CommandResult): VaultError {
	const text = `${result.stderr}\n${result.stdout.toString('utf8')}`;
	const answered = /Code: (\d{3})\. Errors:\s*([\s\S]*)/.exec(text);
	if (answered !== null) {
		const [, status = '', words = ''] = answered;
		return answeredNo(asking, Number(status), plainWords(words));
	}
	const words = plainWords(result.stderr.trim() === '' ? text : result.stderr);
	const said = `${words.slice(0, 3).join('; ') || `exit code ${result.exitCode}`}`;
	if (NOT_SENT.test(text)) {
		return new VaultError('unsent', `The vault command cannot reach Vault: ${said}`, { words });
	}
	if (result.exitCode === 127 || result.exitCode === 126 || UNKNOWN.test(text)) {
		return new VaultError(
			'unsupported',
			`There is no such vault command to ${asking.what}: ${said}`,
			{ words },
		);
	}
	if (STOPPED.test(text)) {
		return new VaultError('refused', `The vault command refused to ${asking.what}: ${said}`, {
			words,
		});
	}
	const message = `The vault command failed to ${asking.what}, perhaps halfway: ${said}`;
	return new VaultError('unclear', message, { words });
}
