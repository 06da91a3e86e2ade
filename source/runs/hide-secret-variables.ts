import { findSecretVariables, hideSecretVariables } from '../engine/child-environment.ts';
import type { Answers } from '../engine/question.ts';
import type { Session } from '../engine/session/session.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import { targets } from '../targets/registry.ts';

/** Session note with every variable that any of its answers ever used for a secret. */
const NOTE = 'secret.variables';

const secretKeys = new Set(
	targets.flatMap(({ catalogue }) =>
		catalogue.questions.filter(({ kind }) => kind === 'secret').map(({ key }) => key),
	),
);

/** Hides the secret variables of these answers from every child process, and returns their names. */
export function hideVariablesOfAnswers(answers: Answers): string[] {
	const secrets = Object.entries(answers).filter(([key]) => secretKeys.has(key));
	const names = findSecretVariables(Object.fromEntries(secrets));
	hideSecretVariables(names);
	return names;
}

/** Does the same for the current and replaced answers of a session. */
export function hideVariablesOfRecord(record: SessionRecord | undefined): string[] {
	if (record === undefined) return [];
	const { [NOTE]: storedNames } = record.notes;
	const earlier = Array.isArray(storedNames) ? storedNames.map(String) : [];
	hideSecretVariables(earlier);
	return [...earlier, ...hideVariablesOfAnswers(record.answers)];
}

/** Does the same for both, and returns the distinct names. */
export function hideVariablesOfRun(answers: Answers, record: SessionRecord): string[] {
	return [...new Set([...hideVariablesOfRecord(record), ...hideVariablesOfAnswers(answers)])];
}

/** Does the same for both, and stores the names in the session for later runs. */
export function hideAndStoreVariables(answers: Answers, session: Session): void {
	const { record } = session;
	const { [NOTE]: storedNames } = record.notes;
	const names = hideVariablesOfRun(answers, record);
	if (names.length > (Array.isArray(storedNames) ? storedNames.length : 0))
		session.note(NOTE, names);
}
