import { WizardError } from '../engine/errors.ts';
import { assertSessionName } from '../engine/session/session.ts';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import {
	listSessionNames,
	NewerSessionError,
	readStoredSessionState,
	type SessionRecord,
	type StoredSessionState,
} from '../engine/session/session-record.ts';

/**
 * Reads the record of a session, rebuilt from its journal if session.json cannot be used.
 *
 * @throws WizardError `usage` if it does not exist, listing the existing ones; `refused` if it cannot
 *   be read.
 */
export function readSession(home: string, name: string): SessionRecord {
	const state = readExistingSessionState(home, name);
	if (state.kind === 'ok' || state.kind === 'rebuildable') return state.record;
	if (state.kind === 'newer') throw new NewerSessionError(state.version);
	if (state.kind === 'empty')
		throw new WizardError('usage', {
			message: `The directory of session ${name} is empty: it has neither session.json nor a journal.`,
			details: [buildSessionPaths(home, name).root],
			next: [`tfe-wizard sessions remove ${name} --confirm ${name}`],
		});
	throw new WizardError('refused', {
		message: `Session ${name} cannot be read: ${state.reason}`,
		details: [buildSessionPaths(home, name).root],
		next: [
			'Restore session.json from a copy, or start over with --session NEW-NAME and your answers file.',
			`tfe-wizard sessions remove ${name} --with-state --confirm ${name}`,
		],
	});
}

/** @throws WizardError `usage` if the session does not exist, listing the existing ones. */
export function readExistingSessionState(
	home: string,
	name: string,
): Exclude<StoredSessionState, { kind: 'absent' }> {
	assertSessionName(name);
	const state = readStoredSessionState(home, name);
	if (state.kind !== 'absent') return state;
	const names = listSessionNames(home);
	throw new WizardError('usage', {
		message: `There is no session ${name}.`,
		expected:
			names.length === 0
				? `an existing session; ${home} has none yet`
				: `one of: ${names.join(', ')}`,
		next: ['tfe-wizard sessions list', 'tfe-wizard answers template'],
	});
}

/** Describes a problem with the files of a session; undefined if there is none. */
export function describeSessionProblem(state: StoredSessionState): string | undefined {
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
