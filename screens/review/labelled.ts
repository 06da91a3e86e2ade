import { cells, type Piece, wrapLines } from '../parts/text.tsx';
import type { Role } from '../parts/theme.ts';
import type { Row } from './blocks.ts';

interface Labelled {
	/** A sign in front of the label. */
	sign?: Piece;
	label: string;
	labelRole?: Role;
	text: string;
	role?: Role;
	/** Width of the label column. */
	column: number;
	width: number;
}

/** Minimum width of a value beside its label. */
const LEAST = 24;

const piece = (text: string, role: Role | undefined): Piece =>
	role === undefined ? text : { text, role };

/**
 * A label with its text beside it; below it when there is little room, when the label exceeds its
 * column, or when that saves rows (an ARN in a narrow column).
 */
export function labelled(wanted: Labelled): Row[] {
	const { sign, label, text, column, width } = wanted;
	const indent = sign === undefined ? 0 : cells(textOf(sign)) + 1;
	const room = width - indent - column - 2;
	const below = belowRows(wanted, indent);
	if (text === '' || room < LEAST || cells(label) > column) return below;
	const lines = wrapLines(text, room);
	// A row without a label continues the one above, in the same column.
	return label !== '' && below.length < lines.length ? below : besideRows(wanted, indent, lines);
}

const textOf = (part: Piece): string => (typeof part === 'string' ? part : part.text);

const frontOf = (sign: Piece | undefined): Piece[] => (sign === undefined ? [] : [sign, ' ']);

function belowRows({ sign, label, labelRole, text, role, width }: Labelled, indent: number): Row[] {
	const texts = text === '' ? [] : wrapLines(text, width - indent - 2);
	return [
		...wrapLines(label, width - indent).map(
			(line, at): Row => [
				...(at === 0 ? frontOf(sign) : [' '.repeat(indent)]),
				piece(line, labelRole),
			],
		),
		...texts.map((line): Row => [' '.repeat(indent + 2), piece(line, role)]),
	];
}

function besideRows(
	{ sign, label, labelRole, role, column }: Labelled,
	indent: number,
	lines: readonly string[],
): Row[] {
	const title = `${label}${' '.repeat(column - cells(label))}  `;
	return lines.map(
		(line, at): Row =>
			at === 0
				? [...frontOf(sign), piece(title, labelRole), piece(line, role)]
				: [' '.repeat(indent + column + 2), piece(line, role)],
	);
}

/** The width that most labels fit, limited to a share of the total width. */
export function columnFor(labels: readonly string[], width: number, share = 0.42): number {
	const most = Math.floor(width * share);
	return Math.max(0, ...labels.map(cells).filter((label) => label <= most));
}
