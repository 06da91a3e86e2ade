import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { runHelper } from '../engine/run-helper.ts';
import { withoutVault } from '../engine/without-vault.ts';
import { InstanceError, type SshTarget } from './contract.ts';
import { hostKeysOf } from './host-keys.ts';
import { lastWords, refusal, refusalKind } from './refusal.ts';
import { CONTROL_SOCKET, socketFolder } from './socket-folder.ts';
import { masterArguments, newerArguments } from './ssh-words.ts';

export interface ConnectOptions {
	/** The operator's: ssh needs HOME, PATH and SSH_AUTH_SOCK of it. It gets none of Vault's. */
	environment: NodeJS.ProcessEnv;
	signal?: AbortSignal;
	/** For the server to answer; logging in may take as long again. 15 s when not said. */
	connectTimeoutMs?: number;
	/** Where the sockets' folder is made; the system's temporary folder when not said. */
	runtimeFolder?: string;
}

/** ssh says what it knows without doing anything; this is for machines that are very busy. */
const VERSION_MS = 10_000;

/** The one connection that all commands go over. */
export interface Master {
	/** Holds its socket and those of forwards; nobody else can enter. */
	readonly folder: string;
	readonly socket: string;
	readonly environment: NodeJS.ProcessEnv;
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
	// A SendEnv of the operator's, or a ProxyCommand, would hand a token on.
	const environment = { ...withoutVault(options.environment), LC_ALL: 'C' };
	const folder = await socketFolder(options.runtimeFolder);
	const socket = join(folder, CONTROL_SOCKET);
	const mark = randomBytes(12).toString('hex');
	const newer = await knowsNewer(environment);
	const words = masterArguments(target, socket, connectTimeoutMs, waiting(mark), newer);
	const child = execa('ssh', words, {
		...{ env: environment, extendEnv: false, reject: false, detached: true, cleanup: false },
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
	const gone = child.then(async ({ code }) => {
		missing = code === 'ENOENT';
		end = lastWords(stderr);
		await rm(folder, { recursive: true, force: true });
	});
	const close = async () => {
		child.stdin.end();
		child.kill('SIGTERM');
		const insist = setTimeout(() => child.kill('SIGKILL'), 2_000);
		await gone;
		clearTimeout(insist);
	};
	const limit = connectTimeoutMs * 2;
	const ready = await untilReady(child.stdout, mark, gone, limit, signal);
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
	throw await explained(target, environment, ready === 'late' ? 'timed out' : stderr);
}

async function knowsNewer(environment: NodeJS.ProcessEnv): Promise<boolean> {
	const asked = await runHelper('ssh', newerArguments(), {
		...{ env: environment, extendEnv: false, reject: false, stdin: 'ignore', timeout: VERSION_MS },
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
	environment: NodeJS.ProcessEnv,
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
