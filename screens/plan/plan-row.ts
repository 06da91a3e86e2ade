import type { ReviewedAttribute } from '../../source/engine/operator.ts';
import type { PlanGroupNode, PlanResourceNode } from './plan-tree.ts';

/** A row of the plan, one terminal row high. */
export type PlanRow = {
	id: string;
	/** The id that opens and closes here: its own, or that of the row it continues. */
	owner: string;
	depth: number;
	/** Undefined when the row cannot be opened. */
	open?: boolean;
} & (
	| { kind: 'heading' | 'empty'; text: string }
	| { kind: 'loss'; text: string; first: boolean; node?: PlanResourceNode }
	| { kind: 'warning'; text: string; first: boolean }
	| { kind: 'group'; group: PlanGroupNode; found?: number }
	| { kind: 'resource'; node: PlanResourceNode }
	| { kind: 'attribute'; attribute: ReviewedAttribute }
	| { kind: 'value'; side: 'before' | 'after'; text: string; first: boolean }
);

export interface PlanRowsOptions {
	/** Ids of open rows; during a search, for groups, of closed ones. */
	open: ReadonlySet<string>;
	/** Search query; only matching rows are shown. */
	query?: string;
	width: number;
}
