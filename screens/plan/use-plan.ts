import { useMemo, useReducer, useRef } from 'react';
import type { PlanScreen, WizardController } from '../../source/wizard/wizard-model.ts';
import { useKeyHandler } from '../parts/keyboard.ts';
import { getSearchQuery } from './expand-collapse.ts';
import { toPlanKeyAction } from './plan-keys.ts';
import type { PlanRow } from './plan-row.ts';
import { flattenPlanTree } from './plan-rows.ts';
import { initialPlanState, planReducer } from './plan-state.ts';
import { buildPlanTree, type PlanTree } from './plan-tree.ts';
import type { PlanState } from './plan-types.ts';

interface PlanHandle {
	tree: PlanTree;
	state: PlanState;
	rows(state: PlanState): readonly PlanRow[];
}

/** Memoizes the rows until a row opens or closes or the query changes. */
export function memoizePlanRows(
	tree: PlanTree,
	width: number,
): (state: PlanState) => readonly PlanRow[] {
	let last: { open: ReadonlySet<string>; query: string; rows: readonly PlanRow[] } | undefined;
	return (state) => {
		const query = getSearchQuery(state);
		if (last?.open === state.open && last.query === query) return last.rows;
		last = {
			open: state.open,
			query,
			rows: flattenPlanTree(tree, { open: state.open, query, width }),
		};
		return last.rows;
	};
}

/**
 * The state of the plan screen and its keys.
 *
 * @param getHeight visible rows in a given state
 */
export function usePlan(
	screen: PlanScreen,
	guide: WizardController,
	width: number,
	getHeight: (state: PlanState) => number,
): PlanHandle {
	const { plan } = screen;
	const tree = useMemo(() => buildPlanTree(plan), [plan]);
	const rows = useMemo(() => memoizePlanRows(tree, width), [tree, width]);
	const [, draw] = useReducer((count: number) => count + 1, 0);
	// Not React state: several keys can arrive before the next frame, and each needs the previous
	// result.
	const held = useRef({ plan, state: initialPlanState });
	if (held.current.plan !== plan) held.current = { plan, state: initialPlanState };
	useKeyHandler((press) => {
		const { state } = held.current;
		const key = toPlanKeyAction(press, state);
		if (key === undefined) return false;
		const turn = planReducer(state, key, { rows, height: getHeight(state), confirm: plan.confirm });
		held.current = { plan, state: turn.state };
		if (turn.state !== state) draw();
		if (turn.send !== undefined) guide.act(turn.send);
		return true;
	});
	return { tree, state: held.current.state, rows };
}
