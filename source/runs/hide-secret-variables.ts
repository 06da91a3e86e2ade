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

/**
 * Hides the secret variables of these answers, and of all current and replaced answers of a session,
 * from every child process, and returns their names.
 */
export function hideVariablesOfAnswers(answers: Answers, record?: SessionRecord): string[] {
	const secrets = [answers, record?.answers ?? {}].map((all) =>
		Object.fromEntries(Object.entries(all).filter(([key]) => secretKeys.has(key))),
	);
	const names = [...getStoredNames(record), ...secrets.flatMap(findSecretVariables)];
	hideSecretVariables(names);
	return [...new Set(names)];
}

/** Does the same, and stores the names in the session for later runs. */
export function hideAndStoreVariables(answers: Answers, session: Session): void {
	const { record } = session;
	const names = hideVariablesOfAnswers(answers, record);
	if (names.length > getStoredNames(record).length) session.note(NOTE, names);
}

function getStoredNames(record: SessionRecord | undefined): string[] {
	const names = record?.notes[NOTE];
	return Array.isArray(names) ? names.map(String) : [];
}
