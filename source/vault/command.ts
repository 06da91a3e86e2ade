import type { SecretBytes } from '../engine/secret-bytes.ts';
import { VaultError } from './contract.ts';
import { keyOnTheWire } from './key-on-the-wire.ts';
import { type Asking, answeredNo, DEFAULT_TIMEOUT_MS, plainWords } from './refusal.ts';

export interface CommandResult {
	/** Exit code of the command itself. */
	exitCode: number;
	stdout: Buffer;
	stderr: string;
}

export interface TerminalReply {
	/** What the command prints just before it reads its input. */
	prompt: string;
	/** Without the line end. */
	reply: SecretBytes;
}

/**
 * Runs commands where Vault runs. A failed command is a result, not an error.
 *
 * @throws VaultError `unsent` when it was not started, `unclear` when it may have run.
 */
export interface CommandRunner {
	/** Description for messages: "ssh to tfe.example.com". */
	readonly how: string;
	run(
		argv: readonly string[],
		options: { stdin?: Buffer; timeoutMs: number },
	): Promise<CommandResult>;
	/**
	 * Runs the command on a terminal with echo off from the start (old commands turn it off only after
	 * their prompt) and without line-end translation. Each reply is written once, with a line end, and
	 * only after exactly its prompt. Required for commands before 0.9.2, which read keys in no other way.
	 */
	runInTerminal?(
		argv: readonly string[],
		options: { replies: readonly TerminalReply[]; timeoutMs: number },
	): Promise<CommandResult>;
	/** For the one command whose response must survive a lost connection. */
	apart?: CommandApart;
}

/**
 * Runs commands so that they and their responses outlive the connection. A name can be used once:
 * nothing is run again under it until it is forgotten.
 *
 * @throws VaultError as `CommandRunner` does; `unsupported` when the instance cannot do this and
 * nothing was run.
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
	/** The stored response with this name; undefined when there is none. Never fails. */
	recall(name: string): Promise<CommandResult | undefined>;
	/** Deletes that response. Never fails: a leftover is encrypted and readable only by its owner. */
	forget(name: string): Promise<void>;
}

export interface CommandOptions {
	runner: CommandRunner;
	/** Where Vault listens on its instance, such as `http://127.0.0.1:8200`. */
	address: string;
	/** The words that start the program; `vault` by default. */
	program?: readonly string[];
	token?: SecretBytes;
	/** For Vault's backup of the shares, which always requires a token; called only then. */
	backupToken?: () => Promise<SecretBytes | undefined>;
	/** Milliseconds for each command. */
	timeoutMs?: number;
}

/** Reads the token from the first line of standard input; the command reads the rest. */
const TAKE_TOKEN = 'IFS= read -r VAULT_TOKEN && export VAULT_TOKEN && exec "$@"';

/** The program, with every environment variable that could change its behavior pinned. */
function programOf({ address, program = ['vault'] }: CommandOptions): string[] {
	return [
		'env',
		`VAULT_ADDR=${address}`,
		// Before 0.10.4 it retries requests answered with 5xx, even a submitted share.
		'VAULT_MAX_RETRIES=0',
		'VAULT_FORMAT=',
		'VAULT_CLI_NO_COLOR=1',
		...program,
	];
}

/**
 * Runs one Vault command.
 *
 * @param stdin Overwritten with zeros afterwards, whatever the outcome.
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
 * Runs a Vault command on a terminal, for keys that it reads in no other way.
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
			'This vault command reads keys only from a terminal, and none is available. Nothing was sent.',
		);
	}
	return runner.runInTerminal([...programOf(options), ...words], { replies: [reply], timeoutMs });
}

/**
 * Submits one share to unseal Vault. `vault unseal` reads it only from a terminal; `vault write`
 * accepts any value from standard input.
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

/** The request was never sent: connection refused, no route, or unknown host. */
const NOT_SENT =
	/dial (tcp|unix)[^\n]*(refused|no such|no route|unreachable|timeout)|lookup [^\n]*no such host/i;
/** The program has no such command or flag. */
const UNKNOWN =
	/flag provided but not defined|^usage: vault|unknown (sub)?command|^invalid command/im;
/** The command stopped before it sent a request that changes anything. */
const STOPPED =
	/invalid value "[^\n]*" for flag|is not a terminal|no such file or directory|no rekey is in progress|no key provided/i;

/** Creates the error for a failed command from its output, never from its exit code alone. */
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
		return new VaultError('unsent', `The vault command could not reach Vault: ${said}`, { words });
	}
	if (result.exitCode === 127 || result.exitCode === 126 || UNKNOWN.test(text)) {
		return new VaultError(
			'unsupported',
			`No vault command is available to ${asking.what}: ${said}`,
			{ words },
		);
	}
	if (STOPPED.test(text)) {
		return new VaultError('refused', `The vault command refused to ${asking.what}: ${said}`, {
			words,
		});
	}
	const message = `The vault command failed to ${asking.what}, possibly partway: ${said}`;
	return new VaultError('unclear', message, { words });
}
