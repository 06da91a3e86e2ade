import { spawn } from 'node:child_process';
import { spawn as spawnPty } from '@lydell/node-pty';
import type { CommandResult, CommandRunner } from '../../source/vault/command.ts';

/** Runs Vault's commands on this machine, and what the tests look for in how that was done. */
export interface LocalRunner extends CommandRunner {
	readonly ran: readonly (readonly string[])[];
	/** What terminals have shown, all of it. */
	readonly shown: () => string;
}

export function localRunner(env: NodeJS.ProcessEnv): LocalRunner {
	const ran: (readonly string[])[] = [];
	let shown = '';
	return {
		how: 'this machine',
		ran,
		shown: () => shown,
		run(argv, { stdin, timeoutMs }) {
			ran.push(argv);
			const [command = '', ...words] = argv;
			return new Promise<CommandResult>((resolve, reject) => {
				const child = spawn(command, words, { env, timeout: timeoutMs });
				const stdout: Buffer[] = [];
				let stderr = '';
				child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
				child.stderr.on('data', (piece: Buffer) => {
					stderr += piece.toString();
				});
				child.once('error', reject);
				child.once('close', (code) =>
					resolve({ exitCode: code ?? 1, stdout: Buffer.concat(stdout), stderr }),
				);
				// A command that fails early does not read it all.
				child.stdin.on('error', () => undefined);
				child.stdin.end(stdin === undefined ? undefined : Buffer.from(stdin));
			});
		},
		runInTerminal(argv, { type, timeoutMs }) {
			ran.push(argv);
			return new Promise<CommandResult>((resolve, reject) => {
				const quiet = ['-c', 'stty -echo; exec "$@"', 'sh', ...argv];
				const terminal = spawnPty('sh', quiet, { env, cols: 4096 });
				const timer = setTimeout(() => terminal.kill(), timeoutMs);
				let text = '';
				let typed = false;
				terminal.onData((piece) => {
					text += piece;
					shown += piece;
					if (typed) return;
					try {
						const answer = type(text);
						if (answer === undefined) return;
						typed = true;
						terminal.write(`${answer.toString('latin1')}\n`);
					} catch (thrown) {
						typed = true;
						terminal.kill();
						reject(thrown);
					}
				});
				terminal.onExit(({ exitCode }) => {
					clearTimeout(timer);
					// What the command says on standard error is shown among the rest.
					resolve({ exitCode, stdout: Buffer.from(text), stderr: exitCode === 0 ? '' : text });
				});
			});
		},
	};
}
