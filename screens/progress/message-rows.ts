import type { Diagnostic } from '../../source/engine/events.ts';
import { formatMilestone, type MilestoneLevel } from '../../source/reporters/format-event.ts';
import type { ProgressScreen } from '../../source/wizard/wizard-model.ts';
import {
	formatElapsedSeconds,
	type TextPiece,
	truncateLines,
	wrapMultilineText,
	wrapSingleLine,
} from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import type { ProgressRows } from './progress-header.ts';

/** Terraform diagnostics in full, errors first. */
export function progressDiagnosticRows(
	diagnostics: readonly Diagnostic[],
	width: number,
	theme: Theme,
): ProgressRows {
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
	return [...errors, ...warnings].flatMap(
		({ severity, summary, detail, address, range, snippet }) => {
			const role = severity === 'error' ? 'failure' : 'warning';
			const glyph = severity === 'error' ? theme.glyphs.failed : theme.glyphs.warning;
			const place = [address, range].filter((part) => part !== undefined).join('  ');
			const indented = (text: string | undefined): TextPiece[][] =>
				text === undefined || text.trim() === ''
					? []
					: wrapMultilineText(text.trim(), width - 2).map((line) => [`  ${line}`]);
			return [
				...wrapSingleLine(summary, width - 2).map((line, at): TextPiece[] => [
					{ text: `${at === 0 ? glyph : ' '} ${line}`, role },
				]),
				...indented(place),
				...indented(snippet),
				...indented(detail),
			];
		},
	);
}

const levels: Readonly<Record<MilestoneLevel, TextRole | undefined>> = {
	done: 'done',
	info: undefined,
	warning: 'warning',
};

const TIME = 9;
/** Longer milestones are cut; the log has the full text. */
const MILESTONE_ROWS = 3;

/** The latest milestones with the time since the run started. */
export function milestoneRows(
	screen: ProgressScreen,
	maxRows: number,
	width: number,
	theme: Theme,
): ProgressRows {
	const rows: ProgressRows = [];
	for (const milestone of screen.milestones.toReversed()) {
		if (rows.length >= maxRows) break;
		const { at, event } = milestone;
		const { level, text } = formatMilestone(event);
		const step = 'step' in event ? event.step : undefined;
		const time = formatElapsedSeconds((at - screen.runSince) / 1000).padStart(TIME);
		const words = wrapSingleLine(step === undefined ? text : `${step}: ${text}`, width - TIME - 4);
		const lines = truncateLines(words, Math.min(MILESTONE_ROWS, maxRows - rows.length), theme);
		const role = level === 'warning' ? 'warning' : undefined;
		rows.unshift(
			...lines.map((line, index): TextPiece[] => [
				{ text: `${index === 0 ? time : ' '.repeat(TIME)}  `, role: 'dim' },
				{ text: index === 0 ? `${markOf(level, theme)} ` : '  ', role: levels[level] },
				role === undefined ? line : { text: line, role },
			]),
		);
	}
	return rows;
}

function markOf(level: MilestoneLevel, { glyphs }: Theme): string {
	if (level === 'done') return glyphs.done;
	return level === 'warning' ? glyphs.warning : glyphs.dot;
}

/** The last lines of the log, or why there are none. */
export function logRows(
	screen: ProgressScreen,
	lines: readonly string[],
	maxRows: number,
	theme: Theme,
): ProgressRows {
	if (maxRows <= 0) return [];
	if (screen.log === undefined) return [[{ text: 'No log yet.', role: 'dim' }]];
	const shown = lines.slice(-Math.max(0, maxRows - 1));
	const { dash } = theme.glyphs;
	const empty: TextPiece[] = [{ text: 'The log is empty.', role: 'dim' }];
	const heading: TextPiece[] = [{ text: `${dash}${dash} log  ${screen.log}`, role: 'dim' }];
	return [
		heading,
		...(lines.length === 0 ? [empty] : shown.map((line): TextPiece[] => [line])),
	].slice(0, maxRows);
}
