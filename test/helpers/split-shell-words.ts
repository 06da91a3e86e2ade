import { execFileSync } from 'node:child_process';

/** The words into which bash splits a line. dash does not support `$'…'` (POSIX.1-2024). */
export function splitShellWords(line: string): string[] {
	const script = 'printf "%s\\0" "$@"';
	const shell = `set -- ${line}\n${script}`;
	return execFileSync('bash', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1);
}
