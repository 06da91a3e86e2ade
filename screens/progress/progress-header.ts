import type { ProgressScreen } from '../../source/wizard/wizard-model.ts';
import {
	formatElapsedSeconds,
	getCellWidth,
	type TextPiece,
	truncateLines,
	wrapSingleLine,
} from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { type ElapsedResource, estimateResourceMinutesLeft } from './time-estimate.ts';

export interface ProgressDrawContext {
	width: number;
	height: number;
	/** ms since the epoch. */
	now: number;
	theme: Theme;
	spinner: string;
}

export type ProgressRows = TextPiece[][];

/** A shorter bar shows nothing. */
const SHORTEST_BAR = 8;
const LONGEST_BAR = 40;

/** Title, bar, time, and what a stop waits for. */
export function progressHeaderRows(
	screen: ProgressScreen,
	resources: readonly ElapsedResource[],
	{ width, now, theme }: ProgressDrawContext,
): ProgressRows {
	const { total, finished, runSince, stopping } = screen;
	const left = stopping === undefined ? estimateResourceMinutesLeft(resources) : undefined;
	const more = left === undefined ? '' : `, about ${left} min left`;
	const time = `${formatElapsedSeconds((now - runSince) / 1000)}${more}`;
	const count = total > 0 ? `${finished} of ${total}` : '';
	const timed: TextPiece = { text: time, role: 'dim' };
	const first = titleRows(screen, count, timed, width - getCellWidth(time), theme);
	if (stopping === undefined) return first;
	const waited = formatElapsedSeconds((now - stopping.since) / 1000);
	const words = wrapSingleLine(`Stopping (${waited}): ${stopping.words}`, width - 2);
	return [
		...first,
		...truncateLines(words, 3, theme).map((text, at): TextPiece[] => [
			{ text: `${at === 0 ? theme.glyphs.warning : ' '} ${text}`, role: 'warning' },
		]),
	];
}

/** One row if the bar fits, otherwise two. */
function titleRows(
	screen: ProgressScreen,
	count: string,
	time: TextPiece,
	room: number,
	theme: Theme,
): ProgressRows {
	const title: TextPiece[] = [{ text: screen.title, role: 'strong' }, '   '];
	if (screen.total === 0) return [[...title, time]];
	const left = room - getCellWidth(screen.title) - getCellWidth(count) - 8;
	if (left >= SHORTEST_BAR) {
		return [[...title, ...barPieces(screen, left, theme), '  ', count, '   ', time]];
	}
	return [
		[...title, count],
		[...barPieces(screen, room - 2, theme), '  ', time],
	];
}

function barPieces({ finished, total }: ProgressScreen, room: number, theme: Theme): TextPiece[] {
	const { full, empty } = theme.glyphs;
	const length = Math.max(1, Math.min(LONGEST_BAR, room));
	// Full only when everything is done: the last resource is often the slowest.
	const done = Math.min(length, Math.floor((length * Math.min(finished, total)) / total));
	return [
		{ text: full.repeat(done), role: 'accent' },
		{ text: empty.repeat(length - done), role: 'dim' },
	];
}

/** Counts of done, pending and failed resources. */
export function resourceCountRows(
	screen: ProgressScreen,
	{ theme }: ProgressDrawContext,
): ProgressRows {
	const { total, finished, failed, inFlight, doing } = screen;
	const working = inFlight.filter(({ action }) => action !== 'read').length;
	const waiting = Math.max(0, total - finished - failed - working);
	const { glyphs } = theme;
	const pieces: TextPiece[] = [
		...(finished > 0
			? [{ text: `${glyphs.done} ${finished} done   `, role: 'done' as const }]
			: []),
		...(waiting > 0
			? [{ text: `${glyphs.open} ${waiting} pending   `, role: 'dim' as const }]
			: []),
		...(failed > 0
			? [{ text: `${glyphs.failed} ${failed} failed   `, role: 'failure' as const }]
			: []),
		// With nothing in progress, the activity is shown in the rows above.
		...(inFlight.length > 0 ? [{ text: doing, role: 'dim' as const }] : []),
	];
	return pieces.length === 0 ? [] : [pieces];
}
