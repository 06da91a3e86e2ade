import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runHelper } from '../engine/run-helper.ts';
import { InstanceError, type SshTarget } from './contract.ts';
import { type ConnectOptions, type Master, startMaster } from './master.ts';
import { lastWords } from './refusal.ts';
import { assertOpen, runOver } from './session.ts';
import { forwardArguments } from './ssh-words.ts';
import { runInTerminalOver, type TerminalInstance } from './terminal.ts';

/** Asking the local master process requires no network access. */
const FORWARD_LIMIT_MS = 10_000;

/**
 * Connects to an instance with the operator's own ssh: configuration, agent, jump hosts and known
 * hosts. Host keys are never trusted on first use. There is no automatic reconnect: after a loss the
 * caller connects again and checks what was done.
 *
 * @throws InstanceError `unreachable`, with a message for each cause
 */
export async function connect(
	target: SshTarget,
	options: ConnectOptions,
): Promise<TerminalInstance> {
	const master = await startMaster(target, options);
	const forwards = new Map<number, Promise<string>>();
	return {
		target,
		run: (command, given) => runOver(master, target, command, given),
		runInTerminal: (command, given) => runInTerminalOver(master, target, command, given),
		forward(remotePort) {
			const path = forwards.get(remotePort) ?? forwardOver(master, target, remotePort);
			forwards.set(remotePort, path);
			// A failed forward can be retried.
			path.catch(() => forwards.delete(remotePort));
			return path;
		},
		close: () => master.close(),
	};
}

async function forwardOver(master: Master, target: SshTarget, port: number): Promise<string> {
	assertOpen(master, target);
	const local = join(master.folder, randomBytes(3).toString('hex'));
	const asked = await runHelper('ssh', forwardArguments(target, master.socket, local, port), {
		environment: master.environment,
		...{ reject: false, stdin: 'ignore', timeout: FORWARD_LIMIT_MS },
	});
	if (asked.exitCode === 0) return local;
	assertOpen(master, target);
	const said = lastWords(asked.stderr ?? '');
	throw new InstanceError(
		'no-forward',
		`ssh could not forward port ${port} of ${target.host}.`,
		said === '' ? [] : [`ssh reported: ${said}`],
	);
}
