import { getCellWidth } from './styled-text.tsx';
import type { TextFieldState } from './text-edit.ts';

interface TextViewport {
	/** Text before the cursor, at the cursor (a blank at the end of the text), and after it. */
	before: string;
	under: string;
	after: string;
	/** Text is cut off on that side. */
	cutLeft: boolean;
	cutRight: boolean;
}

/**
 * The part of a line around the cursor that fits a width.
 *
 * @param markWidth width of the ellipsis on either side
 */
export function getTextViewport(
	state: TextFieldState,
	width: number,
	markWidth: number,
): TextViewport {
	const { text, cursor } = state;
	const under = text[cursor] ?? ' ';
	const widths = text.map((character) => getCellWidth(character));
	const total = widths.reduce((sum, width) => sum + width, 0) + (cursor === text.length ? 1 : 0);
	const part = (from: number, to: number, cutLeft: boolean, cutRight: boolean): TextViewport => ({
		before: text.slice(from, cursor).join(''),
		under,
		after: text.slice(cursor + 1, to).join(''),
		cutLeft,
		cutRight,
	});
	if (total <= width) return part(0, text.length, false, false);
	let room = width - 2 * markWidth - Math.max(1, getCellWidth(under));
	let from = cursor;
	let to = cursor + 1;
	// Two thirds before the cursor: typed text matters more than what follows.
	const wanted = Math.ceil((room * 2) / 3);
	for (
		let used = 0;
		from > 0 && used + (widths[from - 1] ?? 0) <= wanted;
		used += widths[from] ?? 0
	) {
		from--;
		room -= widths[from] ?? 0;
	}
	while (to < text.length && (widths[to] ?? 0) <= room) room -= widths[to++] ?? 0;
	while (from > 0 && (widths[from - 1] ?? 0) <= room) room -= widths[--from] ?? 0;
	return part(from, to, from > 0, to < text.length);
}
