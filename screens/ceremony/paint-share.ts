import type { DOMElement } from 'ink';
import { type RefObject, use, useLayoutEffect } from 'react';
import type { SecretBytes } from '../../source/engine/secret-bytes.ts';
import {
	formatShareRows,
	getShareTextLength,
	SHARE_GROUP_LENGTH,
} from '../../source/wizard/format-share.ts';
import { SecretScreenContext } from '../parts/secret-screen.ts';

/** Groups per row: as many as fit the narrowest terminal, the same on all. */
const PER_ROW = 6;
const GAP = 2;
/** After the bar at the left. */
const INDENT = 2;

export const countShareRows = (share: SecretBytes): number =>
	Math.ceil(getShareTextLength(share) / (PER_ROW * SHARE_GROUP_LENGTH));

/**
 * Paints a share over the blanks of an element while seconds are left.
 *
 * @param secondsLeft Seconds; 0 while hidden. The share is painted again each second, in case Ink drew
 * over it.
 */
export function usePaintedShare(
	share: SecretBytes,
	elementRef: RefObject<DOMElement | null>,
	secondsLeft: number,
): void {
	const screen = use(SecretScreenContext);
	const shown = secondsLeft > 0;
	useLayoutEffect(() => {
		if (secondsLeft === 0 || elementRef.current === null) return;
		const { row, column } = cornerOf(elementRef.current);
		screen.paint(
			formatShareRows(share, PER_ROW, GAP).map((bytes, at) => ({
				row: row + at,
				column: column + INDENT,
				bytes,
			})),
		);
	}, [screen, share, elementRef, secondsLeft]);
	useLayoutEffect(() => (shown ? () => screen.blank() : undefined), [screen, shown]);
}

/** The position of an element; Ink's frame starts at the top of the alternate screen. */
function cornerOf(element: DOMElement): { row: number; column: number } {
	let row = 0;
	let column = 0;
	for (let node: DOMElement | undefined = element; node !== undefined; node = node.parentNode) {
		row += node.yogaNode?.getComputedTop() ?? 0;
		column += node.yogaNode?.getComputedLeft() ?? 0;
	}
	return { row, column };
}
