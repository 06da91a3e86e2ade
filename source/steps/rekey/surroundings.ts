import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { url } from 'node:inspector';
import { childEnvironment, onlyWith } from '../../engine/child-environment.ts';
import { WizardError } from '../../engine/errors.ts';
import { limits } from '../../engine/limits.ts';

/** Options of Node that write or show the memory of the process to somebody. */
const SHOWING =
	/--(inspect(-brk|-wait)?|heapsnapshot-[a-z-]+|heap-prof|report-[a-z-]+|diagnostic-dir|abort-on-uncaught-exception)\b/;

export interface Surroundings {
	/** NODE_OPTIONS of the environment. */
	nodeOptions: string | undefined;
	/** Options node itself was started with. */
	execArgv: readonly string[];
	/** `/proc/swaps`; '' where there is none. */
	swaps: string;
	/** Where a debugger could connect: `ws://HOST:PORT/…`. */
	inspector?: string | undefined;
	/** Bytes a core dump may have, or "unlimited"; undefined where that cannot be told. */
	coreLimit?: string | undefined;
}

/** What there is around this process, once it has shut what it can shut by itself. */
export function surroundings(environment: NodeJS.ProcessEnv): Surroundings {
	keepDebuggersOut();
	return {
		nodeOptions: environment.NODE_OPTIONS,
		execArgv: process.execArgv,
		swaps: readOrEmpty('/proc/swaps'),
		inspector: url(),
		coreLimit: withoutCores(environment),
	};
}

/**
 * SIGUSR1 makes Node listen for a debugger, unless somebody hears it. For as long as this process
 * lives: without its last listener the signal would end it.
 */
function keepDebuggersOut(): void {
	if (!process.listeners('SIGUSR1').includes(deaf)) process.on('SIGUSR1', deaf);
}

const deaf = (): void => {};

/**
 * In bytes: too few for any file. Linux hands a core to a program (core(5), "Piping core dumps") at
 * every limit, 0 too, but this one (fs/coredump.c).
 */
const NO_CORE = 1;

/** Lets this process and its children leave no core dumps, and says how large they may be then. */
function withoutCores(environment: NodeJS.ProcessEnv): string | undefined {
	if (coreLimit() === undefined) return undefined;
	// Node has no setrlimit; prlimit is of util-linux.
	spawnSync('prlimit', [`--core=${NO_CORE}`, '--pid', String(process.pid)], {
		...onlyWith(childEnvironment({ for: 'helper', inherited: environment })),
		stdio: 'ignore',
		timeout: limits.helperMs,
		killSignal: 'SIGKILL',
	});
	return coreLimit();
}

/** The soft limit, of proc_pid_limits(5). */
const coreLimit = (): string | undefined =>
	/^Max core file size +(\S+)/m.exec(readOrEmpty('/proc/self/limits'))?.[1];

function readOrEmpty(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		// Not Linux: nothing can be told of it.
		return '';
	}
}

/**
 * What keys in this process's memory should not meet.
 *
 * @returns Warnings, in sentences.
 * @throws WizardError `refused` when Node was told to show or write its memory.
 */
export function memoryWarnings(around: Surroundings): string[] {
	const { nodeOptions = '', execArgv, swaps, inspector, coreLimit = '0' } = around;
	// Node takes an underscore for a dash.
	const options = [nodeOptions, ...execArgv].join(' ').replaceAll('_', '-');
	const shown = SHOWING.exec(options)?.[0];
	if (shown !== undefined)
		throw new WizardError('refused', {
			message: `Node.js runs with ${shown}, which shows or writes what is in its memory: keys would be in it.`,
			expected: 'Node.js without such options (NODE_OPTIONS)',
			next: ['unset NODE_OPTIONS, then run the same command again'],
		});
	if (inspector !== undefined)
		throw new WizardError('refused', {
			message: `Node.js listens for a debugger at ${new URL(inspector).host}, which can read what is in its memory: keys would be in it.`,
			expected: 'Node.js without an inspector',
			next: ['stop this program, then run the same command again'],
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
					`This machine may write memory to ${plain.join(', ')}, which does not look encrypted: turn swap off for the ceremony (swapoff -a).`,
				]),
		...(Number(coreLimit) <= NO_CORE
			? []
			: [
					'A crash of this program may write its memory to a file: allow no core dumps for the ceremony (ulimit -c 0), then run the same command again.',
				]),
	];
}
