import type { StepperStep } from '../../source/wizard/wizard-view-model.ts';
import { getWidthInCells, type TextPiece, truncateText } from './styled-text.tsx';
import type { TextRole, Theme } from './theme.ts';

function lookOf({ state }: StepperStep, { glyphs }: Theme): { glyph: string; role?: TextRole } {
	const roles = { done: 'done', current: 'accent', failed: 'failure', later: 'dim' } as const;
	return { glyph: glyphs[state], ...(state !== 'open' && { role: roles[state] }) };
}

const isHere = ({ state }: StepperStep): boolean => state === 'current' || state === 'failed';

function pieceOf(step: StepperStep, theme: Theme): TextPiece {
	const { glyph, role } = lookOf(step, theme);
	const bold = isHere(step);
	return { text: `${glyph} ${step.title}`, ...(role && { role }), ...(bold && { bold }) };
}

const widthOf = (step: StepperStep, theme: Theme): number =>
	getWidthInCells(`${lookOf(step, theme).glyph} ${step.title}`);

/** The steps that fit a line: the current one, then its neighbors, later ones first. */
function window(steps: readonly StepperStep[], here: number, room: number, theme: Theme) {
	const between = 3;
	const mark = getWidthInCells(theme.glyphs.ellipsis) + 3;
	let from = here;
	let to = here + 1;
	let used = steps[here] ? widthOf(steps[here], theme) : 0;
	const marks = (a: number, b: number) => (a > 0 ? mark : 0) + (b < steps.length ? mark : 0);
	for (let grown = true; grown; ) {
		grown = false;
		const after = steps[to];
		if (after && used + between + widthOf(after, theme) + marks(from, to + 1) <= room) {
			used += between + widthOf(after, theme);
			to++;
			grown = true;
		}
		const before = steps[from - 1];
		if (before && used + between + widthOf(before, theme) + marks(from - 1, to) <= room) {
			used += between + widthOf(before, theme);
			from--;
			grown = true;
		}
	}
	return { from, to };
}

/** The steps as one line: the current one, its neighbors and its number. */
export function createStepperLine(
	steps: readonly StepperStep[],
	width: number,
	theme: Theme,
): TextPiece[] {
	if (steps.length === 0) return [];
	const { dash, ellipsis } = theme.glyphs;
	const found = steps.findIndex(isHere);
	const firstOpen = steps.findIndex(({ state }) => state === 'open');
	const here = found >= 0 ? found : firstOpen >= 0 ? firstOpen : steps.length - 1;
	const count = found < 0 ? '' : `  ${here + 1}/${steps.length}`;
	const room = width - getWidthInCells(count);
	const { from, to } = window(steps, here, room, theme);
	const joint: TextPiece = { text: ` ${dash} `, role: 'dim' };
	const pieces = steps
		.slice(from, to)
		.flatMap((step, at) => (at > 0 ? [joint, pieceOf(step, theme)] : [pieceOf(step, theme)]));
	return [
		...(from > 0 ? [{ text: `${ellipsis} ${dash} `, role: 'dim' as const }] : []),
		...pieces,
		...(to < steps.length ? [{ text: ` ${dash} ${ellipsis}`, role: 'dim' as const }] : []),
		{ text: count, role: 'dim' },
	];
}

/** The steps as a column, one per row. */
export function createStepperColumn(
	steps: readonly StepperStep[],
	{ width, height }: { width: number; height: number },
	theme: Theme,
): TextPiece[] {
	const here = Math.max(0, steps.findIndex(isHere));
	const from = Math.max(0, Math.min(here - Math.floor(height / 2), steps.length - height));
	return steps
		.slice(from, from + height)
		.map((step) => pieceOf({ ...step, title: truncateText(step.title, width - 2, theme) }, theme));
}
