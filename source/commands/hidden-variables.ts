import { hideSecretVariables, secretVariablesIn } from '../engine/child-environment.ts';
import type { Answers } from '../engine/question.ts';
import type { SessionRecord } from '../engine/session/record.ts';
import type { Session } from '../engine/session/session.ts';
import { targets } from '../targets/registry.ts';

/** In the notes of a session: every variable that an answer of its ever named as a secret's. */
const NOTE = 'secret.variables';

const secretKeys = new Set(
	targets.flatMap(({ catalogue }) =>
		catalogue.questions.filter(({ kind }) => kind === 'secret').map(({ key }) => key),
	),
);

/** Keeps the variables that these answers name as secrets from every child, and says which. */
export function hideSecretsIn(answers: Answers): string[] {
	const secrets = Object.entries(answers).filter(([key]) => secretKeys.has(key));
	const names = secretVariablesIn(Object.fromEntries(secrets));
	hideSecretVariables(names);
	return names;
}

/** The same for what a session knows: its answers, and those that were replaced since it began. */
export function hideSecretsOfRecord(record: SessionRecord | undefined): string[] {
	if (record === undefined) return [];
	const { [NOTE]: noted } = record.notes;
	const earlier = Array.isArray(noted) ? noted.map(String) : [];
	hideSecretVariables(earlier);
	return [...earlier, ...hideSecretsIn(record.answers)];
}

/** The same for both. Returns the names, each once. */
export function hideSecretsNow(answers: Answers, record: SessionRecord): string[] {
	return [...new Set([...hideSecretsOfRecord(record), ...hideSecretsIn(answers)])];
}

/** The same for both; the session remembers the names for runs to come. */
export function hideSecretsOf(answers: Answers, session: Session): void {
	const { record } = session;
	const { [NOTE]: noted } = record.notes;
	const names = hideSecretsNow(answers, record);
	if (names.length > (Array.isArray(noted) ? noted.length : 0)) session.note(NOTE, names);
}
