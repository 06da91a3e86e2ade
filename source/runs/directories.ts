import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { WizardError } from '../engine/errors.ts';

/** Directory of the sessions: --home, else TFE_WIZARD_HOME, else the user's data directory. */
export function getHomeDirectory(flag: string | boolean | undefined): string {
	if (flag === '') {
		throw new WizardError('usage', {
			message: 'The home directory (--home) is empty.',
			expected: 'a directory you own, or a path where one can be created',
			next: ['Omit --home to store sessions in your data directory.'],
		});
	}
	const given = typeof flag === 'string' ? flag : process.env.TFE_WIZARD_HOME;
	if (given !== undefined && given !== '') return resolve(given);
	return envPaths('tfe-wizard', { suffix: '' }).data;
}

/** Directory for reproducible data, for example a private Python environment. */
export function getCacheDirectory(): string {
	return envPaths('tfe-wizard', { suffix: '' }).cache;
}
