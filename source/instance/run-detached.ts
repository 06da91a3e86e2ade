import { setTimeout as sleep } from 'node:timers/promises';
import {
	type InstanceConnection,
	InstanceError,
	type RemoteArgv,
	type RemoteCommandOptions,
	type RemoteResult,
} from './instance-types.ts';
import {
	createStdinDecodingScript,
	quoteRemoteCommand,
	quoteRemoteWord,
} from './remote-command-framing.ts';
import { createTimeoutError } from './run-command.ts';

type DetachedStatus =
	| { state: 'ended'; result: RemoteResult }
	| { state: 'running' }
	/** It was started and is gone without an exit code: the instance was restarted, or it was killed. */
	| { state: 'interrupted' }
	/** Never started under this name, or forgotten since. */
	| { state: 'unknown' };

interface DetachedOptions extends RemoteCommandOptions {
	/** Unique to this run, permanently: letters, digits, `-`. */
	name: string;
}

/** In the user's home directory, with access for this user only. */
const RESULTS_DIRECTORY = '.tfe-wizard';
/** Exit codes of the scripts below; no command of this program uses them. */
const NAME_TAKEN = 90;
const UNKNOWN_NAME = 91;
const RUNNING = 92;
const INTERRUPTED = 93;
const NOT_STARTED = 94;
const LIMIT_MS = 30_000;

/**
 * Runs a command on the instance detached from the ssh session (setsid(1)): whatever happens to the
 * connection, its response stays there in files that only this user can read. After `lost` or
 * `timeout`, connect again and call `readDetachedResult`. A name can be used once, so a command never
 * runs twice.
 *
 * @throws InstanceError
 */
export async function runDetachedAndWait(
	instance: InstanceConnection,
	command: RemoteArgv,
	options: DetachedOptions,
): Promise<RemoteResult> {
	const { name, signal, timeoutMs, stdin } = options;
	const until = Date.now() + timeoutMs;
	const text = quoteRemoteCommand(command);
	const limits = { timeoutMs: Math.min(timeoutMs, LIMIT_MS), signal };
	const input = stdin === undefined ? undefined : { stdin };
	const script = createStartScript(command, name, stdin?.length);
	const started = await instance.run(['sh', '-c', script], { ...limits, ...input });
	if (started.exitCode !== 0) throw createDetachedStartError(started, text, name);
	for (;;) {
		const left = until - Date.now();
		const waitMs = Math.max(0, Math.min(left, 10_000));
		const collected = await readDetachedResult(instance, name, {
			...{ signal, timeoutMs: LIMIT_MS, waitMs },
		}).catch((thrown) => {
			throw toLostError(thrown, text);
		});
		if (collected.state === 'ended') return collected.result;
		if (collected.state !== 'running') throw createNoResultError(text);
		if (Date.now() >= until) throw createTimeoutError(text, timeoutMs);
		await sleep(20);
	}
}

/**
 * Reads the response of a detached command, as often as needed.
 *
 * @throws InstanceError
 */
export async function readDetachedResult(
	instance: InstanceConnection,
	name: string,
	options: Pick<RemoteCommandOptions, 'signal' | 'timeoutMs'> & { waitMs?: number },
): Promise<DetachedStatus> {
	const { waitMs = 0, ...limits } = options;
	const script = createReadScript(name, Math.ceil(waitMs / 100));
	const run = { ...limits, timeoutMs: limits.timeoutMs + waitMs };
	const { exitCode, stdout, stderr } = await instance.run(['sh', '-c', script], run);
	if (exitCode === RUNNING) return { state: 'running' };
	if (exitCode === INTERRUPTED) return { state: 'interrupted' };
	if (exitCode === UNKNOWN_NAME) return { state: 'unknown' };
	const line = stdout.indexOf('\n');
	const code = stdout.subarray(0, line).toString('latin1');
	if (exitCode !== 0 || line === -1 || !/^\d+$/.test(code)) {
		throw new InstanceError('lost', `Could not read the response of ${name}: ${stderr.trim()}`, [
			`It is stored in ~/${RESULTS_DIRECTORY}/${name} on the instance.`,
		]);
	}
	const result = { exitCode: Number(code), stdout: stdout.subarray(line + 1), stderr };
	return { state: 'ended', result };
}

/**
 * Deletes a stored response from the instance, once it is safe elsewhere.
 *
 * @throws InstanceError
 */
