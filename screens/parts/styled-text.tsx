// All screen text is drawn here and in `text-field.tsx` and is escaped on the way, so external text
// reaches the terminal only as visible characters, and widths are those of the escaped text.
import cliTruncate from 'cli-truncate';
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { escapeAndSplitLines, escapeLine } from '../../source/engine/escape-for-terminal.ts';
import { replaceTypographicCharacters } from '../../source/reporters/format.ts';
import { type TextRole, type Theme, useTheme } from './theme.ts';

/** Width of a text in cells, after escaping. */
export const getWidthInCells = (text: string): number => stringWidth(escapeLine(text));

/** Cuts a text to a width in cells, with an ellipsis. */
export function truncateText(text: string, width: number, theme: Theme): string {
	const whole = escapeLine(text);
	if (width <= 0) return '';
	if (getWidthInCells(whole) <= width) return whole;
	const mark = theme.glyphs.ellipsis;
	if (width <= getWidthInCells(mark)) return mark.slice(0, width);
	return cliTruncate(whole, width, { truncationCharacter: mark });
}

/** Like `truncateText`, padded with blanks to the width. */
export function padOrTruncateText(text: string, width: number, theme: Theme): string {
	const cut = truncateText(text, width, theme);
	return cut + ' '.repeat(Math.max(0, width - getWidthInCells(cut)));
}

/**
 * Wraps one-line text at words, and long words at the edge. Returns at least one row; a line feed
 * is shown escaped and starts no row.
 */
export function wrapSingleLine(text: string, width: number): string[] {
	return wrapAnsi(escapeLine(text), Math.max(1, width), { hard: true })
		.split('\n')
		.map((line) => line.trimEnd());
}

/** Like `wrapSingleLine`, for text with several lines. The caller indents them. */
export const wrapMultilineText = (text: string, width: number): string[] =>
	escapeAndSplitLines(text).flatMap((line) => wrapSingleLine(line, width));

/** The first lines of a text, with an ellipsis when some are omitted. */
export function truncateLines(lines: readonly string[], height: number, theme: Theme): string[] {
	if (lines.length <= height) return [...lines];
	const shown = lines.slice(0, Math.max(0, height));
	const last = shown.pop();
	return last === undefined ? [] : [...shown, `${last} ${theme.glyphs.ellipsis}`.trimStart()];
}

/** Wraps a text into a limited number of lines, with an ellipsis when there is more. */
export const wrapAndTruncate = (
	text: string,
	width: number,
	height: number,
	theme: Theme,
): string[] => truncateLines(wrapSingleLine(text, width), height, theme);

/** "↑ 3 more   ↓ 5 more": the rows hidden above and below. */
export const formatHiddenRows = (above: number, below: number, { glyphs }: Theme): string =>
	[
		...(above > 0 ? [`${glyphs.up} ${above} more`] : []),
		...(below > 0 ? [`${glyphs.down} ${below} more`] : []),
	].join('   ');

