import { findSecretsInAnswers } from '../engine/answers/plaintext-secrets.ts';
import type { Answers } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { Session } from '../engine/session/session.ts';
import { emptyInterview, type InterviewState } from './interview.ts';
import type { DoneScreen, FailureScreen } from './wizard-model.ts';

/** State of the wizard stored in the session, so that the next run shows the same screen. */
export interface WizardState {
	asking: InterviewState;
	/** ISO time of writing; if a step ran later, the stored screen is outdated. */
	at?: string;
	/** `running`: the run was started and resumes automatically, up to the next plan. */
	phase: 'asking' | 'running' | 'failure' | 'done';
	failure?: FailureScreen;
	/** Steps that were done before the failure. */
	stepsDone?: readonly string[];
	done?: DoneScreen;
}

const NOTE = 'guide';

/** Loads the stored state; undefined if the wizard has not used this session. */
export function loadWizardState(session: Session): WizardState | undefined {
	const note = session.record.notes[NOTE] as Partial<WizardState> | undefined;
	if (note?.asking === undefined || note.phase === undefined) return undefined;
	return { ...note, asking: { ...emptyInterview, ...note.asking }, phase: note.phase };
}

/**
 * Written to disk before the screen changes. Answers that turn out to contain a secret are omitted;
 * the next run asks for them again.
 */
export function saveWizardState(
	session: Session,
	state: WizardState,
	secrets: SecretRegistry,
): void {
	const { asking } = state;
	const given = withoutSecrets(asking.given, secrets);
	const suggested = withoutSecrets(asking.suggested, secrets);
	session.note(NOTE, {
		...state,
		asking: { ...asking, given, suggested },
		at: new Date().toISOString(),
	} satisfies WizardState);
}

function withoutSecrets(answers: Answers, secrets: SecretRegistry): Answers {
	const found = findSecretsInAnswers(answers, secrets).map(({ key }) => key);
	return Object.fromEntries(Object.entries(answers).filter(([key]) => !found.includes(key)));
}
