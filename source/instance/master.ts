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
	/** The operator's: ssh, its configuration and a ProxyCommand use it. They get no secrets of it. */
	environment: NodeJS.ProcessEnv;
	/** Names of variables in it that hold secrets. */
	secretVariables?: Iterable<string>;
	signal?: AbortSignal;
	/** For the server to answer; logging in may take as long again. 15 s when not said. */
	connectTimeoutMs?: number;
	/** Where the sockets' folder is made if that is safe; see `socketFolder` for where else. */
	runtimeFolder?: string;
	/** A folder of this program's own, for sockets where the user has no runtime folder. */
	ownFolder?: string;
}

/** ssh says what it knows without doing anything; this is for machines that are very busy. */
const VERSION_MS = 10_000;

/** The one connection that all commands go over. */
export interface Master {
	/** Holds its socket and those of forwards; nobody else can enter. */
	readonly folder: string;
	readonly socket: string;
	/** Of commands that only go over it: these read no configuration and start no program. */
	readonly environment: ChildEnvironment;
	/** Undefined while it lives; then what ssh said last, or ''. */
	ended(): string | undefined;
	/** Kept when it has ended. */
	readonly gone: Promise<void>;
	close(): Promise<void>;
}

/**
 * Connects. The connection is a process group of its own, so that Ctrl-C reaches this program
 * alone, and hangs on a pipe from it: when this process is gone, however it ended, the command at
 * the other end is at its input's end, and ssh ends once no other command runs over it.
 *
 * @throws InstanceError `unreachable`
 */
export async function startMaster(target: SshTarget, options: ConnectOptions): Promise<Master> {
	const { signal, connectTimeoutMs = 15_000 } = options;
	if (signal?.aborted) throw stopped(target);
	const inherited = options.environment;
	const add = { LC_ALL: 'C' };
	const environment = childEnvironment({ for: 'helper', inherited, pass: /^TERM$/, add });
	// A SendEnv of the operator's, or a ProxyCommand, would hand a secret on.
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
	// Whoever hangs up takes the pipe along; the end is told by the process.
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
		throw new InstanceError('unreachable', 'There is no ssh on PATH.', [
			'Install the OpenSSH client, then run the same command again.',
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

/** Says that it is there, then waits for the end of its input. */
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
		// What a login script may print comes before it.
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
	return new InstanceError('unreachable', `Connecting to ${target.host} was stopped.`);
}
