import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { Instance, RemoteResult } from './contract.ts';
import { type DetachedOptions, runDetached } from './detached.ts';
import { quoteWord } from './shell.ts';

export interface DetachedTerminalOptions extends Omit<DetachedOptions, 'stdin'> {
	/** The end of what the command prints just before it waits. */
	prompt: string;
	/** Without the line end. Written once, and only when exactly that prompt is there. */
	reply: SecretBytes;
}

/** Tells whether `script` is there, and can do what is asked of it below; its exit code is 0 then. */
export const TERMINAL_TRIED = ['setsid', 'script', '-qec', 'true', '/dev/null'] as const;

/**
 * Like `runDetached`, for a command that reads a secret from a terminal alone: script(1) lends it one.
 * Only its standard input is that terminal. What it prints goes straight to the files its reply waits
 * in, so nothing of it is lost with the terminal, and nothing typed can get in between. When the
 * prompt does not come in half the time, the command is ended with nothing given.
 *
 * @throws InstanceError
 */
export async function runDetachedInTerminal(
	instance: Instance,
	command: readonly string[],
	options: DetachedTerminalOptions,
): Promise<RemoteResult> {
	const { prompt, reply, ...rest } = options;
	const tenths = Math.ceil(options.timeoutMs / 200);
	const words = ['sh', '-c', script(command, tenths), 'sh', prompt];
	const stdin = reply.use((bytes) => Buffer.concat([bytes, Buffer.from('\n')]));
	try {
		return await runDetached(instance, words, { ...rest, stdin });
	} finally {
		stdin.fill(0);
	}
}

/** Runs in the folder of the reply, where standard output is `stdout`. */
function script(command: readonly string[], tenths: number): string {
	// Old versions of script hand on a terminal set to nothing at all when they have none themselves.
	const inner = [
		'stty sane -echo min 1 time 0 || { echo 96 >ended; exit; }',
		'echo $$ >in-terminal.new && mv in-terminal.new in-terminal',
		`${command.map(quoteWord).join(' ')} >>stdout 2>>stderr`,
		'echo $? >ended.new; mv ended.new ended',
	].join('; ');
	const until = (condition: string, most: string) =>
		`n=0; until ${condition} || [ -e ended ] || [ $n -ge ${most} ]; do sleep 0.1; n=$((n+1)); done`;
	return [
		'IFS= read -r key || exit 97',
		// The mark keeps line ends that $() would take away.
		'asked() { case $(cat stdout; echo .) in *"$1".) ;; *) return 1;; esac; }',
		'{',
		until('asked "$1"', String(tenths)),
		`if asked "$1"; then printf '%s\\n' "$key"; else kill -- "-$(cat in-terminal)"; : >ended; fi`,
		// Its standard input stays open until it has ended: some versions take an end for a hang-up.
		'unset key',
		`while ! [ -e ended ] && kill -0 "$(cat in-terminal)" 2>/dev/null; do sleep 0.1; done`,
		`} | SHELL=/bin/sh script -qec ${quoteWord(inner)} /dev/null >/dev/null 2>&1`,
		'code=$(cat ended); [ -n "$code" ] || code=98; exit "$code"',
	].join('\n');
}
