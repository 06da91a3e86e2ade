import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { url } from 'node:inspector';
import {
	buildChildEnvironment,
	createExactEnvironmentOptions,
} from '../../../engine/child-environment.ts';
import { WizardError } from '../../../engine/errors.ts';
import { limits } from '../../../engine/limits.ts';

/** Node.js options that expose the memory of the process. */
const SHOWING =
	/--(inspect(-brk|-wait)?|heapsnapshot-[a-z-]+|heap-prof|report-[a-z-]+|diagnostic-dir|abort-on-uncaught-exception)\b/;

interface ProcessExposure {
	/** The environment variable NODE_OPTIONS. */
	nodeOptions: string | undefined;
	/** Command-line options of node. */
	execArgv: readonly string[];
	/** Content of `/proc/swaps`; '' if it does not exist. */
	swaps: string;
	/** Where a debugger could connect: `ws://HOST:PORT/…`. */
	inspector?: string | undefined;
	/** Core dump size limit in bytes, or "unlimited"; undefined if unknown. */
	coreLimit?: string | undefined;
}

/** Hardens this process as far as possible and returns the remaining exposure. */
export function hardenProcess(environment: NodeJS.ProcessEnv): ProcessExposure {
	blockDebuggerSignal();
	return {
		nodeOptions: environment.NODE_OPTIONS,
		execArgv: process.execArgv,
		swaps: readOrEmpty('/proc/swaps'),
		inspector: url(),
		coreLimit: disableCoreDumps(environment),
	};
}

/**
 * SIGUSR1 makes Node.js listen for a debugger unless it has a handler. The handler is never removed,
 * because without one the signal would terminate the process.
 */
function blockDebuggerSignal(): void {
	if (!process.listeners('SIGUSR1').includes(ignoreSignal)) process.on('SIGUSR1', ignoreSignal);
}

const ignoreSignal = (): void => {};

/**
 * In bytes. Linux pipes core dumps to a program (core(5), "Piping core dumps") at every limit, even
 * 0, except 1 (fs/coredump.c).
 */
const NO_CORE = 1;

/** Disables core dumps of this process and its children, and returns the resulting limit. */
function disableCoreDumps(environment: NodeJS.ProcessEnv): string | undefined {
	if (readCoreDumpLimit() === undefined) return undefined;
	// Node.js has no setrlimit; prlimit is part of util-linux.
	spawnSync('prlimit', [`--core=${NO_CORE}`, '--pid', String(process.pid)], {
		...createExactEnvironmentOptions(
			buildChildEnvironment({ for: 'helper', inherited: environment }),
		),
		stdio: 'ignore',
		timeout: limits.helperMs,
		killSignal: 'SIGKILL',
	});
	return readCoreDumpLimit();
}

/** The soft limit, of proc_pid_limits(5). */
const readCoreDumpLimit = (): string | undefined =>
	/^Max core file size +(\S+)/m.exec(readOrEmpty('/proc/self/limits'))?.[1];

function readOrEmpty(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// Not Linux: unknown.
		return '';
	}
}

/**
 * Ways in which keys in the memory of this process could be exposed.
 *
 * @returns Warnings.
 * @throws WizardError `refused` when a Node.js option exposes its memory.
 */
export function getMemoryWarnings(exposure: ProcessExposure): string[] {
	const { nodeOptions = '', execArgv, swaps, inspector, coreLimit = '0' } = exposure;
	// Node.js treats underscores in options as hyphens.
	const options = [nodeOptions, ...execArgv].join(' ').replaceAll('_', '-');
	const shown = SHOWING.exec(options)?.[0];
	if (shown !== undefined)
		throw new WizardError('refused', {
			message: `Node.js runs with ${shown}, which exposes its memory, including keys.`,
			expected: 'Node.js without such options (NODE_OPTIONS)',
			next: ['Unset NODE_OPTIONS, then run the same command again.'],
		});
	if (inspector !== undefined)
		throw new WizardError('refused', {
			message: `Node.js listens for a debugger at ${new URL(inspector).host}, which can read its memory, including keys.`,
			expected: 'Node.js without an inspector',
			next: ['Stop this program, then run the same command again.'],
		});
	const plain = swaps
		.split('\n')
		.slice(1)
		.map((line) => line.split(/\s+/)[0] ?? '')
		.filter((device) => device !== '' && !/zram|\/dm-|\/mapper\//.test(device));
	return [
		...(plain.length === 0
			? []
			: [
					`This computer may write memory to ${plain.join(', ')}, which does not appear to be encrypted. Disable swap for the rekey (swapoff -a).`,
				]),
		...(Number(coreLimit) <= NO_CORE
			? []
			: [
					'A crash of this program may write its memory to a file. Disable core dumps for the rekey (ulimit -c 0), then run the same command again.',
				]),
	];
}
