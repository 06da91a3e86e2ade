import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	clampListState,
	createListState,
	filterChoices,
	type ListAction,
	listReducer,
} from '../../../screens/parts/list.tsx';
import type { Choice } from '../../../source/wizard/wizard-view-model.ts';

const choices: Choice[] = Array.from({ length: 12 }, (_, at) => ({
	value: `subnet-${at}`,
	label: `Private ${at}`,
	hint: at % 2 === 0 ? 'us-west-2a' : 'us-west-2b',
}));
const room = { choices, height: 5 };

const reached = (...actions: ListAction[]) =>
	actions.reduce((state, action) => listReducer(state, action, room), createListState(room));

describe('listReducer', () => {
	it.each<[string, ListAction[], number, number]>([
		['down moves one row', [{ type: 'down' }], 1, 0],
		['up stops at the top', [{ type: 'up' }], 0, 0],
		['page-down moves a page', [{ type: 'pageDown' }], 4, 0],
		['page-down twice moves two pages', [{ type: 'pageDown' }, { type: 'pageDown' }], 8, 4],
		['end moves to the last, and down stops there', [{ type: 'end' }, { type: 'down' }], 11, 7],
		['home moves back to the first', [{ type: 'end' }, { type: 'home' }], 0, 0],
	])('%s', (_, actions, index, offset) => {
		expect(reached(...actions)).toMatchObject({ index, offset });
	});

	it('matches every word in label, value and hint', () => {
		const state = reached({ type: 'type', text: 'WEST-2b 1' });
		expect(filterChoices(choices, state.filter).map(({ value }) => value)).toEqual(
			['1', '3', '5', '7', '9', '11']
				.map((at) => `subnet-${at}`)
				.filter((value) => /1/.test(value)),
		);
		expect(state).toMatchObject({ index: 0, filtering: true });
	});

	it('keeps the pointer on the match when the search ends', () => {
		const state = reached({ type: 'type', text: 'subnet-7' }, { type: 'clear' });
		expect(state).toMatchObject({ index: 7, filter: '', filtering: false });
	});

	it('ends the search when backspace meets an empty query', () => {
		const one = reached({ type: 'type', text: 'x' }, { type: 'backspace' });
		expect(one).toMatchObject({ filter: '', filtering: true });
		expect(listReducer(one, { type: 'backspace' }, room).filtering).toBe(false);
	});

	it('starts at the initial value, or else at the first available choice', () => {
		expect(createListState(room, 'subnet-9').index).toBe(9);
		const refused = [{ value: 'a', label: 'a', refusal: 'gone' }, ...choices];
		expect(createListState({ choices: refused, height: 5 }).index).toBe(1);
	});

	const action = fc.oneof(
		fc.record({
			type: fc.constantFrom(
				...([
					'up',
					'down',
					'pageUp',
					'pageDown',
					'home',
					'end',
					'find',
					'backspace',
					'clear',
					'clearText',
					'refuse',
				] as const),
			),
		}),
		fc.record({
			type: fc.constant('type' as const),
			text: fc.constantFrom('a', '2', '-', 'zz', ' '),
		}),
	);

	it('keeps the pointer in the window and the window in the list for any actions', () => {
		fc.assert(
			fc.property(
				fc.array(action),
				fc.integer({ min: 0, max: 12 }),
				fc.integer({ min: 1, max: 8 }),
				(actions, count, height) => {
					const some = { choices: choices.slice(0, count), height };
					let state = createListState(some);
					for (const next of actions) {
						state = clampListState(listReducer(state, next as ListAction, some), some);
						const left = filterChoices(some.choices, state.filter).length;
						expect(state.index).toBeGreaterThanOrEqual(state.offset);
						expect(state.index).toBeLessThan(state.offset + height);
						expect(state.index).toBeLessThan(Math.max(1, left));
						expect(state.offset).toBeLessThanOrEqual(Math.max(0, left - height));
					}
				},
			),
		);
	});
});
