import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { type ChildEnvironment, childEnvironment, onlyWith } from '../engine/child-environment.ts';
import { runHelper } from '../engine/run-helper.ts';
import { waitingFor } from '../engine/waits.ts';
import { InstanceError, type SshTarget } from './contract.ts';
import { hostKeysOf } from './host-keys.ts';
import { lastWords, refusal, refusalKind } from './refusal.ts';
import { CONTROL_SOCKET, removeSocketFolder, socketFolder } from './socket-folder.ts';
import { masterArguments, newerArguments } from './ssh-words.ts';

export interface ConnectOptions {
	/** The operator's environment, for ssh, its configuration and a ProxyCommand, without secrets. */
	environment: NodeJS.ProcessEnv;
	/** Names of environment variables that contain secrets. */
	secretVariables?: Iterable<string>;
	signal?: AbortSignal;
	/** Limit for the server to respond; logging in may take as long again. Defaults to 15 s. */
	connectTimeoutMs?: number;
	/** Preferred parent of the socket directory, if safe; see `socketFolder` for the alternatives. */
	runtimeFolder?: string;
	/** A directory of this program, for users without a runtime directory. */
	ownFolder?: string;
}

/** ssh answers at once; the limit allows for very busy computers. */
const VERSION_MS = 10_000;

/** The ssh connection that all commands share. */
export interface Master {
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
export async function startMaster(target: SshTarget, options: ConnectOptions): Promise<Master> {
	const { signal, connectTimeoutMs = 15_000 } = options;
	if (signal?.aborted) throw stopped(target);
	const inherited = options.environment;
	const add = { LC_ALL: 'C' };
	const environment = childEnvironment({ for: 'helper', inherited, pass: /^TERM$/, add });
	// A SendEnv or ProxyCommand of the operator would pass a secret on.
	const secrets = options.secretVariables ?? [];
	const configured = childEnvironment({ for: 'operator', inherited, secrets, add });
	const folder = await socketFolder({
		wanted: options.runtimeFolder,
		runtime: options.environment.XDG_RUNTIME_DIR,
		own: options.ownFolder,
	});
	const socket = join(folder, CONTROL_SOCKET);
	const mark = randomBytes(12).toString('hex');
	const newer = await knowsNewer(environment);
	const words = masterArguments(target, socket, connectTimeoutMs, waiting(mark), newer);
	const child = execa('ssh', words, {
		...onlyWith(configured),
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
		end = lastWords(stderr);
		removeSocketFolder(folder);
	});
	const close = async () => {
		child.stdin.end();
		child.kill('SIGTERM');
		const insist = setTimeout(() => child.kill('SIGKILL'), 2_000);
		await gone;
		clearTimeout(insist);
	};
	const limit = connectTimeoutMs * 2;
	const ready = await waitingFor(`the SSH connection to ${target.host}`, limit, () =>
		untilReady(child.stdout, mark, gone, limit, signal),
	);
	if (ready === 'ready' && existsSync(socket)) {
		return { folder, socket, environment, ended: () => end, gone, close };
	}
	await close();
	if (ready === 'stopped') throw stopped(target);
	if (missing) {
		throw new InstanceError('unreachable', 'ssh is not on PATH.', [
			'Install the OpenSSH client, then rerun the command.',
		]);
	}
	throw await explained(target, configured, ready === 'late' ? 'timed out' : stderr);
}

async function knowsNewer(environment: ChildEnvironment): Promise<boolean> {
	const asked = await runHelper('ssh', newerArguments(), {
		...{ environment, reject: false, stdin: 'ignore', timeout: VERSION_MS },
	});
	return asked.exitCode === 0;
}

/** Reports that the connection is up, then waits for the end of its input. */
function waiting(mark: string): string {
	return `printf '%s' ${mark}; exec cat >/dev/null`;
}

async function untilReady(
	stdout: NodeJS.ReadableStream,
	mark: string,
	gone: Promise<void>,
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
			if (text.includes(mark)) resolve('ready');
		});
		signal?.addEventListener('abort', stop, { once: true });
		release = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', stop);
		};
	});
	const outcome = await Promise.race([said, gone.then(() => 'ended' as const)]);
	release();
	return outcome;
}

async function explained(
	target: SshTarget,
	environment: ChildEnvironment,
	stderr: string,
): Promise<InstanceError> {
	const kind = refusalKind(stderr);
	const aboutKeys = kind === 'unknown-host-key' || kind === 'changed-host-key';
	const keys = aboutKeys ? await hostKeysOf(target, environment) : undefined;
	const { message, hint } = refusal(kind, target, stderr, keys);
	return new InstanceError('unreachable', message, hint);
}

function stopped(target: SshTarget): InstanceError {
	return new InstanceError('unreachable', `Connecting to ${target.host} was cancelled.`);
}
