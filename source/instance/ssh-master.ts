import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import {
	buildChildEnvironment,
	type ChildEnvironment,
	createExactEnvironmentOptions,
} from '../engine/child-environment.ts';
import { runHelperProgram } from '../engine/run-helper-program.ts';
import { trackWait } from '../engine/wait-registry.ts';
import { InstanceError, type SshTarget } from './instance-types.ts';
import { scanHostKeyFingerprints } from './scan-host-keys.ts';
import {
	CONTROL_SOCKET_NAME,
	createSocketDirectory,
	removeSocketDirectory,
} from './socket-directory.ts';
import { createMasterArguments, createNewerOptionsCheckArguments } from './ssh-arguments.ts';
import {
	classifySshFailure,
	describeSshFailure,
	getLastSshMessage,
} from './ssh-failure-messages.ts';

export interface SshConnectOptions {
	/** The operator's environment, for ssh, its configuration and a ProxyCommand, without secrets. */
	environment: NodeJS.ProcessEnv;
	signal?: AbortSignal;
	/** Limit for the server to respond; logging in may take as long again. Defaults to 15 s. */
	connectTimeoutMs?: number;
	/** Preferred parent of the socket directory, if safe; see `createSocketDirectory` for the alternatives. */
	runtimeFolder?: string;
	/** A directory of this program, for users without a runtime directory. */
	ownFolder?: string;
}

/** The ssh connection that all commands share. */
export interface SshMaster {
	/** Contains its socket and those of forwards; only this user has access. */
	readonly folder: string;
	readonly socket: string;
	/** For commands that use the connection: they read no configuration and start no program. */
	readonly environment: ChildEnvironment;
	/** Undefined while it is connected; then the last error message of ssh, or ''. */
	ended(): string | undefined;
	/** Resolves when the connection has ended. */
	readonly gone: Promise<void>;
	close(): Promise<void>;
}

/**
 * Connects. The connection has a process group of its own, so that Ctrl-C reaches only this program,
 * and depends on a pipe from it: when this process ends, for whatever reason, the remote command
 * reaches the end of its input, and ssh exits once no other command uses the connection.
 *
 * @throws InstanceError `unreachable`
 */
export async function startSshMaster(
	target: SshTarget,
	options: SshConnectOptions,
): Promise<SshMaster> {
	const { signal, connectTimeoutMs = 15_000 } = options;
	if (signal?.aborted) throw createCancelledError(target);
	const inherited = options.environment;
	const add = { LC_ALL: 'C' };
	const environment = buildChildEnvironment({ for: 'helper', inherited, pass: /^TERM$/, add });
	// Without secrets, which a SendEnv or ProxyCommand of the operator would pass on.
	const configured = buildChildEnvironment({ for: 'operator', inherited, add });
	const folder = await createSocketDirectory({
		wanted: options.runtimeFolder,
		runtime: options.environment.XDG_RUNTIME_DIR,
		own: options.ownFolder,
	});
	const socket = join(folder, CONTROL_SOCKET_NAME);
	const mark = randomBytes(12).toString('hex');
	const newer = await supportsNewerOptions(environment);
	const words = createMasterArguments(
		target,
		socket,
		connectTimeoutMs,
		createWaitCommand(mark),
		newer,
	);
	const child = execa('ssh', words, {
		...createExactEnvironmentOptions(configured),
		...{ reject: false, detached: true, cleanup: false },
		...{ stdin: 'pipe', stdout: 'pipe', stderr: 'pipe', buffer: false },
	});
	let stderr = '';
	let end: string | undefined;
	let missing = false;
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr = `${stderr}${text}`.slice(-16_384);
	});
	// A closed connection closes the pipe too; the exit of the process reports it.
	child.stdin.on('error', () => {});
	const gone = child.then(({ code }) => {
		missing = code === 'ENOENT';
		end = getLastSshMessage(stderr);
		removeSocketDirectory(folder);
	});
	const close = async () => {
		child.stdin.end();
		child.kill('SIGTERM');
		const insist = setTimeout(() => child.kill('SIGKILL'), 2_000);
		await gone;
		clearTimeout(insist);
	};
	const limit = connectTimeoutMs * 2;
	const ready = await trackWait(`the SSH connection to ${target.host}`, limit, () =>
		waitUntilReady(child.stdout, mark, gone, limit, signal),
	);
	if (ready === 'ready' && existsSync(socket)) {
		return { folder, socket, environment, ended: () => end, gone, close };
	}
	await close();
	if (ready === 'stopped') throw createCancelledError(target);
	if (missing) {
		throw new InstanceError('unreachable', 'ssh is not on PATH.', [
			'Install the OpenSSH client, then rerun the command.',
		]);
	}
	throw await createConnectError(target, configured, ready === 'late' ? 'timed out' : stderr);
}

async function supportsNewerOptions(environment: ChildEnvironment): Promise<boolean> {
	const options = { environment, reject: false };
	return (
		(await runHelperProgram('ssh', createNewerOptionsCheckArguments(), options)).exitCode === 0
	);
}

/** Reports that the connection is up, then waits for the end of its input. */
function createWaitCommand(marker: string): string {
	return `printf '%s' ${marker}; exec cat >/dev/null`;
}

async function waitUntilReady(
	stdout: NodeJS.ReadableStream,
	marker: string,
	closed: Promise<void>,
	limitMs: number,
	signal: AbortSignal | undefined,
): Promise<'ready' | 'ended' | 'late' | 'stopped'> {
	let release = () => {};
	const said = new Promise<'ready' | 'late' | 'stopped'>((resolve) => {
		let text = '';
		const stop = () => resolve('stopped');
		const timer = setTimeout(() => resolve('late'), limitMs);
		// Login scripts may print something before the marker.
		stdout.setEncoding('latin1').on('data', (chunk: string) => {
			text = `${text}${chunk}`.slice(-16_384);
			if (text.includes(marker)) resolve('ready');
		});
		signal?.addEventListener('abort', stop, { once: true });
		release = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', stop);
		};
	});
	const outcome = await Promise.race([said, closed.then(() => 'ended' as const)]);
	release();
	return outcome;
}

async function createConnectError(
	target: SshTarget,
	environment: ChildEnvironment,
	stderr: string,
): Promise<InstanceError> {
	const kind = classifySshFailure(stderr);
	const aboutKeys = kind === 'unknown-host-key' || kind === 'changed-host-key';
	const keys = aboutKeys ? await scanHostKeyFingerprints(target, environment) : undefined;
	const { message, hint } = describeSshFailure(kind, target, stderr, keys);
	return new InstanceError('unreachable', message, hint);
}

function createCancelledError(target: SshTarget): InstanceError {
	return new InstanceError('unreachable', `Connecting to ${target.host} was cancelled.`);
}
