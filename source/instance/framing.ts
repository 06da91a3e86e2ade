import { randomBytes } from 'node:crypto';
import type { RemoteCommand, RemoteResult } from './contract.ts';
import { quoteWord, stagesOf } from './shell.ts';

/** What standard input may hold: it goes through a shell variable over there. */
export const MOST_STDIN = 256 * 1024;

/** A command wrapped so that its end can be told from the end of the connection. */
export interface Framed {
	/** For the remote login shell. Holds nothing secret. */
	line: string;
	/** What `read` needs to find the end. */
	mark: string;
	stages: number;
}

/**
 * Wraps a command. Every stage tells its exit code on standard error behind a random mark, and the
 * mark on standard output says that all of it was there: ssh's own exit code, 255 for a lost
 * connection as for a command that says so, is never needed.
 *
 * @param stdin Length of the encoded input (see `encodeStdin`), when there is one.
 */
export function frame(command: RemoteCommand, stdin?: number): Framed {
	const mark = randomBytes(12).toString('hex');
	const stages = stagesOf(command);
	const run = stages.map((stage, index) => reporting(stage.map(quoteWord).join(' '), mark, index));
	const script = `${withInput(run.join(' | '), stdin)}; printf '%s' ${mark}`;
	// The login shell may be any; the script is for a POSIX one.
	return { line: `exec sh -c ${quoteWord(script)}`, mark, stages: stages.length };
}

/**
 * A shell script's text that runs `run` with what came on one line of standard input. It goes no
 * further than a variable of the shell, and an input cut short runs nothing.
 */
export function withInput(run: string, length: number | undefined): string {
	if (length === undefined) return run;
	return [
		// A printf that is a program of its own would show its words to everybody.
		"case $(command -v printf) in */*) printf 'this shell has no printf of its own' >&2; exit 98;; esac",
		`IFS= read -r given || exit 97`,
		// Of a shell variable: never longer than asked for, so only the whole has this length.
		`[ "\${#given}" -eq ${length} ] || exit 97`,
		`printf '%s\\n' "$given" | base64 -d | ${run}`,
	].join('; ');
}

/** Input as it travels: base64 on one line. The caller wipes it. */
export function encodeStdin(bytes: Buffer): Buffer {
	if (bytes.length > MOST_STDIN) {
		throw new Error(`standard input of a remote command is limited to ${MOST_STDIN} bytes`);
	}
	const length = Math.ceil(bytes.length / 3) * 4;
	const encoded = Buffer.alloc(length + 1);
	// Written group by group, so that no string ever holds the whole.
	for (let at = 0; at < bytes.length; at += 3) {
		encoded.write(bytes.toString('base64', at, at + 3), (at / 3) * 4, 'latin1');
	}
	encoded[length] = 0x0a;
	return encoded;
}

/** The result of a framed command; undefined when its end did not come. */
export function unframe(framed: Framed, stdout: Buffer, stderr: string): RemoteResult | undefined {
	const end = stdout.lastIndexOf(framed.mark);
	if (end === -1) return undefined;
	const codes = new Map<number, number>();
	const rest = stderr.replace(
		new RegExp(`\\n${framed.mark} (\\d+) (\\d+)\\n`, 'g'),
		(_, index: string, code: string) => {
			codes.set(Number(index), Number(code));
			return '';
		},
	);
	if (codes.size !== framed.stages) return undefined;
	// As with pipefail: the last stage that failed speaks for the pipeline.
	const exitCode = [...codes].sort(([a], [b]) => b - a).find(([, code]) => code !== 0)?.[1] ?? 0;
	return { exitCode, stdout: stdout.subarray(0, end), stderr: rest };
}

/** A subshell, since a command may be one that ends its shell. */
function reporting(words: string, mark: string, index: number): string {
	return `{ ( ${words} ); printf '\\n${mark} ${index} %d\\n' "$?" >&2; }`;
}
