import { statSync } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { getStatePushCommand } from './failure-messages.ts';

const NAME = 'errored.tfstate';

/** The path of a state that Terraform could not save to its backend, or undefined. */
export function findErroredState(folder: string): string | undefined {
	const path = join(folder, NAME);
	return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

export async function readErroredState(path: string): Promise<string> {
	// Terraform writes it with the mode of the umask, and it may contain secrets.
	await chmod(path, 0o600);
	return readRegularFileText(path, limits.stateBytes) ?? '';
}

/** Whether a state was only partly written, as happens on a full disk. */
export function isTruncatedState(text: string): boolean {
	if (text !== '' && !text.startsWith('{')) return false;
	try {
		JSON.parse(text);
		return false;
	} catch {
		return true;
	}
}

/**
 * A full disk truncates a local state too, which Terraform then cannot read: rename it so that the
 * complete state can replace it.
 */
export async function renameTruncatedState(folder: string, now = new Date()): Promise<void> {
	const path = join(folder, 'terraform.tfstate');
	const text = readRegularFileText(path, limits.stateBytes) ?? '';
	if (text !== '' && isTruncatedState(text)) await rename(path, `${path}.cut-${stamp(now)}`);
}

/**
 * Renames a pushed state instead of deleting it, as a record of the failure.
 *
 * @returns the new path
 */
export async function archiveErroredState(path: string, now = new Date()): Promise<string> {
	const kept = `${path}.pushed-${stamp(now)}`;
	await rename(path, kept);
	return kept;
}

function stamp(now: Date): string {
	return now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
}

/** The error that blocks plan and apply, because the state would diverge otherwise. */
export function createErroredStateError(folder: string): WizardError {
	return new WizardError('refused', {
		message: `An earlier run could not save its state; it is stored in ${join(folder, NAME)}.`,
		expected: 'the state pushed to its backend before the next plan or apply',
		details: [
			'That run changed resources without recording them. Continuing would create them again.',
		],
		next: [getStatePushCommand(folder)],
	});
}
