import type { ResourceAction } from '../../source/engine/events.ts';
import type { ProgressScreen } from '../../source/engine/guide/model.ts';
import { cells, duration, fitText, type Piece, pad } from '../parts/text.tsx';
import type { Picture, Rows } from './head.ts';
import { type Standing, usually } from './remaining.ts';

/** Width of the elapsed time. */
const TIME = 9;
/** Below this width the usual duration is left out. */
const NARROW = 56;

const doing: Partial<Record<ResourceAction, string>> = {
	update: 'changing ',
	delete: 'destroying ',
	replace: 'replacing ',
	read: 'reading ',
};

/** The resources in progress, slowest first; the last row counts those that do not fit. */
export function flightRows(
	screen: ProgressScreen,
	standing: readonly Standing[],
	most: number,
	picture: Picture,
): Rows {
	const { now, theme, spinner, width } = picture;
	const turning: Piece = { text: `${spinner} `, role: 'accent' };
	if (standing.length === 0) {
		const time = `   ${duration((now - screen.since) / 1000)}`;
		const text = fitText(screen.doing || screen.title, Math.max(8, width - 2 - cells(time)), theme);
		return [[turning, text, { text: time, role: 'dim' }]];
	}
	const hidden = standing.length > most ? standing.length - Math.max(1, most - 1) : 0;
	const shown = standing.slice(0, standing.length - hidden);
	const names = shown.map(({ one }) => `${doing[one.action] ?? ''}${one.address}`);
	const widest = Math.max(...names.map(cells));
	const usual = shown.map(({ one, late }) => usualWords(one.usualSeconds, late));
	const beside = width < NARROW ? 0 : Math.max(...usual.map(cells));
	// Addresses differ at both ends, so the usual duration gives way first.
	const room = Math.max(12, width - 2 - TIME - (beside > 0 ? beside + 3 : 0));
	const column = Math.min(widest, room);
	const rows = shown.map(({ seconds, late }, at): Piece[] => [
		turning,
		pad(names[at] ?? '', column, theme),
		duration(seconds).padStart(TIME),
		{
			text: beside === 0 || usual[at] === '' ? '' : `   ${usual[at]}`,
			role: late ? 'warning' : 'dim',
		},
	]);
	if (hidden === 0) return rows;
	return [...rows, [{ text: `  and ${hidden} more in progress`, role: 'dim' }]];
}

function usualWords(usual: readonly [number, number] | undefined, late: boolean): string {
	if (usual === undefined) return '';
	return late ? `slow (usually ${usually(usual)})` : `usually ${usually(usual)}`;
}
