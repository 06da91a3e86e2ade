import type { ProgressScreen } from '../../source/wizard/wizard-model.ts';
import type { TextPiece } from '../parts/styled-text.tsx';
import { logRows, milestoneRows } from './message-rows.ts';
import {
	type ProgressDrawContext,
	type ProgressRows,
	progressHeaderRows,
	resourceCountRows,
} from './progress-header.ts';
import { resourceInProgressRows } from './resources-in-progress.ts';
import { sortSlowestFirst } from './time-estimate.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 12;
/** Rows always reserved for the resources in progress. */
const FLIGHT = 3;
/** Minimum rows for a followed log. */
const LOG = 5;

interface ProgressMessages {
	/** Wrapped diagnostics, and the first one shown. */
	diagnostics: ProgressRows;
	top: number;
	/** Lines of the log, while it is followed. */
	log?: readonly string[];
}

interface ProgressLayout {
	rows: ProgressRows;
	/** Visible rows of diagnostics, which limits scrolling. */
	diagnosticsShown: number;
}

/**
 * Divides the rows: first the resources in progress, then diagnostics, then the log or the latest
 * milestones. Never exceeds the height.
 */
export function layoutProgress(
	screen: ProgressScreen,
	messages: ProgressMessages,
	context: ProgressDrawContext,
): ProgressLayout {
	const { height, theme } = context;
	const air: ProgressRows = height >= AIRY ? [['']] : [];
	const standing = sortSlowestFirst(screen.inFlight, context.now);
	const head = [...progressHeaderRows(screen, standing, context), ...air];
	const counts = resourceCountRows(screen, context);
	const { diagnostics, log } = messages;
	const crowded = diagnostics.length > 0 || log !== undefined;
	const free = height - head.length - counts.length;
	const most = crowded ? FLIGHT : Math.max(FLIGHT, Math.floor(free / 2));
	const flight = resourceInProgressRows(
		screen,
		standing,
		Math.max(1, Math.min(most, free)),
		context,
	);
	const above = [...head, ...flight, ...counts];

	let rest = height - above.length;
	const rows: ProgressRows = [...above];
	let diagnosticsShown = 0;
	if (diagnostics.length > 0 && rest > air.length) {
		const room = rest - air.length - (log === undefined ? 0 : Math.min(LOG, Math.floor(rest / 2)));
		const shown = excerpt(diagnostics, messages.top, room, context);
		diagnosticsShown = Math.min(diagnostics.length, Math.max(1, room - 1));
		if (diagnostics.length <= room) diagnosticsShown = diagnostics.length;
		rows.push(...air, ...shown);
		rest = height - rows.length;
	}
	const room = rest - air.length;
	const last =
		log === undefined
			? milestoneRows(screen, room, context.width, theme)
			: logRows(screen, log, room, theme);
	if (last.length > 0) rows.push(...air, ...last);
	return { rows: rows.slice(0, height), diagnosticsShown };
}

function excerpt(
	rows: ProgressRows,
	top: number,
	room: number,
	{ theme }: ProgressDrawContext,
): ProgressRows {
	if (rows.length <= room) return rows;
	const shown = Math.max(1, room - 1);
	const from = Math.max(0, Math.min(top, rows.length - shown));
	const place: TextPiece[] = [
		{
			text: `${theme.glyphs.up}${theme.glyphs.down} ${from + 1} to ${from + shown} of ${rows.length} lines`,
			role: 'dim',
		},
	];
	return [...rows.slice(from, from + shown), place].slice(0, Math.max(1, room));
}
