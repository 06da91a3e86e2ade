import type { RailStep } from '../../source/engine/guide/model.ts';
import { cells, fitText, type Piece } from './text.tsx';
import type { Role, Theme } from './theme.ts';

function lookOf({ state }: RailStep, theme: Theme): { glyph: string; role?: Role } {
	const { glyphs } = theme;
	switch (state) {
		case 'done':
			return { glyph: glyphs.done, role: 'done' };
		case 'current':
			return { glyph: glyphs.current, role: 'accent' };
		case 'failed':
			return { glyph: glyphs.failed, role: 'failure' };
		case 'open':
			return { glyph: glyphs.open };
		case 'later':
			return { glyph: glyphs.later, role: 'dim' };
	}
}

const isHere = ({ state }: RailStep): boolean => state === 'current' || state === 'failed';

function pieceOf(step: RailStep, theme: Theme): Piece {
	const { glyph, role } = lookOf(step, theme);
	const bold = isHere(step);
	return { text: `${glyph} ${step.title}`, ...(role && { role }), ...(bold && { bold }) };
}

const widthOf = (step: RailStep, theme: Theme): number =>
	cells(`${lookOf(step, theme).glyph} ${step.title}`);

/** The steps that fit a line: the current one, then its neighbors, later ones first. */
function window(rail: readonly RailStep[], here: number, room: number, theme: Theme) {
	const between = 3;
	const mark = cells(theme.glyphs.ellipsis) + 3;
	let from = here;
	let to = here + 1;
	let used = rail[here] ? widthOf(rail[here], theme) : 0;
	const marks = (a: number, b: number) => (a > 0 ? mark : 0) + (b < rail.length ? mark : 0);
	for (let grown = true; grown; ) {
		grown = false;
		const after = rail[to];
		if (after && used + between + widthOf(after, theme) + marks(from, to + 1) <= room) {
			used += between + widthOf(after, theme);
			to++;
			grown = true;
		}
		const before = rail[from - 1];
		if (before && used + between + widthOf(before, theme) + marks(from - 1, to) <= room) {
			used += between + widthOf(before, theme);
			from--;
			grown = true;
		}
	}
	return { from, to };
}

/** The steps as one line: the current one, its neighbors and its number. */
export function railLine(rail: readonly RailStep[], width: number, theme: Theme): Piece[] {
	if (rail.length === 0) return [];
	const { dash, ellipsis } = theme.glyphs;
	const found = rail.findIndex(isHere);
	const firstOpen = rail.findIndex(({ state }) => state === 'open');
	const here = found >= 0 ? found : firstOpen >= 0 ? firstOpen : rail.length - 1;
	const count = found < 0 ? '' : `  ${here + 1}/${rail.length}`;
	const room = width - cells(count);
	const { from, to } = window(rail, here, room, theme);
	const joint: Piece = { text: ` ${dash} `, role: 'dim' };
	const steps = rail
		.slice(from, to)
		.flatMap((step, at) => (at > 0 ? [joint, pieceOf(step, theme)] : [pieceOf(step, theme)]));
	return [
		...(from > 0 ? [{ text: `${ellipsis} ${dash} `, role: 'dim' as const }] : []),
		...steps,
		...(to < rail.length ? [{ text: ` ${dash} ${ellipsis}`, role: 'dim' as const }] : []),
		{ text: count, role: 'dim' },
	];
}

/** The steps as a column, one per row. */
export function railColumn(
	rail: readonly RailStep[],
	{ width, height }: { width: number; height: number },
	theme: Theme,
): Piece[] {
	const here = Math.max(0, rail.findIndex(isHere));
	const from = Math.max(0, Math.min(here - Math.floor(height / 2), rail.length - height));
	return rail.slice(from, from + height).map((step) => {
		const piece = pieceOf({ ...step, title: fitText(step.title, width - 2, theme) }, theme);
		return piece;
	});
}
