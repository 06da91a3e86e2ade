import { accessSync, constants, statSync } from 'node:fs';
import { WizardError } from '../engine/errors.ts';
import { describeFileType } from '../engine/regular-file.ts';
import { formatSystemError } from '../engine/system-errors.ts';

/**
 * Rejects an unusable TMPDIR early: Terraform's providers create their sockets there, and report a
 * failure as a problem of the provider.
 *
 * @throws WizardError `usage`
 */
export function checkTemporaryDirectory(): void {
	const path = process.env.TMPDIR;
	if (path === undefined || path === '') return;
	const why = findProblem(path);
	if (why === undefined) return;
	throw new WizardError('usage', {
		message: `The directory for temporary files cannot be used: ${why}.`,
		expected: 'TMPDIR set to a directory you can write to, or unset',
		next: ['unset TMPDIR', 'Then run the same command again.'],
	});
}

function findProblem(path: string): string | undefined {
	try {
		const stat = statSync(path);
		if (!stat.isDirectory()) return `TMPDIR=${path} is ${describeFileType(stat)}`;
		accessSync(path, constants.W_OK | constants.X_OK);
		return undefined;
	} catch (thrown) {
		return formatSystemError(thrown, `TMPDIR=${path}`);
	}
}
