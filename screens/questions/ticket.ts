import type { TicketLine, TicketStep } from '../../source/engine/guide/model.ts';
import { cells, type Piece, pad } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';

/** The latest answers of the current step. */
export function ticketRows(
	ticket: readonly TicketStep[],
	at: { step: string; key: string },
	room: { width: number; rows: number },
	theme: Theme,
): Piece[][] {
	const lines = ticket.find(({ id }) => id === at.step)?.lines ?? [];
	const answered = lines.filter(
		({ key, confirmed, group }) => confirmed && key !== at.key && group === undefined,
	);
	const shown = room.rows <= 0 ? [] : answered.slice(-room.rows);
	const longest = shown.reduce((most, { label }) => Math.max(most, cells(label)), 0);
	const labelWidth = Math.min(longest, Math.floor(room.width * 0.45));
	return shown.map((line) => rowOf(line, labelWidth, theme));
}

function rowOf({ label, value, source }: TicketLine, labelWidth: number, theme: Theme): Piece[] {
	return [
		{ text: `${theme.glyphs.done} `, role: 'done' },
		`${pad(label, labelWidth, theme)}  `,
		value === '' ? { text: 'blank', role: 'dim' } : value,
		...(source === 'given' ? [] : [{ text: `  ${source}`, role: 'dim' as const }]),
	];
}
