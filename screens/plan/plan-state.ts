import type { WizardAction } from '../../source/wizard/wizard-view-model.ts';
import type { KeyPress } from '../parts/key-handlers.tsx';
import { getPositionAfterMove, type NavigationMove, toScrollMove } from '../parts/scroll-pane.tsx';
import {
	createTextFieldState,
	getFieldText,
	type TextEditAction,
	type TextFieldState,
	textEditReducer,
	toTextEditAction,
} from '../parts/text-field.tsx';
import { getOpenSetEntry, type PlanRow } from './plan-tree.ts';

export const initialPlanState: PlanState = { cursor: 0, top: 0, open: new Set() };

/** Handles a key. Only `apply` applies, after the typed name where one is required. */
export function getPlanTransition(
	state: PlanState,
	key: PlanKeyAction,
	context: PlanReducerInputs,
): PlanTransition {
	if (state.confirm !== undefined) return handleConfirmationKey(state, state.confirm, key, context);
	if (state.find?.typing) return handleSearchKey(state, state.find, key, context);
	const to = (next: PlanState): PlanTransition => ({ state: scrollIntoView(next, context) });
	switch (key.type) {
		case 'move':
			return { state: movePlanPointer(state, key.to, context) };
		case 'toggle':
			return to(toggleRow(state, context));
		case 'open':
			return to(toggleRow(state, context, true));
		case 'close':
			return to(collapseRow(state, context));
		case 'details':
			return to(toggleDetails(state, context));
		case 'find':
			return {
				state: {
					...state,
					find: { text: state.find?.text ?? createTextFieldState(''), typing: true },
				},
			};
		case 'apply':
			if (context.confirm === undefined) return { state, send: { type: 'apply' } };
			return { state: { ...state, confirm: { text: createTextFieldState('') } } };
		case 'save':
			return { state, send: { type: 'save-plan' } };
		case 'back':
			return { state, send: { type: 'back' } };
		case 'escape': {
			if (state.find !== undefined) return to({ ...state, find: undefined, cursor: 0, top: 0 });
			const closed = collapseInnermost(state, context);
			return closed === undefined ? { state, send: { type: 'not-now' } } : to(closed);
		}
		default:
			return { state };
	}
}

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
	| { type: 'move'; to: NavigationMove }
	| { type: 'text'; action: TextEditAction }
	| { type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'save' | 'back' }
	| { type: 'escape' };

/** What the state depends on: the rows, the visible height and the required confirmation. */
export interface PlanReducerInputs {
	rows(state: PlanState): readonly PlanRow[];
	height: number;
	confirm?: string;
}

interface PlanTransition {
	state: PlanState;
	send?: WizardAction;
}

/** Maps a key press to its meaning; undefined when it has none here. */
export function toPlanKeyAction(press: KeyPress, state: PlanState): PlanKeyAction | undefined {
	if (press.is('interrupt', 'suspend')) return undefined;
	if (press.is('escape')) return { type: 'escape' };
	if (state.confirm !== undefined || state.find?.typing) return typed(press);
	const move = toScrollMove(press);
	if (move !== undefined) return { type: 'move', to: move };
	if (press.is('plan.open')) return { type: press.key.return ? 'toggle' : 'open' };
	if (press.is('plan.close')) return { type: 'close' };
	if (press.is('plan.details')) return { type: 'details' };
	if (press.is('plan.find')) return { type: 'find' };
	if (press.is('plan.save')) return { type: 'save' };
	if (press.is('plan.apply')) return { type: 'apply' };
	return press.is('back') ? { type: 'back' } : undefined;
}

function typed(press: KeyPress): PlanKeyAction | undefined {
	if (press.is('enter')) return { type: 'toggle' };
	// Only arrows and page keys move: letters, Home and End belong to the text.
	const { upArrow, downArrow, pageUp, pageDown } = press.key;
	if (upArrow) return { type: 'move', to: 'up' };
	if (downArrow) return { type: 'move', to: 'down' };
	if (pageUp) return { type: 'move', to: 'pageUp' };
	if (pageDown) return { type: 'move', to: 'pageDown' };
	const action = toTextEditAction(press);
	return action === undefined ? undefined : { type: 'text', action };
}

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
		const id = getOpenSetEntry(owner, query);
		// During a search the set holds closed groups instead of open ones.
		if (open === (id === owner)) changed.add(id);
		else changed.delete(id);
	}
	return { ...state, open: changed };
}

/** Opens or closes the current row; with `only` it never closes. */
function toggleRow(state: PlanState, context: PlanReducerInputs, openOnly = false): PlanState {
	const row = context.rows(state)[state.cursor];
	if (row === undefined) return state;
	if (row.kind === 'value') return openOnly ? state : shut(state, row.owner, context);
	if (row.open === undefined || (openOnly && row.open)) return state;
	if (row.open) return shut(state, row.owner, context);
	return reveal(withOpen(state, [row.owner], true, getSearchQuery(state)), row, context);
}

/** Closes the current row, or the innermost open row around it. */
function collapseRow(state: PlanState, context: PlanReducerInputs): PlanState {
	const owner = innermost(state, context);
	return owner === undefined ? state : shut(state, owner, context);
}

