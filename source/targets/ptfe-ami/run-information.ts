import type { Answers } from '../../engine/question.ts';
import type { SessionRecord } from '../../engine/session/session-record.ts';
import { getRebootGate } from '../../vault/ceremony/ceremony-record.ts';
import type { RestartWarning } from '../target.ts';
import { parseCeremonyRecord } from './rekey/ceremony-storage.ts';

/** The expected duration of a run, for messages. */
export function describeDuration({
	answers,
	practice,
	only,
}: {
	answers: Answers;
	practice: boolean;
	only?: readonly string[];
}): string {
	const people = 'a few minutes per key holder';
	if (only !== undefined) return people;
	const install = practice
		? 'about 3 minutes, locally'
		: 'usually 25 to 40 minutes, mostly the database';
	return answers.rekey === 'custodians' ? `${install}, then ${people}` : install;
}

/** An unattended run only encrypts key shares, so key holders without a key need a prompt. */
export function describeOperatorPrompts(answers: Answers): string | undefined {
	const people = answers['rekey.custodians.people'];
	if (answers.rekey !== 'custodians' || typeof people !== 'object' || people === null)
		return undefined;
	const keyless = Object.entries(people).flatMap(([name, key]) => (key === '' ? [name] : []));
	if (keyless.length === 0) return undefined;
	return `Except the rekey step, which shows key shares to ${keyless.join(', ')}, who have no OpenPGP key.`;
}

/** A rekey alone needs key holders, and an instance that is reached over SSH. */
export function getRequiredQuestion(
	_only: readonly string[],
	answers: Answers,
): string | undefined {
	if (answers.rekey === 'custodians') return undefined;
	return answers.instance === 'ssh' ? 'rekey' : 'instance';
}

/** Between the commit of new key shares and its confirmation, a restart could lock Vault. */
export function getRestartWarning({
	name,
	notes,
}: Pick<SessionRecord, 'name' | 'notes'>): RestartWarning | undefined {
	const ceremony = parseCeremonyRecord(notes);
	if (ceremony === 'unreadable') return 'unreadable';
	const reason = getRebootGate(ceremony);
	if (reason === undefined) return undefined;
	return { reason, command: `tfe-wizard rekey --session ${name}` };
}
