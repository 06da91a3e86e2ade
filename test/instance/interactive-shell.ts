import { spawn, spawnSync } from 'node:child_process';

/** Whether an interactive bash with a history is available. */
export const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

/**
 * Types lines into an interactive bash on an instance, on a terminal over ssh, like an operator, and
 * exits it.
 *
 * @param configFile For `ssh -F`.
 * @returns The output of the terminal.
 */
export function typeInShell(configFile: string, lines: readonly string[]): Promise<string> {
	const child = spawn('ssh', ['-tt', '-F', configFile, 'any.name.example', 'bash -i']);
	let shown = '';
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', (text: string) => {
			shown += text;
		});
	child.stdin.end([...lines, 'exit', ''].join('\n'));
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', () => resolve(shown));
	});
}