/** "48 s", "8 m 12 s", "1 h 04 m". */
export function formatElapsedSeconds(seconds: number): string {
	const whole = Math.max(0, Math.floor(seconds));
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, '0')} s`;
	return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** "just now", "5 min ago", "3 h ago", "2 days ago". */
export function formatTimeAgo(ms: number, now: number): string {
	const minutes = Math.floor((now - ms) / 60_000);
	if (minutes < 1) return 'just now';
	if (minutes < 60) return `${minutes} min ago`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return `${hours} h ago`;
	return `${Math.floor(hours / 24)} days ago`;
}

/** External text without the characters that an ASCII terminal cannot show. */
const spelt = (text: string, theme: Theme): string =>
	theme.ascii ? replaceTypographicCharacters(text.replaceAll('·', '-')) : text;

/** A part of a line; plain strings have no role. */
export type TextPiece = string | { text: string; role?: TextRole | undefined; bold?: boolean };

export type RowPieces = readonly TextPiece[];

const getPieceText = (piece: TextPiece): string => (typeof piece === 'string' ? piece : piece.text);

/** Width of a row in cells. */
export const getRowWidth = (row: RowPieces): number =>
	row.reduce((sum, piece) => sum + getWidthInCells(getPieceText(piece)), 0);

interface WrapRowsOptions {
	/** Before the first row. */
	mark?: string;
	role?: TextRole | undefined;
	markRole?: TextRole | undefined;
	bold?: boolean;
	/** Line feeds start rows. */
	multiline?: boolean;
}

/** Wraps a text into rows; continuation rows are indented by the mark. */
export function wrapTextToRows(
	text: string,
	width: number,
	{ mark = '', role, markRole = role, bold = false, multiline = false }: WrapRowsOptions = {},
): RowPieces[] {
	const indent = ' '.repeat(mark.length);
	const wrap = multiline ? wrapMultilineText : wrapSingleLine;
	return wrap(text, width - mark.length).map((line, at) => [
		{ text: at === 0 ? mark : indent, role: markRole },
		{ text: line, role, bold },
	]);
}

/** Cuts pieces to a width, with an ellipsis on the last one. */
export function truncatePieces(
	pieces: readonly TextPiece[],
	width: number,
	theme: Theme,
): TextPiece[] {
	const texts = pieces.map((piece) => spelt(escapeLine(getPieceText(piece)), theme));
	const total = texts.reduce((sum, text) => sum + getWidthInCells(text), 0);
	const changed = (piece: TextPiece, text: string): TextPiece =>
		typeof piece === 'string' ? text : { ...piece, text };
	if (total <= width) return pieces.map((piece, at) => changed(piece, texts[at] ?? ''));
	const mark = getWidthInCells(theme.glyphs.ellipsis);
	const kept: TextPiece[] = [];
	let left = width;
	for (const [at, piece] of pieces.entries()) {
		const text = texts[at] ?? '';
		// The piece that would leave no cell for the ellipsis carries it.
		if (getWidthInCells(text) > left - mark) {
			kept.push(changed(piece, truncateText(`${text}${' '.repeat(left + 1)}`, left, theme)));
			break;
		}
		kept.push(changed(piece, text));
		left -= getWidthInCells(text);
	}
	return kept;
}

interface LineProps {
	width: number;
	pieces: readonly TextPiece[];
}

/** One row of styled pieces, cut to the width. */
export function TextLine({ width, pieces }: LineProps): ReactNode {
	const theme = useTheme();
	return (
		<Box height={1} flexShrink={0} width={Math.max(1, width)}>
			<Text wrap="truncate">
				{truncatePieces(pieces, width, theme).map((piece, at) => {
					const { role, bold } = typeof piece === 'string' ? {} : piece;
					return (
						// biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
						<Text key={at} {...theme.colour(role)} {...(bold && { bold })}>
							{getPieceText(piece)}
						</Text>
					);
				})}
			</Text>
		</Box>
	);
}

/** Rows of styled pieces. */
export function TextRows({
	rows,
	width,
}: {
	rows: readonly RowPieces[];
	width: number;
}): ReactNode {
	return rows.map((pieces, at) => (
		// biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
		<TextLine key={at} width={width} pieces={pieces} />
	));
}

interface LinesProps {
	width: number;
	lines: readonly string[];
	colour?: TextRole;
	/** Maximum rows; the last one is marked when more are omitted. */
	height?: number;
	/** Put before each row. */
	indent?: string;
}

/** Several rows in one style. */
export function TextLines({ width, lines, colour, height, indent = '' }: LinesProps): ReactNode {
	const theme = useTheme();
	const shown = height === undefined ? lines : truncateLines(lines, height, theme);
	const rows = shown.map((text): RowPieces => [indent, { text, ...(colour && { role: colour }) }]);
	return <TextRows rows={rows} width={width} />;
}
