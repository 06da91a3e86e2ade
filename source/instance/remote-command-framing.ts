import { randomBytes } from 'node:crypto';
import type { RemoteArgv, RemoteResult } from './instance-types.ts';

/** Limit for standard input, which passes through a variable of the remote shell. */
export const MAX_STDIN_BYTES = 256 * 1024;

/** A command wrapped so that its end can be distinguished from the end of the connection. */
interface FramedCommand {
	/** For the remote login shell. Contains no secrets. */
	line: string;
	/** What `parseFramedOutput` needs to find the end. */
	mark: string;
}

/**
 * Wraps a command. Its exit code is written to standard error behind a random marker, and the marker
 * on standard output shows that the output is complete. ssh's own exit code is not used: 255 may mean
 * a lost connection or the command's exit code.
 *
 * @param stdin Length of the encoded input (see `encodeStdin`), if any.
 */
export function frameCommand(command: RemoteArgv, stdin?: number): FramedCommand {
	const mark = randomBytes(12).toString('hex');
	// A subshell, since a command may exit its shell.
	const run = `{ ( ${quoteRemoteCommand(command)} ); printf '\\n${mark} %d\\n' "$?" >&2; }`;
	const script = `${createStdinDecodingScript(run, stdin)}; printf '%s' ${mark}`;
	// The login shell may be any shell; the script requires a POSIX one.
	return { line: `exec sh -c ${quoteRemoteWord(script)}`, mark };
}

/**
 * Returns shell code that runs `run` with the input from one line of standard input. The input stays
 * in a shell variable, and a truncated input runs nothing.
 */
export function createStdinDecodingScript(run: string, length: number | undefined): string {
	if (length === undefined) return run;
	return [
		// A printf that is a separate program would show its arguments in the process list.
		"case $(command -v printf) in */*) printf 'this shell has no built-in printf' >&2; exit 98;; esac",
		`IFS= read -r given || exit 97`,
		// The variable is never longer than expected, so only complete input has this length.
		`[ "\${#given}" -eq ${length} ] || exit 97`,
		`printf '%s\\n' "$given" | base64 -d | ${run}`,
	].join('; ');
}

/** Encodes the input for transport: base64 on one line. The caller wipes it. */
export function encodeStdin(bytes: Buffer): Buffer {
	if (bytes.length > MAX_STDIN_BYTES) {
		throw new Error(`standard input of a remote command is limited to ${MAX_STDIN_BYTES} bytes`);
	}
	const length = Math.ceil(bytes.length / 3) * 4;
	const encoded = Buffer.alloc(length + 1);
	// Written in groups, so that no string ever holds the whole input.
	for (let at = 0; at < bytes.length; at += 3) {
		encoded.write(bytes.toString('base64', at, at + 3), (at / 3) * 4, 'latin1');
	}
	encoded[length] = 0x0a;
	return encoded;
}

/** Extracts the result of a framed command; undefined if its end is missing. */
export function parseFramedOutput(
	{ mark }: FramedCommand,
	stdout: Buffer,
	stderr: string,
): RemoteResult | undefined {
	const end = stdout.lastIndexOf(mark);
	const exit = new RegExp(`\\n${mark} (\\d+)\\n`).exec(stderr);
	if (end === -1 || exit === null) return undefined;
	const [line, code] = exit;
	return {
		exitCode: Number(code),
		stdout: stdout.subarray(0, end),
		stderr: stderr.replace(line, ''),
	};
}

/** Words that a POSIX shell would not accept as a command name (POSIX.1-2017, XCU 2.4). */
const reservedWords = new Set(
	'case do done elif else esac fi for if in then until while function select time coproc'.split(
		' ',
	),
);

/**
 * Quotes one word for a POSIX shell.
 *
 * @throws Error for a NUL byte, which a command line cannot contain.
 */
export function quoteRemoteWord(word: string): string {
	if (word.includes('\0')) throw new Error('a command line cannot contain a NUL byte');
	if (/^[\w/.:@%+,-]+$/.test(word) && !reservedWords.has(word)) return word;
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Quotes a command as an operator would type it.
 *
 * @throws Error for a command without words.
 */
export function quoteRemoteCommand(command: RemoteArgv): string {
	if (command.length === 0) throw new Error('a remote command needs at least one word');
	return command.map(quoteRemoteWord).join(' ');
}
