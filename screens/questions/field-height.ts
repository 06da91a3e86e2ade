import type { Choice, QuestionScreen } from '../../source/wizard/wizard-view-model.ts';
import {
	FULL_CHOICE_TEXT_ROWS,
	getLabelWidth,
	isChoiceTruncated,
	LIST_POINTER_WIDTH,
} from '../parts/list.tsx';
import { wrapSingleLine } from '../parts/styled-text.tsx';
import { formatMapFieldText, toListItems } from './field-values.ts';
import { createLookupChoices } from './lookup-field.tsx';

/** Rows of a one-line field with two lines each for the rule and a problem. */
const LINE_ROWS = 6;
/** Rows for the sources of a secret and the field that follows. */
const SECRET_ROWS = 7;

function choiceRows(choices: readonly Choice[], width: number): number {
	const inner = width - LIST_POINTER_WIDTH;
	const labelWidth = getLabelWidth(choices, inner);
	const whole = choices.some((choice) => isChoiceTruncated(choice, labelWidth, inner))
		? FULL_CHOICE_TEXT_ROWS
		: 0;
	// The confirmation of a choice with a warning takes the place of the list.
	const warned = choices.map(({ warning }) =>
		warning === undefined ? 0 : wrapSingleLine(`! ${warning}`, width).length + 4,
	);
	return Math.max(choices.length + whole, ...warned);
}

function linesRows(text: string, least: number): number {
	return Math.max(least, text.split('\n').length + 4);
}

/** The preferred height of a field; it also works with less. */
export function getPreferredFieldHeight(
	screen: QuestionScreen,
	width: number,
	itemCount = 0,
): number {
	const { valueKind, lookup, options, value } = screen;
	const problem = screen.problem === undefined ? 0 : 2;
	switch (valueKind) {
		case 'choice':
		case 'variant':
		case 'yesno':
			return choiceRows(options, width) + problem;
		case 'secret':
			return SECRET_ROWS + problem;
		case 'text': {
			if (lookup === undefined || lookup.state === 'denied') return LINE_ROWS;
			return Math.max(LINE_ROWS, choiceRows(createLookupChoices(screen), width) + 1);
		}
		case 'number':
			return LINE_ROWS;
		case 'list':
			return Math.max(
				Math.max(toListItems(value).length, itemCount) + 5,
				lookup ? lookup.choices.length + 6 : 0,
			);
		case 'map':
			return linesRows(formatMapFieldText(value), 7);
		case 'multiline':
			return linesRows(typeof value === 'string' ? value : '', 10);
	}
}
