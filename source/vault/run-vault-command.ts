import type { SecretBytes } from '../engine/secret-bytes.ts';
import { encodeKey } from './encode-key.ts';
import {
	createResponseError,
	DEFAULT_REQUEST_TIMEOUT_MS,
	type RequestDescription,
	toMaskedLines,
} from './response-errors.ts';
import { VaultError } from './vault-types.ts';

export interface VaultCommandResult {
	/** Exit code of the command itself. */
	exitCode: number;
	stdout: Buffer;
	stderr: string;
}

interface CommandPromptReply {
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
export interface VaultCommandRunner {
	/** Description for messages: "ssh to tfe.example.com". */
	readonly how: string;
	run(
		argv: readonly string[],
		options: { stdin?: Buffer; timeoutMs: number },
	): Promise<VaultCommandResult>;
	/**
	 * Runs the command on a terminal with echo off from the start (old commands turn it off only after
	 * their prompt) and without line-end translation. Each reply is written once, with a line end, and
	 * only after exactly its prompt. Required for commands before 0.9.2, which read keys in no other way.
	 */
	runInTerminal?(
		argv: readonly string[],
		options: { replies: readonly CommandPromptReply[]; timeoutMs: number },
	): Promise<VaultCommandResult>;
	/** For the one command whose response must survive a lost connection. */
	apart?: DetachedCommandRunner;
}

/**
 * Runs commands so that they and their responses outlive the connection. A name can be used once:
 * nothing is run again under it until it is forgotten.
 *
 * @throws VaultError as `CommandRunner` does; `unsupported` when the instance cannot do this and
 * nothing was run.
 */
export interface DetachedCommandRunner {
	run(
		name: string,
		argv: readonly string[],
		options: { stdin: Buffer; timeoutMs: number },
	): Promise<VaultCommandResult>;
	/** On a terminal, as `runInTerminal` does. */
	runInTerminal(
		name: string,
		argv: readonly string[],
		options: { reply: CommandPromptReply; timeoutMs: number },
	): Promise<VaultCommandResult>;
	/** The stored response with this name; undefined when there is none. Never fails. */
	recall(name: string): Promise<VaultCommandResult | undefined>;
	/** Deletes that response. Never fails: a leftover is encrypted and readable only by its owner. */
	forget(name: string): Promise<void>;
}

export interface VaultCommandOptions {
	runner: VaultCommandRunner;
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
const READ_TOKEN_SCRIPT = 'IFS= read -r VAULT_TOKEN && export VAULT_TOKEN && exec "$@"';

/** The program, with every environment variable that could change its behavior pinned. */
function createProgramArguments({ address, program = ['vault'] }: VaultCommandOptions): string[] {
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
export async function runVaultCommand(
	options: VaultCommandOptions,
	args: readonly string[],
	stdin?: Buffer,
): Promise<VaultCommandResult> {
	const { runner, token, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
	const argv = [...createProgramArguments(options), ...args];
	const input = prependToken(token, stdin);
	try {
		return await runner.run(
			token === undefined ? argv : ['sh', '-c', READ_TOKEN_SCRIPT, 'sh', ...argv],
			{
				timeoutMs,
				...(input === undefined ? {} : { stdin: input }),
			},
		);
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
export async function runVaultCommandInTerminal(
	options: VaultCommandOptions,
	args: readonly string[],
	reply: CommandPromptReply,
): Promise<VaultCommandResult> {
	const { runner, timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
	if (runner.runInTerminal === undefined) {
		throw new VaultError(
			'unsupported',
			'This vault command reads keys only from a terminal, and none is available. Nothing was sent.',
		);
	}
	return runner.runInTerminal([...createProgramArguments(options), ...args], {
		replies: [reply],
		timeoutMs,
	});
}

/**
 * Submits one share to unseal Vault. `vault unseal` reads it only from a terminal; `vault write`
 * accepts any value from standard input.
 */
export async function unsealByCommand(
	options: VaultCommandOptions,
	share: SecretBytes,
): Promise<void> {
	const result = await runVaultCommand(options, ['write', 'sys/unseal', 'key=-'], encodeKey(share));
	if (result.exitCode !== 0) throw createCommandError({ what: 'unseal', risk: 'prepares' }, result);
}

function prependToken(
	token: SecretBytes | undefined,
	stdin: Buffer | undefined,
): Buffer | undefined {
	if (token === undefined) return stdin;
	return token.use((bytes) =>
		Buffer.concat([bytes, Buffer.from('\n'), ...(stdin === undefined ? [] : [stdin])]),
	);
}

/** The request was never sent: connection refused, no route, or unknown host. */
const NOT_SENT_PATTERN =
	/dial (tcp|unix)[^\n]*(refused|no such|no route|unreachable|timeout)|lookup [^\n]*no such host/i;
/** The program has no such command or flag. */
const UNKNOWN_COMMAND_PATTERN =
	/flag provided but not defined|^usage: vault|unknown (sub)?command|^invalid command/im;
/** The command stopped before it sent a request that changes anything. */
const STOPPED_EARLY_PATTERN =
	/invalid value "[^\n]*" for flag|is not a terminal|no such file or directory|no rekey is in progress|no key provided/i;

/** Creates the error for a failed command from its output, never from its exit code alone. */
export function createCommandError(
	request: RequestDescription,
	result: VaultCommandResult,
): VaultError {
	const text = `${result.stderr}\n${result.stdout.toString('utf8')}`;
	const answered = /Code: (\d{3})\. Errors:\s*([\s\S]*)/.exec(text);
	if (answered !== null) {
		const [, status = '', words = ''] = answered;
		return createResponseError(request, Number(status), toMaskedLines(words));
	}
	const words = toMaskedLines(result.stderr.trim() === '' ? text : result.stderr);
	const said = `${words.slice(0, 3).join('; ') || `exit code ${result.exitCode}`}`;
	if (NOT_SENT_PATTERN.test(text)) {
		return new VaultError('unsent', `The vault command could not reach Vault: ${said}`, { words });
	}
	if (result.exitCode === 127 || result.exitCode === 126 || UNKNOWN_COMMAND_PATTERN.test(text)) {
		return new VaultError(
			'unsupported',
			`No vault command is available to ${request.what}: ${said}`,
			{ words },
		);
	}
	if (STOPPED_EARLY_PATTERN.test(text)) {
		return new VaultError('refused', `The vault command refused to ${request.what}: ${said}`, {
			words,
		});
	}
	const message = `The vault command failed to ${request.what}, possibly partway: ${said}`;
	return new VaultError('unclear', message, { words });
}
