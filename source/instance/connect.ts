import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runHelperProgram } from '../engine/run-helper-program.ts';
import { type InstanceConnection, InstanceError, type SshTarget } from './instance-types.ts';
import { assertConnected, runRemoteCommand } from './run-command.ts';
import { createForwardArguments } from './ssh-arguments.ts';
import { getLastSshMessage } from './ssh-failure-messages.ts';
import { type SshConnectOptions, type SshMaster, startSshMaster } from './ssh-master.ts';

/**
 * Connects to an instance with the operator's own ssh: configuration, agent, jump hosts and known
 * hosts. Host keys are never trusted on first use. There is no automatic reconnect: after a loss the
 * caller connects again and checks what was done.
 *
 * @throws InstanceError `unreachable`, with a message for each cause
 */
export async function connectToInstance(
	target: SshTarget,
	options: SshConnectOptions,
): Promise<InstanceConnection> {
	const master = await startSshMaster(target, options);
	const forwards = new Map<number, Promise<string>>();
	return {
		target,
		run: (command, given) => runRemoteCommand(master, target, command, given),
		forward(remotePort) {
			const path = forwards.get(remotePort) ?? forwardPort(master, target, remotePort);
			forwards.set(remotePort, path);
			// A failed forward can be retried.
			path.catch(() => forwards.delete(remotePort));
			return path;
		},
		close: () => master.close(),
	};
}

async function forwardPort(master: SshMaster, target: SshTarget, port: number): Promise<string> {
	assertConnected(master, target);
	const local = join(master.folder, randomBytes(3).toString('hex'));
	const asked = await runHelperProgram(
		'ssh',
		createForwardArguments(target, master.socket, local, port),
		{
			...{ environment: master.environment, reject: false },
		},
	);
	if (asked.exitCode === 0) return local;
	assertConnected(master, target);
	const said = getLastSshMessage(asked.stderr);
	throw new InstanceError(
		'no-forward',
		`ssh could not forward port ${port} of ${target.host}.`,
		said === '' ? [] : [`ssh reported: ${said}`],
	);
}
