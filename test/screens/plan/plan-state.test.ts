import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getKeyBinding } from '../../../screens/parts/key-bindings.ts';
import { createTextFieldState } from '../../../screens/parts/text-field.tsx';
import {
	getPlanFooterKeys,
	getPlanTransition,
	initialPlanState,
	type PlanKeyAction,
	type PlanReducerInputs,
	type PlanState,
} from '../../../screens/plan/plan-state.ts';
import { buildPlanTree } from '../../../screens/plan/plan-tree.ts';
import { memoizePlanRows } from '../../../screens/plan-screen.tsx';
import { createBigPlan } from './big-plan.ts';

const groundOf = (count: number, height: number, confirm?: string): PlanReducerInputs => ({
	rows: memoizePlanRows(buildPlanTree(createBigPlan(count)), 80),
	height,
	confirm,
});

function press(
	ground: PlanReducerInputs,
	keys: readonly PlanKeyAction[],
	from: PlanState = initialPlanState,
) {
	const sent: unknown[] = [];
	let state = from;
	for (const key of keys) {
		const turn = getPlanTransition(state, key, ground);
		state = turn.state;
		if (turn.send !== undefined) sent.push(turn.send);
	}
	const row = ground.rows(state)[state.cursor]?.id;
	return { state, sent, row };
}

const key = (
	type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'escape',
): PlanKeyAction => ({
	type,
});
const to = (where: 'up' | 'down' | 'pageUp' | 'pageDown' | 'home' | 'end'): PlanKeyAction => ({
	type: 'move',
	to: where,
});
const text = (value: string): PlanKeyAction => ({
	type: 'text',
	action: { type: 'insert', text: value },
});

describe('moving', () => {
	const ground = groundOf(10, 4);
	it.each<[string, readonly PlanKeyAction[], number, number]>([
		['up stops at the first row', [to('up')], 0, 0],
		['down moves one row', [to('down')], 1, 0],
		['the window follows the pointer', [to('down'), to('down'), to('down'), to('down')], 4, 1],
		['end moves to the last row', [to('end')], 9, 6],
		['down stops at the last row', [to('end'), to('down')], 9, 6],
		['page-down moves a page', [to('pageDown')], 3, 0],
		['home moves back to the first row', [to('end'), to('home')], 0, 0],
	])('%s', (_, keys, cursor, top) => {
		expect(press(ground, keys).state).toMatchObject({ cursor, top });
	});
});

describe('opening and closing', () => {
	const ground = groundOf(20, 8);
	it.each<[string, readonly PlanKeyAction[], string, number]>([
		['Enter opens a group', [key('toggle')], 'group:group 0', 12],
		['Enter again closes it', [key('toggle'), key('toggle')], 'group:group 0', 10],
		['right does not close an open group', [key('open'), key('open')], 'group:group 0', 12],
		[
			'left closes the group around the pointer',
			[key('toggle'), to('down'), key('close')],
			'group:group 0',
			10,
		],
		['Enter opens a resource', [key('toggle'), to('down'), key('toggle')], 'resource:0', 15],
		[
			'Escape closes the innermost open row',
			[key('toggle'), to('down'), key('toggle'), to('down'), key('escape')],
			'resource:0',
			12,
		],
		[
			'Escape elsewhere closes all groups',
			[key('toggle'), to('end'), key('escape')],
			'group:group 9',
			10,
		],
		['d opens all of a group', [key('details')], 'group:group 0', 18],
		['d again closes all of it', [key('details'), key('details')], 'group:group 0', 10],
	])('%s', (_, keys, row, count) => {
		const pressed = press(ground, keys);
		expect(pressed.row).toBe(row);
		expect(ground.rows(pressed.state)).toHaveLength(count);
		expect(pressed.sent).toEqual([]);
	});

	it('scrolls to show an opened group', () => {
		const { state } = press(ground, [...Array(7).fill(to('down')), key('toggle')]);
		expect(state).toMatchObject({ cursor: 7, top: 2 });
	});

	it('Escape with nothing open cancels', () => {
		expect(press(ground, [key('escape')]).sent).toEqual([{ type: 'not-now' }]);
	});
});

