import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import type { SessionRecord } from '../engine/session/record.ts';
import { assertSessionName, readRecord, sessionFolders } from '../engine/session/session.ts';

/** @throws WizardError `usage` when there is no such session, naming those there are. */
export function readSession(home: string, name: string): SessionRecord {
	assertSessionName(name);
	const record = readRecord(home, name);
	// The folder names the session: a name in the file that is another one would get into commands.
	if (record !== undefined) return { ...record, name };
	const damaged = existsSync(join(sessionFolders(home, name).root, 'journal.jsonl'));
	if (damaged) {
		throw new WizardError('refused', {
			message: `The file of session ${name} is missing or damaged.`,
			next: [`tfe-wizard install --session ${name} (rebuilds it from its journal)`],
		});
	}
	const names = sessionNames(home);
	throw new WizardError('usage', {
		message: `There is no session ${name}.`,
		expected:
			names.length === 0
				? `a session in ${home}, where there is none yet`
				: `one of: ${names.join(', ')}`,
		next: ['tfe-wizard sessions list', 'tfe-wizard answers template'],
	});
}

export function sessionNames(home: string): string[] {
	const folder = join(home, 'sessions');
	return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** The command that ends a rekey which was begun. */
export const rekeyOf = (name: string): string => `tfe-wizard rekey --session ${name}`;
