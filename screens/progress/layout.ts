import type { ProgressScreen } from '../../source/engine/guide/model.ts';
import type { Piece } from '../parts/text.tsx';
import { flightRows } from './flight.ts';
import { countRows, headRows, type Picture, type Rows } from './head.ts';
import { slowestFirst } from './remaining.ts';
import { logRows, milestoneRows } from './words.ts';

/** Minimum height for empty rows between the parts. */
const AIRY = 12;
/** Rows always reserved for the resources in progress. */
const FLIGHT = 3;
/** Minimum rows for a followed log. */
const LOG = 5;

export interface Reading {
	/** Wrapped diagnostics, and the first one shown. */
	diagnostics: Rows;
	top: number;
	/** Lines of the log, while it is followed. */
	log?: readonly string[];
}

export interface ProgressLayout {
	rows: Rows;
	/** Visible rows of diagnostics, which limits scrolling. */
	diagnosticsShown: number;
}

/**
 * Divides the rows: first the resources in progress, then diagnostics, then the log or the latest
 * milestones. Never exceeds the height.
 */
export function layProgress(
	screen: ProgressScreen,
	reading: Reading,
	picture: Picture,
): ProgressLayout {
	const { height, theme } = picture;
	const air: Rows = height >= AIRY ? [['']] : [];
	const standing = slowestFirst(screen.inFlight, picture.now);
	const head = [...headRows(screen, standing, picture), ...air];
	const counts = countRows(screen, picture);
	const { diagnostics, log } = reading;
	const crowded = diagnostics.length > 0 || log !== undefined;
	const free = height - head.length - counts.length;
	const most = crowded ? FLIGHT : Math.max(FLIGHT, Math.floor(free / 2));
	const flight = flightRows(screen, standing, Math.max(1, Math.min(most, free)), picture);
	const above = [...head, ...flight, ...counts];

	let rest = height - above.length;
	const rows: Rows = [...above];
	let diagnosticsShown = 0;
	if (diagnostics.length > 0 && rest > air.length) {
		const room = rest - air.length - (log === undefined ? 0 : Math.min(LOG, Math.floor(rest / 2)));
		const shown = excerpt(diagnostics, reading.top, room, picture);
		diagnosticsShown = Math.min(diagnostics.length, Math.max(1, room - 1));
		if (diagnostics.length <= room) diagnosticsShown = diagnostics.length;
		rows.push(...air, ...shown);
		rest = height - rows.length;
	}
	const room = rest - air.length;
	const last =
		log === undefined
			? milestoneRows(screen, room, picture.width, theme)
			: logRows(screen, log, room, theme);
	if (last.length > 0) rows.push(...air, ...last);
	return { rows: rows.slice(0, height), diagnosticsShown };
}

function excerpt(rows: Rows, top: number, room: number, { theme }: Picture): Rows {
	if (rows.length <= room) return rows;
	const shown = Math.max(1, room - 1);
	const from = Math.max(0, Math.min(top, rows.length - shown));
	const place: Piece[] = [
		{
			text: `${theme.glyphs.up}${theme.glyphs.down} ${from + 1} to ${from + shown} of ${rows.length} lines`,
			role: 'dim',
		},
	];
	return [...rows.slice(from, from + shown), place].slice(0, Math.max(1, room));
}