/**
 * For Escape: closes the innermost open row, otherwise all open rows; undefined when nothing is
 * open.
 */
function collapseInnermost(state: PlanState, context: PlanReducerInputs): PlanState | undefined {
	const owner = innermost(state, context);
	if (owner !== undefined) return shut(state, owner, context);
	const rows = context.rows(state);
	if (!rows.some(({ open }) => open === true)) return undefined;
	return onRow({ ...state, open: new Set() }, rows[state.cursor]?.id, context);
}

/** Opens everything below the current row down to the attributes, or closes it when all is open. */
function toggleDetails(state: PlanState, context: PlanReducerInputs): PlanState {
	const row = context.rows(state)[state.cursor];
	if (row?.kind !== 'group') return toggleRow(state, context);
	const inside = [row.owner, ...row.group.resources.map(({ id }) => id)];
	const query = getSearchQuery(state);
	const all = row.open === true && inside.slice(1).every((id) => state.open.has(id));
	const changed = withOpen(state, inside, !all, query);
	return all ? onRow(changed, row.id, context) : reveal(changed, row, context);
}

function innermost(state: PlanState, ground: PlanReducerInputs): string | undefined {
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

function shut(state: PlanState, owner: string, ground: PlanReducerInputs): PlanState {
	const changed = withOpen(state, [owner], false, getSearchQuery(state));
	const at = ground.rows(changed).findIndex((row) => row.owner === owner);
	return { ...changed, cursor: at === -1 ? state.cursor : at };
}

function onRow(state: PlanState, id: string | undefined, ground: PlanReducerInputs): PlanState {
	const at = ground.rows(state).findIndex((row) => row.id === id);
	return { ...state, cursor: at === -1 ? state.cursor : at };
}

/** Scrolls so that as many of the opened rows as possible are visible. */
function reveal(state: PlanState, row: PlanRow, ground: PlanReducerInputs): PlanState {
	const rows = ground.rows(state);
	const at = rows.findIndex(({ id }) => id === row.id);
	if (at === -1) return state;
	let end = at + 1;
	while (end < rows.length && (rows[end]?.depth ?? 0) > row.depth) end += 1;
	const top = Math.min(at, Math.max(state.top, end - ground.height));
	return { ...state, cursor: at, top };
}

/** Keys while the confirmation is typed. */
function handleConfirmationKey(
	state: PlanState,
	confirmation: NonNullable<PlanState['confirm']>,
	key: PlanKeyAction,
	context: PlanReducerInputs,
): PlanTransition {
	const edited = (confirm: PlanState['confirm']) => ({ state: { ...state, confirm } });
	switch (key.type) {
		case 'text':
			return edited({ text: textEditReducer(confirmation.text, key.action) });
		case 'escape':
			return edited(undefined);
		case 'move':
			// The rows can still be scrolled.
			return { state: movePlanPointer(state, key.to, context) };
		case 'toggle': {
			const typed = getFieldText(confirmation.text);
			if (typed === context.confirm) return { ...edited(undefined), send: { type: 'apply' } };
			const problem = typed === '' ? 'No confirmation entered' : 'The confirmation does not match';
			return edited({ ...confirmation, problem: `${problem}. Nothing was applied.` });
		}
		default:
			return { state };
	}
}

/** Keys while a search query is typed; the rows follow each letter. */
function handleSearchKey(
	state: PlanState,
	search: NonNullable<PlanState['find']>,
	key: PlanKeyAction,
	context: PlanReducerInputs,
): PlanTransition {
	const nothing = search.text.text.length === 0;
	const rest: PlanState = { ...state, find: nothing ? undefined : { ...search, typing: false } };
	switch (key.type) {
		case 'text': {
			const text = textEditReducer(search.text, key.action);
			if (getFieldText(text) === getFieldText(search.text))
				return { state: { ...state, find: { ...search, text } } };
			const found = { ...state, cursor: 0, top: 0, find: { text, typing: true } };
			return { state: scrollIntoView(found, context) };
		}
		case 'escape':
			return { state: scrollIntoView({ ...state, find: undefined, cursor: 0, top: 0 }, context) };
		case 'toggle':
			return { state: scrollIntoView(rest, context) };
		case 'move':
			return { state: movePlanPointer(rest, key.to, context) };
		default:
			return { state };
	}
}

/** Moves the pointer to an existing row and scrolls it into view. */
export function scrollIntoView(state: PlanState, { rows, height }: PlanReducerInputs): PlanState {
	const count = rows(state).length;
	const cursor = Math.max(0, Math.min(state.cursor, count - 1));
	const room = Math.max(1, height);
	const top = Math.min(Math.max(state.top, cursor - room + 1), cursor, Math.max(0, count - room));
	return { ...state, cursor, top };
}

/** Moves the pointer and scrolls it into view. */
function movePlanPointer(
	state: PlanState,
	to: NavigationMove,
	context: PlanReducerInputs,
): PlanState {
	const last = context.rows(state).length - 1;
	const page = Math.max(1, context.height - 1);
	return scrollIntoView(
		{ ...state, cursor: getPositionAfterMove(state.cursor, to, page, last) },
		context,
	);
}

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
