import { getCellWidth, type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { TextRole } from '../parts/theme.ts';
import type { TextRow } from './scroll-blocks.ts';

interface Labelled {
	/** A sign in front of the label. */
	sign?: TextPiece;
	label: string;
	labelRole?: TextRole;
	text: string;
	role?: TextRole;
	/** Width of the label column. */
	column: number;
	width: number;
}

/** Minimum width of a value beside its label. */
const LEAST = 24;

const piece = (text: string, role: TextRole | undefined): TextPiece =>
	role === undefined ? text : { text, role };

/**
 * A label with its text beside it; below it when there is little room, when the label exceeds its
 * column, or when that saves rows (an ARN in a narrow column).
 */
export function createLabelledRows(options: Labelled): TextRow[] {
	const { sign, label, text, column, width } = options;
	const indent = sign === undefined ? 0 : getCellWidth(textOf(sign)) + 1;
	const room = width - indent - column - 2;
	const below = belowRows(options, indent);
	if (text === '' || room < LEAST || getCellWidth(label) > column) return below;
	const lines = wrapSingleLine(text, room);
	// A row without a label continues the one above, in the same column.
	return label !== '' && below.length < lines.length ? below : besideRows(options, indent, lines);
}

const textOf = (part: TextPiece): string => (typeof part === 'string' ? part : part.text);

const frontOf = (sign: TextPiece | undefined): TextPiece[] =>
	sign === undefined ? [] : [sign, ' '];

function belowRows(
	{ sign, label, labelRole, text, role, width }: Labelled,
	indent: number,
): TextRow[] {
	const texts = text === '' ? [] : wrapSingleLine(text, width - indent - 2);
	return [
		...wrapSingleLine(label, width - indent).map(
			(line, at): TextRow => [
				...(at === 0 ? frontOf(sign) : [' '.repeat(indent)]),
				piece(line, labelRole),
			],
		),
		...texts.map((line): TextRow => [' '.repeat(indent + 2), piece(line, role)]),
	];
}

function besideRows(
	{ sign, label, labelRole, role, column }: Labelled,
	indent: number,
	lines: readonly string[],
): TextRow[] {
	const title = `${label}${' '.repeat(column - getCellWidth(label))}  `;
	return lines.map(
		(line, at): TextRow =>
			at === 0
				? [...frontOf(sign), piece(title, labelRole), piece(line, role)]
				: [' '.repeat(indent + column + 2), piece(line, role)],
	);
}

/** The width that most labels fit, limited to a share of the total width. */
export function getLabelColumnWidth(
	labels: readonly string[],
	width: number,
	maxShare = 0.42,
): number {
	const most = Math.floor(width * maxShare);
	return Math.max(0, ...labels.map(getCellWidth).filter((label) => label <= most));
}
