import type { Diagnostic } from '../../source/engine/events.ts';
import type { Milestone, ProgressScreen } from '../../source/engine/guide/model.ts';
import { clipLines, duration, type Piece, wrapLines, wrapText } from '../parts/text.tsx';
import type { Role, Theme } from '../parts/theme.ts';
import type { Rows } from './head.ts';

/** Terraform diagnostics in full, errors first. */
export function diagnosticRows(
	diagnostics: readonly Diagnostic[],
	width: number,
	theme: Theme,
): Rows {
	const errors = diagnostics.filter(({ severity }) => severity === 'error');
	const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
	return [...errors, ...warnings].flatMap(
		({ severity, summary, detail, address, range, snippet }) => {
			const role = severity === 'error' ? 'failure' : 'warning';
			const glyph = severity === 'error' ? theme.glyphs.failed : theme.glyphs.warning;
			const place = [address, range].filter((part) => part !== undefined).join('  ');
			const indented = (text: string | undefined): Piece[][] =>
				text === undefined || text.trim() === ''
					? []
					: wrapText(text.trim(), width - 2).map((line) => [`  ${line}`]);
			return [
				...wrapLines(summary, width - 2).map((line, at): Piece[] => [
					{ text: `${at === 0 ? glyph : ' '} ${line}`, role },
				]),
				...indented(place),
				...indented(snippet),
				...indented(detail),
			];
		},
	);
}

const levels: Readonly<Record<Milestone['level'], Role | undefined>> = {
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
	most: number,
	width: number,
	theme: Theme,
): Rows {
	const rows: Rows = [];
	for (const milestone of screen.milestones.toReversed()) {
		if (rows.length >= most) break;
		const { at, level, step, text } = milestone;
		const time = duration((at - screen.runSince) / 1000).padStart(TIME);
		const words = wrapLines(step === undefined ? text : `${step}: ${text}`, width - TIME - 4);
		const lines = clipLines(words, Math.min(MILESTONE_ROWS, most - rows.length), theme);
		const role = level === 'warning' ? 'warning' : undefined;
		rows.unshift(
			...lines.map((line, index): Piece[] => [
				{ text: `${index === 0 ? time : ' '.repeat(TIME)}  `, role: 'dim' },
				{ text: index === 0 ? `${markOf(level, theme)} ` : '  ', role: levels[level] },
				role === undefined ? line : { text: line, role },
			]),
		);
	}
	return rows;
}

function markOf(level: Milestone['level'], { glyphs }: Theme): string {
	if (level === 'done') return glyphs.done;
	return level === 'warning' ? glyphs.warning : glyphs.dot;
}

/** The last lines of the log, or why there are none. */
export function logRows(
	screen: ProgressScreen,
	lines: readonly string[],
	most: number,
	theme: Theme,
): Rows {
	if (most <= 0) return [];
	if (screen.log === undefined) return [[{ text: 'No log yet.', role: 'dim' }]];
	const shown = lines.slice(-Math.max(0, most - 1));
	const { dash } = theme.glyphs;
	const empty: Piece[] = [{ text: 'The log is empty.', role: 'dim' }];
	const heading: Piece[] = [{ text: `${dash}${dash} log  ${screen.log}`, role: 'dim' }];
	return [heading, ...(lines.length === 0 ? [empty] : shown.map((line): Piece[] => [line]))].slice(
		0,
		most,
	);
}
