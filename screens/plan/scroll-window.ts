import type { PlanContext, PlanPointerMove, PlanState } from './plan-types.ts';

/** Moves the pointer to an existing row and scrolls it into view. */
export function scrollIntoView(state: PlanState, { rows, height }: PlanContext): PlanState {
	const count = rows(state).length;
	const cursor = Math.max(0, Math.min(state.cursor, count - 1));
	const room = Math.max(1, height);
	const top = Math.min(Math.max(state.top, cursor - room + 1), cursor, Math.max(0, count - room));
	return { ...state, cursor, top };
}

/** Moves the pointer; `inView` keeps it within the rows. */
export function movePlanPointer(
	state: PlanState,
	to: PlanPointerMove,
	context: PlanContext,
): PlanState {
	const page = Math.max(1, context.height - 1);
	const cursors: Readonly<Record<PlanPointerMove, number>> = {
		up: state.cursor - 1,
		down: state.cursor + 1,
		pageUp: state.cursor - page,
		pageDown: state.cursor + page,
		top: 0,
		end: Number.MAX_SAFE_INTEGER,
	};
	return { ...state, cursor: cursors[to] };
}
