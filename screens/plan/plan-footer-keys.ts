import type { PlanRow } from './plan-row.ts';
import type { PlanState } from './plan-types.ts';

/** Ids of the keys to name in the current state. */
export function getPlanFooterKeys(state: PlanState, rows: readonly PlanRow[]): string[] {
	if (state.confirm !== undefined) return ['stop.stay', 'interrupt'];
	if (state.find?.typing) return ['clear', 'helpFromText', 'interrupt'];
	const way =
		state.find !== undefined
			? 'clear'
			: rows.some(({ open }) => open === true)
				? 'overlay.close'
				: 'plan.notNow';
	return [
		'move',
		'plan.open',
		'plan.apply',
		way,
		'plan.find',
		'plan.save',
		'back',
		'plan.details',
		'help',
		'interrupt',
	];
}
