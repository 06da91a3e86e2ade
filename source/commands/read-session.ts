import { WizardError } from '../engine/errors.ts';
import { type FolderState, folderState, sessionNames } from '../engine/session/folder-state.ts';
import { NewerSession } from '../engine/session/recall.ts';
import type { SessionRecord } from '../engine/session/record.ts';
import { assertSessionName, sessionFolders } from '../engine/session/session.ts';

/**
 * The record of a session, from its journal when its file cannot be used.
 *
 * @throws WizardError `usage` when there is no such session, naming those there are; `refused`
 *   when it cannot be read.
 */
export function readSession(home: string, name: string): SessionRecord {
	const state = existingSession(home, name);
	if (state.kind === 'ok' || state.kind === 'rebuildable') return state.record;
	if (state.kind === 'newer') throw new NewerSession(state.version);
	if (state.kind === 'empty')
		throw new WizardError('usage', {
			message: `The directory of session ${name} is empty: it has neither session.json nor a journal.`,
			details: [sessionFolders(home, name).root],
			next: [`tfe-wizard sessions remove ${name} --confirm ${name}`],
		});
	throw new WizardError('refused', {
		message: `Session ${name} cannot be read: ${state.reason}`,
		details: [sessionFolders(home, name).root],
		next: [
			'Restore session.json from a copy, or start over with --session NEW-NAME and your answers file.',
			`tfe-wizard sessions remove ${name} --with-state --confirm ${name}`,
		],
	});
}

/** @throws WizardError `usage` when there is no such session, naming those there are. */
export function existingSession(
	home: string,
	name: string,
): Exclude<FolderState, { kind: 'absent' }> {
	assertSessionName(name);
	const state = folderState(home, name);
	if (state.kind !== 'absent') return state;
	const names = sessionNames(home);
	throw new WizardError('usage', {
		message: `There is no session ${name}.`,
		expected:
			names.length === 0
				? `an existing session; ${home} has none yet`
				: `one of: ${names.join(', ')}`,
		next: ['tfe-wizard sessions list', 'tfe-wizard answers template'],
	});
}

/** What lists say of a session whose file is not as it should be; undefined when it is. */
export function faultWords(state: FolderState): string | undefined {
	switch (state.kind) {
		case 'rebuildable':
			return `${state.file}; the next run rebuilds it from the journal`;
		case 'newer':
			return `written by a newer tfe-wizard (session version ${state.version})`;
		case 'damaged':
			return 'damaged, and so is its journal; it can only be removed';
		case 'empty':
		case 'absent':
			return 'empty directory; it can be removed';
		default:
			return undefined;
	}
}

/** The command that finishes a rekey that was started. */
export const rekeyOf = (name: string): string => `tfe-wizard rekey --session ${name}`;
