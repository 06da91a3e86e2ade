import type { Choice } from '../../source/wizard/wizard-model.ts';
import {
	getChoiceHint,
	getLabelWidth,
	HINT_GAP,
	isChoiceTruncated,
	LIST_POINTER_WIDTH,
} from '../parts/list-layout.ts';
import { getCellWidth, truncateText, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';

interface Wanted {
	height: number;
	width: number;
	cause: number;
	facts: number;
	choices: readonly Choice[];
}

interface FailureLayout {
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
export function choiceHintRows(
	choice: Choice | undefined,
	choices: readonly Choice[],
	width: number,
): string[] {
	const inner = width - LIST_POINTER_WIDTH;
	if (choice === undefined || !isChoiceTruncated(choice, getLabelWidth(choices, inner), inner))
		return [];
	const indent = ' '.repeat(ASIDE_INDENT);
	return wrapSingleLine(getChoiceHint(choice) || choice.label, width - ASIDE_INDENT).map(
		(text) => indent + text,
	);
}

/**
 * Choices cut to one row each. The cut hint is shown below the list, so that the list can show
 * every choice.
 */
export function truncateChoices(choices: readonly Choice[], width: number, theme: Theme): Choice[] {
	const inner = width - LIST_POINTER_WIDTH;
	const labels = getLabelWidth(choices, inner);
	const room = inner - labels - HINT_GAP;
	return choices.map((choice): Choice => {
		const { hint, refusal, label } = choice;
		const short = { ...choice, label: truncateText(label, labels, theme) };
		if (refusal !== undefined) {
			const words = getCellWidth(getChoiceHint(choice)) - getCellWidth(refusal);
			return { ...short, refusal: truncateText(refusal, Math.max(1, room - words), theme) };
		}
		return hint === undefined ? short : { ...short, hint: truncateText(hint, room, theme) };
	});
}

/**
 * Divides the rows. The choices come first, because nothing continues without them; then the cause;
 * the details get the rest and scroll.
 */
export function layoutFailure({ height, width, cause, facts, choices }: Wanted): FailureLayout {
	const list = Math.max(1, Math.min(choices.length, height - 2));
	const most = Math.max(0, ...choices.map((one) => choiceHintRows(one, choices, width).length));
	const aside = Math.min(most, Math.max(0, height - list - 6));
	const left = height - list - aside;
	const gaps = left >= 8;
	const forCause = Math.max(1, Math.min(cause, Math.ceil(left / 2)));
	const forFacts = Math.max(0, Math.min(facts, left - forCause - (gaps ? 2 : 0)));
	return { cause: forCause, facts: forFacts, list, aside, gaps };
}
