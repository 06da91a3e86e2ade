import { useState } from 'react';
import { useTextField } from '../parts/text-field.tsx';
import { parseListItems } from './field-values.ts';

/** The items of a list, one of which is in the text field; after the last item is a new line. */
export interface ItemEditor {
	before: readonly string[];
	/** The items in the text field: none while it is empty, several when separated by commas. */
	own: readonly string[];
	after: readonly string[];
	all: readonly string[];
	/** The position of the text field. */
	cursor: number;
	/** The text field is on the new line. */
	isNew: boolean;
	field: ReturnType<typeof useTextField>;
	/** Replaces the items and moves the text field to the item at a position, or to the new line. */
	edit(items: readonly string[], at: number): void;
}

/** Edits a list item by item. */
export function useItemEditor(initial: readonly string[], draft = ''): ItemEditor {
	const [items, setItems] = useState(initial);
	const [cursor, setCursor] = useState(initial.length);
	const field = useTextField({ initial: draft });
	const before = items.slice(0, cursor);
	const after = items.slice(cursor + 1);
	const own = parseListItems(field.value);
	return {
		...{ before, own, after, cursor, field },
		all: [...before, ...own, ...after],
		isNew: cursor >= items.length,
		edit(next, at) {
			const to = Math.min(at, next.length);
			setItems(next);
			setCursor(to);
			field.act({ type: 'set', text: next[to] ?? '' });
		},
	};
}
