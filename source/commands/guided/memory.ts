import { secretsInAnswers } from '../../engine/answers/plain-answers.ts';
import { type Asking, nothingAsked } from '../../engine/guide/asking.ts';
import type { DoneScreen, FailureScreen } from '../../engine/guide/model.ts';
import type { Answers } from '../../engine/question.ts';
import type { SecretRegistry } from '../../engine/secrets.ts';
import type { Session } from '../../engine/session/session.ts';

/** State of the wizard stored in the session, so that the next run shows the same screen. */
export interface Memory {
	asking: Asking;
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
export function recallGuide(session: Session): Memory | undefined {
	const note = session.record.notes[NOTE] as Partial<Memory> | undefined;
	if (note?.asking === undefined || note.phase === undefined) return undefined;
	return { ...note, asking: { ...nothingAsked, ...note.asking }, phase: note.phase };
}

/**
 * Written to disk before the screen changes. Answers that turn out to contain a secret are omitted;
 * the next run asks for them again.
 */
export function rememberGuide(session: Session, memory: Memory, secrets: SecretRegistry): void {
	const { asking } = memory;
	const given = withoutSecrets(asking.given, secrets);
	const suggested = withoutSecrets(asking.suggested, secrets);
	session.note(NOTE, {
		...memory,
		asking: { ...asking, given, suggested },
		at: new Date().toISOString(),
	} satisfies Memory);
}

function withoutSecrets(answers: Answers, secrets: SecretRegistry): Answers {
	const found = secretsInAnswers(answers, secrets).map(({ key }) => key);
	return Object.fromEntries(Object.entries(answers).filter(([key]) => !found.includes(key)));
}
