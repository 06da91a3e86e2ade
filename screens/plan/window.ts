import type { PlanGround, PlanState } from './plan-state.ts';

export type PlanMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'top' | 'end';

/** Moves the pointer to an existing row and scrolls it into view. */
export function inView(state: PlanState, { rows, height }: PlanGround): PlanState {
	const count = rows(state).length;
	const cursor = Math.max(0, Math.min(state.cursor, count - 1));
	const room = Math.max(1, height);
	const top = Math.min(Math.max(state.top, cursor - room + 1), cursor, Math.max(0, count - room));
	return { ...state, cursor, top };
}

/** Moves the pointer; `inView` keeps it within the rows. */
export function move(state: PlanState, to: PlanMove, ground: PlanGround): PlanState {
	const page = Math.max(1, ground.height - 1);
	const cursors: Readonly<Record<PlanMove, number>> = {
		up: state.cursor - 1,
		down: state.cursor + 1,
		pageUp: state.cursor - page,
		pageDown: state.cursor + page,
		top: 0,
		end: Number.MAX_SAFE_INTEGER,
	};
	return { ...state, cursor: cursors[to] };
}
