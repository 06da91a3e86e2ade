import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { escapeLine } from '../source/engine/escape-for-terminal.ts';
import type { DoneScreen } from '../source/wizard/wizard-view-model.ts';
import { useKeyHandler } from './parts/key-handlers.tsx';
import { getScrollTopAfterMove, ScrolledRows, toScrollMove } from './parts/scroll-pane.tsx';
import { isShellCommand, wrapShellCommand } from './parts/shell-command.ts';
import {
	formatElapsedSeconds,
	getWidthInCells,
	type RowPieces,
	wrapSingleLine,
} from './parts/styled-text.tsx';
import { type ScreenProps, useBodySize } from './parts/terminal-and-body-size.ts';
import { type Theme, useTheme } from './parts/theme.ts';

/** What was created, the next commands, and the command that repeats it unattended. */
export function DoneView({ screen, controller }: ScreenProps<DoneScreen>): ReactNode {
	const theme = useTheme();
	const { width, height } = useBodySize();
	const [top, setTop] = useState(0);
	const rows = createDoneRows(screen, width, theme);

	useKeyHandler((press) => {
		const move = toScrollMove(press);
		if (move !== undefined) {
			setTop(getScrollTopAfterMove(top, move, rows.length, height));
			return true;
		}
		if (!press.is('done.leave', 'escape')) return false;
		controller.act({ type: 'leave' });
		return true;
	});

	return (
		<Box flexDirection="column">
			<ScrolledRows rows={rows} width={width} height={height} top={top} />
		</Box>
	);
}

const isTitle = (line: string, after: string | undefined): boolean =>
	after === '' && line.endsWith(':');

/** Whether wrapping would break a word, which could then not be copied. */
const breaks = (text: string, width: number): boolean =>
	text.split(' ').some((word) => getWidthInCells(word) > width);

/**
 * Wraps a row of two columns below its value, or below its name when only that keeps the value
 * whole.
 */
function wrapped(line: string, width: number): string[] {
	if (getWidthInCells(line) <= width) return [line];
	if (isShellCommand(line))
		return wrapShellCommand(line, width).flatMap((part) => wrapSingleLine(part, width));
	const column = /^\S.*?\s{2,}(?=\S)/.exec(line)?.[0] ?? '';
	if (column === '') return wrapSingleLine(line, width);
	const value = line.slice(column.length);
	const room = width - getWidthInCells(column);
	if (room < 24 || breaks(value, room)) {
		return [column.trimEnd(), ...wrapSingleLine(value, width - 2).map((text) => `  ${text}`)];
	}
	const [first = '', ...rest] = wrapSingleLine(value, room);
	return [column + first, ...rest.map((text) => ' '.repeat(getWidthInCells(column)) + text)];
}

/** The summary lines wrapped to the window. */
function createDoneRows(screen: DoneScreen, width: number, theme: Theme): RowPieces[] {
	const lines = formatDoneSummary(screen);
	return lines.flatMap((line, at): RowPieces[] => {
		if (at === 0) {
			return [
				[
					{ text: `${theme.glyphs.done} `, role: 'done' },
					{ text: line, role: 'strong' },
				],
			];
		}
		const rows = wrapped(line, width);
		return isTitle(line, lines[at - 1])
			? rows.map((text): RowPieces => [{ text, role: 'strong' }])
			: rows.map((text): RowPieces => [text]);
	});
}

/** Aligns two columns with blanks only, which survive every ticket system. */
function aligned(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(0, ...rows.map(([name]) => getWidthInCells(name)));
	return rows.map(([name, text]) =>
		`${name}${' '.repeat(width - getWidthInCells(name))}  ${text}`.trimEnd(),
	);
}

const part = (title: string, lines: readonly string[]): string[] =>
	lines.length === 0 ? [] : ['', title, ...lines];

const isAddress = (value: string): boolean => /^https?:\/\/\S+$/.test(value);

/**
 * The summary of an installation as lines for a ticket: no boxes, no glyphs, every command on its
 * own line.
 */
export function formatDoneSummary(screen: DoneScreen): string[] {
	const lines = [
		`${screen.part ?? 'Installed'} in ${formatElapsedSeconds(screen.seconds)}.`,
		...screen.outputs.flatMap(({ value }) => (isAddress(value) ? [`URL: ${value}`] : [])),
		...part('Next:', screen.next),
		// The step summaries come before the long list of outputs.
		...part('Steps:', aligned(screen.summaries.map(({ title, text }) => [title, text]))),
		...part('Outputs:', aligned(screen.outputs.map(({ name, value }) => [name, value]))),
		...part('Repeat this install non-interactively:', [
			screen.command,
			...(screen.stillAsks === undefined ? [] : [screen.stillAsks]),
		]),
		'',
		...aligned([
			['Answers file:', screen.answersFile],
			['Terraform directory:', screen.workspace],
		]),
	];
	return lines.map(escapeLine);
}
