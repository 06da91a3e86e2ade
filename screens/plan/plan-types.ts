import type { WizardAction } from '../../source/wizard/wizard-model.ts';
import type { TextEditAction, TextFieldState } from '../parts/text-edit.ts';
import type { PlanRow } from './plan-row.ts';

export type PlanPointerMove = 'up' | 'down' | 'pageUp' | 'pageDown' | 'top' | 'end';

export interface PlanState {
	/** Index of the row with the pointer, and of the first visible row. */
	cursor: number;
	top: number;
	open: ReadonlySet<string>;
	/** While `typing`, letters go into the query. */
	find?: { text: TextFieldState; typing: boolean };
	/** The typed name that confirms a plan that destroys. */
	confirm?: { text: TextFieldState; problem?: string };
}

/** The meaning of a key on this screen. */
export type PlanKeyAction =
	| { type: 'move'; to: PlanPointerMove }
	| { type: 'text'; action: TextEditAction }
	| { type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'save' | 'back' }
	| { type: 'escape' };

/** What the state depends on: the rows, the visible height and the required confirmation. */
export interface PlanContext {
	rows(state: PlanState): readonly PlanRow[];
	height: number;
	confirm?: string;
}

export interface PlanTransition {
	state: PlanState;
	send?: WizardAction;
}
