import { type Asking, nothingAsked } from '../../engine/guide/asking.ts';
import type { DoneScreen, FailureScreen } from '../../engine/guide/model.ts';
import type { Session } from '../../engine/session/session.ts';

/** What a session remembers of its guide, so that the next start shows the same screen. */
export interface Memory {
	asking: Asking;
	/** `running`: the run was begun, and goes on by itself, up to the next plan. */
	phase: 'asking' | 'running' | 'failure' | 'done';
	failure?: FailureScreen;
	/** Steps that were done before the failure. */
	stepsDone?: readonly string[];
	done?: DoneScreen;
}

const NOTE = 'guide';

/** What the session was left with; undefined when nobody was guided through it yet. */
export function recallGuide(session: Session): Memory | undefined {
	const note = session.record.notes[NOTE] as Partial<Memory> | undefined;
	if (note?.asking === undefined || note.phase === undefined) return undefined;
	return { ...note, asking: { ...nothingAsked, ...note.asking }, phase: note.phase };
}

/** Written through to the disk before the screen changes. */
export function rememberGuide(session: Session, memory: Memory): void {
	session.note(NOTE, memory);
}