export async function deleteDetachedResult(
	instance: InstanceConnection,
	name: string,
	limits: Pick<RemoteCommandOptions, 'signal' | 'timeoutMs'>,
): Promise<void> {
	await instance.run(
		['sh', '-c', `rm -rf -- "$HOME/${RESULTS_DIRECTORY}/${assertDetachedName(name)}"`],
		limits,
	);
}

/** Exits with 0 once the command is certain to be running and has its input. */
function createStartScript(
	command: RemoteArgv,
	name: string,
	inputLength: number | undefined,
): string {
	const encodedLength = inputLength === undefined ? undefined : Math.ceil(inputLength / 3) * 4;
	const inner = [
		// The caller waits for this file: once it exists, the input has arrived completely.
		createStdinDecodingScript(
			`{ : >begun; ( ${quoteRemoteCommand(command)} ); } >stdout 2>stderr`,
			encodedLength,
		),
		'code=$?',
		'sync stdout stderr 2>/dev/null',
		// The last command is not mv: some shells would exec it, and appear to be gone.
		'echo "$code" >exit.new && mv exit.new exit; :',
	].join('; ');
	const apart = `setsid sh -c ${quoteRemoteWord(`echo $$ >pid; ${inner}`)} ${createProcessLabel(name)} >/dev/null 2>&1`;
	const start =
		encodedLength === undefined ? `${apart} </dev/null &` : createInputPipe(encodedLength, apart);
	return [
		'umask 077',
		`cd && mkdir -p ${RESULTS_DIRECTORY} && chmod 700 ${RESULTS_DIRECTORY} && cd ${RESULTS_DIRECTORY} || exit ${NOT_STARTED}`,
		`mkdir ${name} 2>/dev/null || { [ -d ${name} ] && exit ${NAME_TAKEN}; exit ${NOT_STARTED}; }`,
		`cd ${name} || exit ${NOT_STARTED}`,
		start,
		'n=0; while ! [ -e begun ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done',
		`[ -e begun ] || exit ${NOT_STARTED}`,
	].join('\n');
}

/** Passes the input on, base64-encoded again after its length was checked. */
function createInputPipe(length: number, to: string): string {
	return [
		`given=$(base64 | tr -d '\\n'); [ "\${#given}" -eq ${length} ] || exit ${NOT_STARTED}`,
		`printf '%s\\n' "$given" | ${to} &`,
	].join('\n');
}

function createReadScript(name: string, tenths: number): string {
	return [
		`cd "$HOME/${RESULTS_DIRECTORY}/${assertDetachedName(name)}" 2>/dev/null || exit ${UNKNOWN_NAME}`,
		// Checked by its arguments too: the pid may have been reused, and a zombie has no arguments.
		`alive() { pid=$(cat pid 2>/dev/null) && ps -o args= -p "$pid" | grep -qF ${createProcessLabel(name)}; }`,
		`n=0; while ! [ -e exit ] && [ $n -lt ${tenths} ] && alive; do sleep 0.1; n=$((n+1)); done`,
		`[ -e exit ] || { alive && exit ${RUNNING}; }`,
		// It may have ended between the two checks.
		`[ -e exit ] || exit ${INTERRUPTED}`,
		'cat exit stdout; cat stderr >&2',
	].join('\n');
}

/** Name of the command's shell in the process list. */
function createProcessLabel(name: string): string {
	return `tfe-wizard-${assertDetachedName(name)}`;
}

function assertDetachedName(name: string): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,80}$/.test(name)) {
		throw new Error(`invalid name for a detached command: ${name}`);
	}
	return name;
}

function createDetachedStartError(
	{ exitCode, stderr }: RemoteResult,
	text: string,
	name: string,
): InstanceError {
	if (exitCode === NAME_TAKEN) {
		const hint = ['Nothing was run now. Use the response of the earlier run.'];
		return new InstanceError('unreachable', `${name} was already started on the instance.`, hint);
	}
	const words = stderr.trim().split('\n').at(-1) ?? '';
	return new InstanceError(
		'lost',
		`Could not determine whether ${text} was started on the instance.`,
		[...(words === '' ? [] : [words]), 'Check what it would have changed before you retry.'],
	);
}

/** The command is running: losing the connection before the first check proves nothing. */
function toLostError(thrown: unknown, text: string): unknown {
	if (!(thrown instanceof InstanceError) || thrown.fault !== 'unreachable') return thrown;
	const message = `The connection was lost while ${text} was running: ${thrown.message}`;
	return new InstanceError('lost', message, thrown.hint, thrown);
}

function createNoResultError(text: string): InstanceError {
	return new InstanceError('lost', `${text} ended on the instance without an exit code.`, [
		'It may or may not have been executed. Check before you retry.',
	]);
}
