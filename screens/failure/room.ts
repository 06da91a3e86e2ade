import type { Choice } from '../../source/engine/guide/model.ts';
import { asideOf, GAP, isCut, labelWidthOf, POINTER } from '../parts/list-layout.ts';
import { cells, fitText, wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';

interface Wanted {
	height: number;
	width: number;
	cause: number;
	facts: number;
	choices: readonly Choice[];
}

export interface Room {
	cause: number;
	facts: number;
	list: number;
	/** Rows for the hint of a choice that does not fit its own row. */
	aside: number;
	/** Whether blank rows separate the parts. */
	gaps: boolean;
}

/** Indentation of a hint on its own rows. */
const ASIDE_INDENT = 4;

/** The hint of a choice on its own rows; empty when it fits the row of the choice. */
export function asideRows(
	choice: Choice | undefined,
	choices: readonly Choice[],
	width: number,
): string[] {
	const inner = width - POINTER;
	if (choice === undefined || !isCut(choice, labelWidthOf(choices, inner), inner)) return [];
	const indent = ' '.repeat(ASIDE_INDENT);
	return wrapLines(asideOf(choice) || choice.label, width - ASIDE_INDENT).map(
		(text) => indent + text,
	);
}

/**
 * Choices cut to one row each. The cut hint is shown below the list, so that the list can show
 * every choice.
 */
export function shortened(choices: readonly Choice[], width: number, theme: Theme): Choice[] {
	const inner = width - POINTER;
	const labels = labelWidthOf(choices, inner);
	const room = inner - labels - GAP;
	return choices.map((choice): Choice => {
		const { hint, refusal, label } = choice;
		const short = { ...choice, label: fitText(label, labels, theme) };
		if (refusal !== undefined) {
			const words = cells(asideOf(choice)) - cells(refusal);
			return { ...short, refusal: fitText(refusal, Math.max(1, room - words), theme) };
		}
		return hint === undefined ? short : { ...short, hint: fitText(hint, room, theme) };
	});
}

/**
 * Divides the rows. The choices come first, because nothing continues without them; then the cause;
 * the details get the rest and scroll.
 */
export function shareOut({ height, width, cause, facts, choices }: Wanted): Room {
	const list = Math.max(1, Math.min(choices.length, height - 2));
	const most = Math.max(0, ...choices.map((one) => asideRows(one, choices, width).length));
	const aside = Math.min(most, Math.max(0, height - list - 6));
	const left = height - list - aside;
	const gaps = left >= 8;
	const forCause = Math.max(1, Math.min(cause, Math.ceil(left / 2)));
	const forFacts = Math.max(0, Math.min(facts, left - forCause - (gaps ? 2 : 0)));
	return { cause: forCause, facts: forFacts, list, aside, gaps };
}
