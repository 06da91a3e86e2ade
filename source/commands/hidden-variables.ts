import { hideSecretVariables, secretVariablesIn } from '../engine/child-environment.ts';
import type { Answers } from '../engine/question.ts';
import type { SessionRecord } from '../engine/session/record.ts';
import type { Session } from '../engine/session/session.ts';
import { targets } from '../targets/registry.ts';

/** Session note with every variable that any of its answers ever used for a secret. */
const NOTE = 'secret.variables';

const secretKeys = new Set(
	targets.flatMap(({ catalogue }) =>
		catalogue.questions.filter(({ kind }) => kind === 'secret').map(({ key }) => key),
	),
);

/** Hides the secret variables of these answers from every child process, and returns their names. */
export function hideSecretsIn(answers: Answers): string[] {
	const secrets = Object.entries(answers).filter(([key]) => secretKeys.has(key));
	const names = secretVariablesIn(Object.fromEntries(secrets));
	hideSecretVariables(names);
	return names;
}

/** Does the same for the current and replaced answers of a session. */
export function hideSecretsOfRecord(record: SessionRecord | undefined): string[] {
	if (record === undefined) return [];
	const { [NOTE]: noted } = record.notes;
	const earlier = Array.isArray(noted) ? noted.map(String) : [];
	hideSecretVariables(earlier);
	return [...earlier, ...hideSecretsIn(record.answers)];
}

/** Does the same for both, and returns the distinct names. */
export function hideSecretsNow(answers: Answers, record: SessionRecord): string[] {
	return [...new Set([...hideSecretsOfRecord(record), ...hideSecretsIn(answers)])];
}

/** Does the same for both, and stores the names in the session for later runs. */
export function hideSecretsOf(answers: Answers, session: Session): void {
	const { record } = session;
	const { [NOTE]: noted } = record.notes;
	const names = hideSecretsNow(answers, record);
	if (names.length > (Array.isArray(noted) ? noted.length : 0)) session.note(NOTE, names);
}
