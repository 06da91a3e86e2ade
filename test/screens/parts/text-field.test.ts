import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getWidthInCells } from '../../../screens/parts/styled-text.tsx';
import {
	createTextFieldState,
	getFieldText,
	getTextViewport,
	type TextEditAction,
	textEditReducer,
} from '../../../screens/parts/text-field.tsx';

/** Converts between a text state and a text with `|` at the cursor. */
function stateOf(marked: string) {
	const at = marked.indexOf('|');
	const before = createTextFieldState(marked.slice(0, at), { multiline: true });
	const after = createTextFieldState(marked.slice(at + 1), { multiline: true });
	return { text: [...before.text, ...after.text], cursor: before.text.length };
}
const marked = ({ text, cursor }: { text: readonly string[]; cursor: number }) =>
	`${text.slice(0, cursor).join('')}|${text.slice(cursor).join('')}`;

describe('textReducer', () => {
	it.each<[string, TextEditAction, string]>([
		['ab|c', { type: 'insert', text: 'X' }, 'abX|c'],
		['|', { type: 'insert', text: 'é日👩‍🚀' }, 'é日👩‍🚀|'],
		['a👩‍🚀|b', { type: 'backspace' }, 'a|b'],
		['a|👩‍🚀b', { type: 'delete' }, 'a|b'],
		['|ab', { type: 'backspace' }, '|ab'],
		['ab|', { type: 'delete' }, 'ab|'],
		['ab|', { type: 'right' }, 'ab|'],
		['tfe.acme.exa|mple', { type: 'wordLeft' }, 'tfe.acme.|example'],
		['tfe.|acme.example', { type: 'wordRight' }, 'tfe.acme|.example'],
		['one two |x', { type: 'wordBack' }, 'one |x'],
		['one two| x', { type: 'killBefore' }, '| x'],
		['one |two', { type: 'killAfter' }, 'one |'],
		['one|', { type: 'home' }, '|one'],
		['|one', { type: 'end' }, 'one|'],
		['e|', { type: 'insert', text: '\u0301' }, 'e\u0301|'],
	])('on %s applies %j: %s', (before, action, after) => {
		expect(marked(textEditReducer(stateOf(before), action))).toBe(after);
	});

	it('removes newlines from text pasted into one line', () => {
		const state = textEditReducer(createTextFieldState(''), { type: 'insert', text: '\na\r\nb\n' });
		expect(getFieldText(state)).toBe('a b');
	});

	it.each<[string, TextEditAction, string]>([
		['ab\ncd|', { type: 'home' }, 'ab\n|cd'],
		['a|b\ncd', { type: 'killAfter' }, 'a|\ncd'],
		['abc\nde|', { type: 'up' }, 'ab|c\nde'],
		['abc|\nde', { type: 'down' }, 'abc\nde|'],
		['ab|c', { type: 'up' }, '|abc'],
		['a|bc', { type: 'down' }, 'abc|'],
		['|', { type: 'insert', text: 'a\r\nb' }, 'a\nb|'],
	])('on the lines %j applies %j: %j', (before, action, after) => {
		expect(marked(textEditReducer(stateOf(before), action, { multiline: true }))).toBe(after);
	});

	const types = [
		...['left', 'right', 'wordLeft', 'wordRight', 'home', 'end', 'up', 'down'],
		...['backspace', 'delete', 'wordBack', 'killBefore', 'killAfter'],
	];
	const action = fc.oneof(
		fc.constantFrom(...types).map((type) => ({ type }) as TextEditAction),
		fc.string({ unit: 'grapheme' }).map((text): TextEditAction => ({ type: 'insert', text })),
	);

	it('keeps the cursor in the text and control characters out of it', () => {
		fc.assert(
			fc.property(fc.array(action), fc.boolean(), (actions, multiline) => {
				let state = createTextFieldState('');
				for (const next of actions) state = textEditReducer(state, next, { multiline });
				expect(state.cursor).toBeGreaterThanOrEqual(0);
				expect(state.cursor).toBeLessThanOrEqual(state.text.length);
				const forbidden = multiline ? ['\u001B'] : ['\u001B', '\n', '\r'];
				expect(forbidden.filter((sign) => getFieldText(state).includes(sign))).toEqual([]);
			}),
		);
	});
});

describe('fieldView', () => {
	it('shows text that fits in full', () => {
		expect(getTextViewport(stateOf('ab|c'), 10, 1)).toMatchObject({
			before: 'ab',
			under: 'c',
			after: '',
		});
	});

	it('shows the end while the cursor is there', () => {
		const view = getTextViewport(stateOf(`${'x'.repeat(50)}end|`), 10, 1);
		expect(view).toMatchObject({ cutLeft: true, cutRight: false, under: ' ' });
		expect(view.before.endsWith('end')).toBe(true);
	});

	it('never exceeds its width', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.nat(40),
				fc.integer({ min: 8, max: 30 }),
				(text, at, width) => {
					const start = createTextFieldState(text);
					const view = getTextViewport(
						{ ...start, cursor: Math.min(at, start.text.length) },
						width,
						1,
					);
					const marks = Number(view.cutLeft) + Number(view.cutRight);
					expect(
						getWidthInCells(view.before + view.under + view.after) + marks,
					).toBeLessThanOrEqual(width);
				},
			),
		);
	});
});