describe('searching', () => {
	const ground = groundOf(20, 8);
	it('narrows with each letter and keeps the matches after Enter', () => {
		const found = press(ground, [key('find'), text('name-1'), text('7'), key('toggle')]);
		expect(ground.rows(found.state).map(({ id }) => id)).toEqual([
			...['group:group 7', 'resource:17', 'resource:17/1'],
		]);
		expect(found.state.find).toMatchObject({ typing: false });
	});

	it('closes and opens groups among the matches', () => {
		const all = [key('find'), text('name-1'), key('toggle')];
		const before = ground.rows(press(ground, all).state).length;
		const shut = press(ground, [...all, key('toggle')]);
		expect(ground.rows(shut.state).length).toBeLessThan(before);
		const again = press(ground, [key('toggle')], shut.state);
		expect(ground.rows(again.state)).toHaveLength(before);
	});

	it('ends with Escape, and with Enter on an empty query', () => {
		expect(press(ground, [key('find'), text('x'), key('escape')]).state.find).toBeUndefined();
		expect(press(ground, [key('find'), key('toggle')]).state.find).toBeUndefined();
	});
});

describe('applying', () => {
	it('takes one key when nothing is destroyed', () => {
		expect(press(groundOf(3, 8), [key('apply')]).sent).toEqual([{ type: 'apply' }]);
	});

	it.each<[string, readonly PlanKeyAction[], number]>([
		['y alone does not apply a plan that destroys', [key('apply')], 0],
		['y and Enter do not apply it', [key('apply'), key('toggle')], 0],
		['a wrong name does not apply it', [key('apply'), text('acm'), key('toggle')], 0],
		['a name in another case does not apply it', [key('apply'), text('Acme'), key('toggle')], 0],
		['y twice does not apply it', [key('apply'), key('apply'), key('toggle')], 0],
		[
			'Escape before Enter does not apply it',
			[key('apply'), text('acme'), key('escape'), key('toggle')],
			0,
		],
		['the exact name applies it', [key('apply'), text('acme'), key('toggle')], 1],
	])('%s', (_, keys, times) => {
		expect(press(groundOf(3, 8, 'acme'), keys).sent).toHaveLength(times);
	});

	it('never happens without the apply key, whatever else is pressed', () => {
		const others = fc.constantFrom<PlanKeyAction>(
			...(['toggle', 'open', 'close', 'details', 'find', 'escape'] as const).map(key),
			...(['up', 'down', 'pageUp', 'pageDown', 'home', 'end'] as const).map(to),
			text('acme'),
			{ type: 'save' },
		);
		const ground = groundOf(30, 6, 'acme');
		fc.assert(
			fc.property(fc.array(others, { maxLength: 40 }), (keys) => {
				const { state, sent } = press(ground, keys);
				const count = ground.rows(state).length;
				expect(sent).not.toContainEqual({ type: 'apply' });
				expect(state.cursor).toBeLessThan(count);
				expect(state.top).toBeLessThanOrEqual(state.cursor);
				expect(state.cursor - state.top).toBeLessThan(ground.height);
			}),
		);
	});
});

describe('the footer', () => {
	const ground = groundOf(20, 8, 'acme');
	it.each<[string, readonly PlanKeyAction[], string]>([
		['with nothing open', [], 'plan.notNow'],
		['with something open', [key('toggle')], 'overlay.close'],
		['during a search', [key('find')], 'clear'],
		['after a search', [key('find'), text('name'), key('toggle')], 'clear'],
		['while a name is typed', [key('apply')], 'stop.stay'],
	])('names what Escape does %s', (_, keys, id) => {
		const { state } = press(ground, keys);
		const ids = getPlanFooterKeys(state, ground.rows(state));
		expect(ids).toContain(id);
		expect(ids.filter((one) => getKeyBinding(one).keys === 'esc')).toEqual([id]);
	});
});

describe('5,000 resources', () => {
	it('are flattened when a row opens, not on every move', () => {
		const rows = memoizePlanRows(buildPlanTree(createBigPlan(5000)), 80);
		const ground: PlanReducerInputs = { rows, height: 10 };
		const opened = press(ground, [key('details')]).state;
		const before = rows(opened);
		expect(before).toHaveLength(10 + 500 + 1500);
		const moved = press(ground, Array(1000).fill(to('down')), opened).state;
		expect(moved.cursor).toBe(1000);
		expect(rows(moved)).toBe(before);
	});

	it('are not flattened again while a confirmation is typed', () => {
		const rows = memoizePlanRows(buildPlanTree(createBigPlan(5000)), 80);
		const state = { ...initialPlanState, confirm: { text: createTextFieldState('a') } };
		expect(rows(state)).toBe(rows({ ...state, confirm: { text: createTextFieldState('ab') } }));
	});
});
