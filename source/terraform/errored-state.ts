import { statSync } from 'node:fs';
import { chmod, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { pushCommand } from './faults.ts';

const NAME = 'errored.tfstate';

/** The path of a state terraform could not hand to its backend, or undefined. */
export function erroredState(folder: string): string | undefined {
	const path = join(folder, NAME);
	return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

export async function readErroredState(path: string): Promise<string> {
	// Terraform writes it with the umask's mode, and it may hold secrets.
	await chmod(path, 0o600);
	return readFile(path, 'utf8');
}

/**
 * Moves a pushed state out of the way; it is kept, as it is the record of a mishap.
 *
 * @returns the new path
 */
export async function retireErroredState(path: string, now = new Date()): Promise<string> {
	const kept = `${path}.pushed-${now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}`;
	await rename(path, kept);
	return kept;
}

/** The error that blocks plan and apply: from here on the state would fork. */
export function erroredStateError(folder: string): WizardError {
	return new WizardError('refused', {
		message: `A state that could not be saved lies in ${join(folder, NAME)}.`,
		expected: 'that state in its backend before anything else is planned or applied',
		details: [
			'An earlier run changed things and could not record them. Going on would create them again.',
		],
		next: [pushCommand(folder)],
	});
}
