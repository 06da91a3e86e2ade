import { useMemo, useReducer, useRef } from 'react';
import type { Guide, PlanScreen } from '../../source/engine/guide/model.ts';
import { useKeys } from '../parts/keys.ts';
import { planKeyOf } from './keys.ts';
import { queryOf } from './opening.ts';
import { type PlanState, planAtFirst, reducePlan } from './plan-state.ts';
import { flatten, type PlanRow } from './rows.ts';
import { type PlanTree, treeOf } from './tree.ts';

export interface PlanHandle {
	tree: PlanTree;
	state: PlanState;
	rows(state: PlanState): readonly PlanRow[];
}

/** Memoizes the rows until a row opens or closes or the query changes. */
export function rowsOf(tree: PlanTree, width: number): (state: PlanState) => readonly PlanRow[] {
	let last: { open: ReadonlySet<string>; query: string; rows: readonly PlanRow[] } | undefined;
	return (state) => {
		const query = queryOf(state);
		if (last?.open === state.open && last.query === query) return last.rows;
		last = { open: state.open, query, rows: flatten(tree, { open: state.open, query, width }) };
		return last.rows;
	};
}

/**
 * The state of the plan screen and its keys.
 *
 * @param heightOf visible rows in a given state
 */
export function usePlan(
	screen: PlanScreen,
	guide: Guide,
	width: number,
	heightOf: (state: PlanState) => number,
): PlanHandle {
	const { plan } = screen;
	const tree = useMemo(() => treeOf(plan), [plan]);
	const rows = useMemo(() => rowsOf(tree, width), [tree, width]);
	const [, draw] = useReducer((count: number) => count + 1, 0);
	// Not React state: several keys can arrive before the next frame, and each needs the previous
	// result.
	const held = useRef({ plan, state: planAtFirst });
	if (held.current.plan !== plan) held.current = { plan, state: planAtFirst };
	useKeys((press) => {
		const { state } = held.current;
		const key = planKeyOf(press, state);
		if (key === undefined) return false;
		const turn = reducePlan(state, key, { rows, height: heightOf(state), confirm: plan.confirm });
		held.current = { plan, state: turn.state };
		if (turn.state !== state) draw();
		if (turn.send !== undefined) guide.act(turn.send);
		return true;
	});
	return { tree, state: held.current.state, rows };
}
