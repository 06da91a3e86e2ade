import { readFileSync } from 'node:fs';
import { WizardError } from '../../engine/errors.ts';

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
}

export function surroundings(environment: NodeJS.ProcessEnv): Surroundings {
	let swaps = '';
	try {
		swaps = readFileSync('/proc/swaps', 'utf8');
	} catch {
		// Not Linux: nothing can be told of its swap.
	}
	return { nodeOptions: environment.NODE_OPTIONS, execArgv: process.execArgv, swaps };
}

/**
 * What keys in this process's memory should not meet.
 *
 * @returns Warnings, in sentences.
 * @throws WizardError `refused` when Node was told to show or write its memory.
 */
export function memoryWarnings({ nodeOptions = '', execArgv, swaps }: Surroundings): string[] {
	const shown = SHOWING.exec([nodeOptions, ...execArgv].join(' '))?.[0];
	if (shown !== undefined)
		throw new WizardError('refused', {
			message: `Node.js runs with ${shown}, which shows or writes what is in its memory: keys would be in it.`,
			expected: 'Node.js without such options (NODE_OPTIONS)',
			next: ['unset NODE_OPTIONS, then run the same command again'],
		});
	const plain = swaps
		.split('\n')
		.slice(1)
		.map((line) => line.split(/\s+/)[0] ?? '')
		.filter((device) => device !== '' && !/zram|\/dm-|\/mapper\//.test(device));
	return plain.length === 0
		? []
		: [
				`This machine may write memory to ${plain.join(', ')}, which does not look encrypted: turn swap off for the ceremony (swapoff -a).`,
			];
}
