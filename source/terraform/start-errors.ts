import { existsSync } from 'node:fs';
import { toWizardError, WizardError } from '../engine/errors.ts';
import { formatSpawnError } from '../engine/system-errors.ts';

/** The error for a command that could not be started, with a fix for the operator. */
export function createStartError(thrown: unknown, binary: string, folder: string): WizardError {
	if (thrown instanceof WizardError) return thrown;
	const { code, syscall } = thrown as NodeJS.ErrnoException;
	// Not caused by the command: a log file could not be created.
	if (!syscall?.startsWith('spawn')) return toWizardError(thrown);
	// The system reports ENOENT for a missing working directory too.
	if (code === 'ENOENT' && !existsSync(folder)) {
		return new WizardError('command', {
			message: `The working directory ${folder} does not exist.`,
			cause: thrown,
		});
	}
	if (code === 'ENOENT' || code === 'EACCES') {
		const where = binary.includes('/') ? '' : ' on PATH';
		return new WizardError('preflight', {
			message: `${binary} ${formatSpawnError(thrown)}${where}.`,
			expected: 'Terraform 1.11 or later',
			next: [
				'Install Terraform (https://developer.hashicorp.com/terraform/install) and run the same command again.',
			],
			cause: thrown,
		});
	}
	return toWizardError(thrown);
}

/** The error for a command requested after the run was interrupted. */
export function createNotStartedError(label: string): WizardError {
	return new WizardError('cancelled', {
		message: `terraform ${label} was not started: the run was interrupted.`,
		next: ['Run the same command again: it resumes where this one stopped.'],
	});
}
