import { spawn } from 'node:child_process';
import { spawn as spawnPty } from '@lydell/node-pty';
import type {
	VaultCommandResult,
	VaultCommandRunner,
} from '../../source/vault/run-vault-command.ts';
import { safetyDeadline } from '../helpers/wait-for.ts';

/** Runs Vault's commands locally, and records what the tests inspect. */
export interface LocalRunner extends VaultCommandRunner {
	readonly ran: readonly (readonly string[])[];
	/** All output of terminals. */
	readonly shown: () => string;
}

/**
 * @param endAt Ends a command on a terminal that waits at this prompt without a reply.
 * @param before Words to put before each command, such as those of `recordExecutions`.
 */
export function createLocalRunner(
	env: NodeJS.ProcessEnv,
	endAt?: string,
	before: () => readonly string[] = () => [],
): LocalRunner {
	const ran: (readonly string[])[] = [];
	let shown = '';
	return {
		how: 'this machine',
		ran,
		shown: () => shown,
		run(argv, { stdin, timeoutMs }) {
			ran.push(argv);
			const [command = '', ...words] = [...before(), ...argv];
			return new Promise<VaultCommandResult>((resolve, reject) => {
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
				// A command that fails early does not read all of it.
				child.stdin.on('error', () => undefined);
				child.stdin.end(stdin === undefined ? undefined : Buffer.from(stdin));
			});
		},
		runInTerminal(argv, { replies, timeoutMs }) {
			ran.push(argv);
			return new Promise<VaultCommandResult>((resolve) => {
				const quiet = ['-c', 'stty -echo -onlcr; exec "$@"', 'sh', ...before(), ...argv];
				const terminal = spawnPty('sh', quiet, { env, cols: 4096 });
				const cancelLimit = safetyDeadline(() => terminal.kill(), timeoutMs);
				let text = '';
				const left = [...replies];
				terminal.onData((piece) => {
					text += piece;
					shown += piece;
					if (left[0] === undefined || !text.endsWith(left[0].prompt)) {
						if (endAt !== undefined && text.endsWith(endAt)) terminal.kill();
						return;
					}
					terminal.write(left.shift()?.reply.use((bytes) => `${bytes.toString('latin1')}\n`) ?? '');
				});
				terminal.onExit(({ exitCode }) => {
					cancelLimit();
					// A terminal has one stream: errors are part of the output.
					resolve({ exitCode, stdout: Buffer.from(text), stderr: '' });
				});
			});
		},
	};
}
