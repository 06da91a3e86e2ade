import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { Instance, RemoteResult } from './instance-types.ts';
import { quoteRemoteWord } from './remote-command.ts';
import { type DetachedOptions, runDetached } from './run-detached.ts';

interface DetachedTerminalOptions extends Omit<DetachedOptions, 'stdin'> {
	/** The end of what the command prints just before it reads its input. */
	prompt: string;
	/** Without the line end. Written once, and only after exactly that prompt. */
	reply: SecretBytes;
}

/** Exits with 0 if `script` is installed and supports the options used below. */
export const SCRIPT_CHECK_COMMAND = ['setsid', 'script', '-qec', 'true', '/dev/null'] as const;

/**
 * Like `runDetached`, for a command that reads a secret only from a terminal, which script(1)
 * provides. Only its standard input is that terminal. Its output goes straight to the files of its
 * stored response, so none of it is lost with the terminal and typed text cannot mix with it. If the
 * prompt does not appear in half the time limit, the command is ended without input.
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
	const words = ['sh', '-c', createTerminalScript(command, tenths), 'sh', prompt];
	const stdin = reply.use((bytes) => Buffer.concat([bytes, Buffer.from('\n')]));
	try {
		return await runDetached(instance, words, { ...rest, stdin });
	} finally {
		stdin.fill(0);
	}
}

/** Runs in the directory of the stored response, where standard output is `stdout`. */
function createTerminalScript(command: readonly string[], tenths: number): string {
	// Old versions of script pass on a terminal with no settings at all when they have none themselves.
	const inner = [
		'stty sane -echo min 1 time 0 || { echo 96 >ended; exit; }',
		'echo $$ >in-terminal.new && mv in-terminal.new in-terminal',
		`${command.map(quoteRemoteWord).join(' ')} >>stdout 2>>stderr`,
		'echo $? >ended.new; mv ended.new ended',
	].join('; ');
	const until = (condition: string, most: string) =>
		`n=0; until ${condition} || [ -e ended ] || [ $n -ge ${most} ]; do sleep 0.1; n=$((n+1)); done`;
	return [
		'IFS= read -r key || exit 97',
		// The added mark preserves line ends, which $() would strip.
		'asked() { case $(cat stdout; echo .) in *"$1".) ;; *) return 1;; esac; }',
		'{',
		until('asked "$1"', String(tenths)),
		`if asked "$1"; then printf '%s\\n' "$key"; else kill -- "-$(cat in-terminal)"; : >ended; fi`,
		// Standard input stays open until the command ends: some versions treat its end as a hang-up.
		'unset key',
		`while ! [ -e ended ] && kill -0 "$(cat in-terminal)" 2>/dev/null; do sleep 0.1; done`,
		`} | SHELL=/bin/sh script -qec ${quoteRemoteWord(inner)} /dev/null >/dev/null 2>&1`,
		'code=$(cat ended); [ -n "$code" ] || code=98; exit "$code"',
	].join('\n');
}
