import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindingOf } from '../../../screens/parts/keys.ts';
import { textStart } from '../../../screens/parts/text-edit.ts';
import { footerOf } from '../../../screens/plan/footer.ts';
import {
	type PlanGround,
	type PlanKey,
	type PlanState,
	planAtFirst,
	reducePlan,
} from '../../../screens/plan/plan-state.ts';
import { treeOf } from '../../../screens/plan/tree.ts';
import { rowsOf } from '../../../screens/plan/use-plan.ts';
import { bigPlan } from './big.ts';

const groundOf = (count: number, height: number, confirm?: string): PlanGround => ({
	rows: rowsOf(treeOf(bigPlan(count)), 80),
	height,
	confirm,
});

function press(ground: PlanGround, keys: readonly PlanKey[], from: PlanState = planAtFirst) {
	const sent: unknown[] = [];
	let state = from;
	for (const key of keys) {
		const turn = reducePlan(state, key, ground);
		state = turn.state;
		if (turn.send !== undefined) sent.push(turn.send);
	}
	const row = ground.rows(state)[state.cursor]?.id;
	return { state, sent, row };
}

const key = (
	type: 'toggle' | 'open' | 'close' | 'details' | 'find' | 'apply' | 'escape',
): PlanKey => ({
	type,
});
const to = (where: 'up' | 'down' | 'pageUp' | 'pageDown' | 'top' | 'end'): PlanKey => ({
	type: 'move',
	to: where,
});
const text = (value: string): PlanKey => ({
	type: 'text',
	action: { type: 'insert', text: value },
});

describe('moving', () => {
	const ground = groundOf(10, 4);
	it.each<[string, readonly PlanKey[], number, number]>([
		['not above the first', [to('up')], 0, 0],
		['down', [to('down')], 1, 0],
		['the window follows', [to('down'), to('down'), to('down'), to('down')], 4, 1],
		['to the end', [to('end')], 9, 6],
		['not below the last', [to('end'), to('down')], 9, 6],
		['a page', [to('pageDown')], 3, 0],
		['back to the top', [to('end'), to('top')], 0, 0],
	])('%s', (_, keys, cursor, top) => {
		expect(press(ground, keys).state).toMatchObject({ cursor, top });
	});
});

describe('opening and shutting', () => {
	const ground = groundOf(20, 8);
	it.each<[string, readonly PlanKey[], string, number]>([
		['opens a group', [key('toggle')], 'group:group 0', 12],
		['and shuts it', [key('toggle'), key('toggle')], 'group:group 0', 10],
		['open does not shut', [key('open'), key('open')], 'group:group 0', 12],
		['shut from within', [key('toggle'), to('down'), key('close')], 'group:group 0', 10],
		['a resource', [key('toggle'), to('down'), key('toggle')], 'resource:0', 15],
		[
			'Esc the innermost',
			[key('toggle'), to('down'), key('toggle'), to('down'), key('escape')],
			'resource:0',
			12,
		],
		['Esc elsewhere shuts all', [key('toggle'), to('end'), key('escape')], 'group:group 9', 10],
		['all of a group', [key('details')], 'group:group 0', 18],
		['and nothing of it', [key('details'), key('details')], 'group:group 0', 10],
	])('%s', (_, keys, row, count) => {
		const pressed = press(ground, keys);
		expect(pressed.row).toBe(row);
		expect(ground.rows(pressed.state)).toHaveLength(count);
		expect(pressed.sent).toEqual([]);
	});

	it('scrolls to show what was opened below the window', () => {
		const { state } = press(ground, [...Array(7).fill(to('down')), key('toggle')]);
		expect(state).toMatchObject({ cursor: 7, top: 2 });
	});

	it('Esc with nothing open is not now', () => {
		expect(press(ground, [key('escape')]).sent).toEqual([{ type: 'not-now' }]);
	});
});

describe('finding', () => {
	const ground = groundOf(20, 8);
	it('follows each letter and keeps what was found', () => {
		const found = press(ground, [key('find'), text('name-1'), text('7'), key('toggle')]);
		expect(ground.rows(found.state).map(({ id }) => id)).toEqual([
			...['group:group 7', 'resource:17', 'resource:17/1'],
		]);
		expect(found.state.find).toMatchObject({ typing: false });
	});

	it('shuts and opens groups meanwhile', () => {
		const all = [key('find'), text('name-1'), key('toggle')];
		const before = ground.rows(press(ground, all).state).length;
		const shut = press(ground, [...all, key('toggle')]);
		expect(ground.rows(shut.state).length).toBeLessThan(before);
		const again = press(ground, [key('toggle')], shut.state);
		expect(ground.rows(again.state)).toHaveLength(before);
	});

	it('ends with Esc, and with nothing typed', () => {
		expect(press(ground, [key('find'), text('x'), key('escape')]).state.find).toBeUndefined();
		expect(press(ground, [key('find'), key('toggle')]).state.find).toBeUndefined();
	});
});

describe('applying', () => {
	it('takes one key when nothing is lost', () => {
		expect(press(groundOf(3, 8), [key('apply')]).sent).toEqual([{ type: 'apply' }]);
	});

	it.each<[string, readonly PlanKey[], number]>([
		['the key alone', [key('apply')], 0],
		['the key and Enter', [key('apply'), key('toggle')], 0],
		['a wrong name', [key('apply'), text('acm'), key('toggle')], 0],
		['another case', [key('apply'), text('Acme'), key('toggle')], 0],
		['the key twice', [key('apply'), key('apply'), key('toggle')], 0],
		['Esc before Enter', [key('apply'), text('acme'), key('escape'), key('toggle')], 0],
		['the name', [key('apply'), text('acme'), key('toggle')], 1],
	])('with a name to be typed: %s', (_, keys, times) => {
		expect(press(groundOf(3, 8, 'acme'), keys).sent).toHaveLength(times);
	});

	it('never comes of any keys without the one that applies', () => {
		const others = fc.constantFrom<PlanKey>(
			...(['toggle', 'open', 'close', 'details', 'find', 'escape'] as const).map(key),
			...(['up', 'down', 'pageUp', 'pageDown', 'top', 'end'] as const).map(to),
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
	it.each<[string, readonly PlanKey[], string]>([
		['nothing open', [], 'plan.notNow'],
		['something open', [key('toggle')], 'overlay.close'],
		['looking for something', [key('find')], 'clear'],
		['something found', [key('find'), text('name'), key('toggle')], 'clear'],
		['a name to type', [key('apply')], 'stop.stay'],
	])('names what Esc does: %s', (_, keys, id) => {
		const { state } = press(ground, keys);
		const ids = footerOf(state, ground.rows(state));
		expect(ids).toContain(id);
		expect(ids.filter((one) => bindingOf(one).keys === 'esc')).toEqual([id]);
	});
});

describe('5,000 resources', () => {
	it('are flattened once an opening, not once a move', () => {
		const rows = rowsOf(treeOf(bigPlan(5000)), 80);
		const ground: PlanGround = { rows, height: 10 };
		const opened = press(ground, [key('details')]).state;
		const before = rows(opened);
		expect(before).toHaveLength(10 + 500 + 1500);
		const moved = press(ground, Array(1000).fill(to('down')), opened).state;
		expect(moved.cursor).toBe(1000);
		expect(rows(moved)).toBe(before);
	});

	it('keep a field that is typed in apart from the rows', () => {
		const rows = rowsOf(treeOf(bigPlan(5000)), 80);
		const state = { ...planAtFirst, confirm: { text: textStart('a') } };
		expect(rows(state)).toBe(rows({ ...state, confirm: { text: textStart('ab') } }));
	});
});
