import { getFieldText } from '../parts/text-edit.ts';
import type { PlanRow } from './plan-row.ts';
import { getExpandedId } from './plan-rows.ts';
import type { PlanContext, PlanState } from './plan-types.ts';

/** The search query of the rows. */
export const getSearchQuery = ({ find }: PlanState): string =>
	find === undefined ? '' : getFieldText(find.text).toLowerCase();

function withOpen(
	state: PlanState,
	owners: readonly string[],
	open: boolean,
	query: string,
): PlanState {
	const changed = new Set(state.open);
	for (const owner of owners) {
		const id = getExpandedId(owner, query);
		// During a search the set holds closed groups instead of open ones.
		if (open === (id === owner)) changed.add(id);
		else changed.delete(id);
	}
	return { ...state, open: changed };
}

/** Opens or closes the current row; with `only` it never closes. */
export function toggleRow(state: PlanState, context: PlanContext, openOnly = false): PlanState {
	const row = context.rows(state)[state.cursor];
	if (row === undefined) return state;
	if (row.kind === 'value') return openOnly ? state : shut(state, row.owner, context);
	if (row.open === undefined || (openOnly && row.open)) return state;
	if (row.open) return shut(state, row.owner, context);
	return reveal(withOpen(state, [row.owner], true, getSearchQuery(state)), row, context);
}

/** Closes the current row, or the innermost open row around it. */
export function collapseRow(state: PlanState, context: PlanContext): PlanState {
	const owner = innermost(state, context);
	return owner === undefined ? state : shut(state, owner, context);
}

/**
 * For Escape: closes the innermost open row, otherwise all open rows; undefined when nothing is
 * open.
 */
export function collapseInnermost(state: PlanState, context: PlanContext): PlanState | undefined {
	const owner = innermost(state, context);
	if (owner !== undefined) return shut(state, owner, context);
	const rows = context.rows(state);
	if (!rows.some(({ open }) => open === true)) return undefined;
	return onRow({ ...state, open: new Set() }, rows[state.cursor]?.id, context);
}

/** Opens everything below the current row down to the attributes, or closes it when all is open. */
export function toggleDetails(state: PlanState, context: PlanContext): PlanState {
	const row = context.rows(state)[state.cursor];
	if (row?.kind !== 'group') return toggleRow(state, context);
	const inside = [row.owner, ...row.group.resources.map(({ id }) => id)];
	const query = getSearchQuery(state);
	const all = row.open === true && inside.slice(1).every((id) => state.open.has(id));
	const changed = withOpen(state, inside, !all, query);
	return all ? onRow(changed, row.id, context) : reveal(changed, row, context);
}

function innermost(state: PlanState, ground: PlanContext): string | undefined {
	const rows = ground.rows(state);
	const here = rows[state.cursor];
	if (here === undefined) return undefined;
	if (here.open === true || here.kind === 'value') return here.owner;
	if (here.depth === 0) return undefined;
	for (let at = state.cursor - 1; at >= 0; at -= 1) {
		const row = rows[at];
		if (row === undefined || row.depth >= here.depth) continue;
		// A search shows attributes of closed resources; then the row around them is closed.
		if (row.open === true) return row.owner;
		if (row.depth === 0) return undefined;
	}
	return undefined;
}

function shut(state: PlanState, owner: string, ground: PlanContext): PlanState {
	const changed = withOpen(state, [owner], false, getSearchQuery(state));
	const at = ground.rows(changed).findIndex((row) => row.owner === owner);
	return { ...changed, cursor: at === -1 ? state.cursor : at };
}

function onRow(state: PlanState, id: string | undefined, ground: PlanContext): PlanState {
	const at = ground.rows(state).findIndex((row) => row.id === id);
	return { ...state, cursor: at === -1 ? state.cursor : at };
}

/** Scrolls so that as many of the opened rows as possible are visible. */
function reveal(state: PlanState, row: PlanRow, ground: PlanContext): PlanState {
	const rows = ground.rows(state);
	const at = rows.findIndex(({ id }) => id === row.id);
	if (at === -1) return state;
	let end = at + 1;
	while (end < rows.length && (rows[end]?.depth ?? 0) > row.depth) end += 1;
	const top = Math.min(at, Math.max(state.top, end - ground.height));
	return { ...state, cursor: at, top };
}
