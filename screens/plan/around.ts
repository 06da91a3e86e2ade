import type { PlanScreen } from '../../source/engine/guide/model.ts';
import { cells, type Piece, wrapLines } from '../parts/text.tsx';
import type { Theme } from '../parts/theme.ts';
import type { PlanState } from './plan-state.ts';
import { roleOf, signOf } from './row-pieces.ts';

type Lines = readonly (readonly Piece[])[];

const counted = [
	['create', 'create'],
	['update', 'change'],
	['replace', 'replace'],
	['delete', 'destroy'],
] as const;

/** The line above the rows with the counts. */
export function countsLine({ plan }: PlanScreen, width: number, theme: Theme): Piece[] {
	const counts = counted
		.filter(([action]) => action !== 'replace' || plan.counts.replace > 0)
		.map(([action, word]) => ({ action, word, count: plan.counts[action] }));
	const line = (gap: string, named: boolean): Piece[] => [
		{ text: `Plan for ${plan.stack}`, role: 'strong' },
		...counts.flatMap(({ action, word, count }): Piece[] => [
			gap,
			{
				text: `${signOf(action, theme)} ${count}${named ? ` ${word}` : ''}`,
				role: count === 0 ? 'dim' : roleOf(action),
			},
		]),
	];
	const textOf = (pieces: readonly Piece[]) =>
		pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
	const long = line('   ', true);
	return cells(textOf(long)) <= width ? long : line('  ', false);
}

/** The lines below the rows: the position, the effect of applying, the saved file. */
export function footLines(
	screen: PlanScreen,
	shown: { top: number; end: number; of: number },
	width: number,
	theme: Theme,
): Lines {
	const { plan, savedAs } = screen;
	const gone = plan.destroys.length;
	const counted = plan.counts.delete + plan.counts.replace;
	const lost = Math.max(gone, counted);
	const words =
		lost > 0
			? `This exact plan is applied. It destroys or replaces ${lost} ${lost === 1 ? 'resource' : 'resources'}.`
			: 'This exact plan is applied. Nothing is destroyed.';
	const place =
		shown.end - shown.top < shown.of ? `${shown.top + 1} to ${shown.end} of ${shown.of}` : '';
	const role = gone > 0 ? 'failure' : 'dim';
	const fits = cells(words) <= width - (place === '' ? 0 : cells(place) + 2);
	const lines = fits ? [words] : wrapLines(words, width);
	const first = lines.map((text, at): Piece[] =>
		fits && at === 0 && place !== ''
			? [
					{ text: text.padEnd(width - cells(place)), role },
					{ text: place, role: 'dim' },
				]
			: [{ text, role }],
	);
	return [
		...first,
		...(fits || place === '' ? [] : [[{ text: place, role: 'dim' as const }]]),
		...(savedAs === undefined
			? []
			: wrapLines(`Saved as ${savedAs}`, width - 2).map((text, at) => [
					{ text: at === 0 ? `${theme.glyphs.done} ${text}` : `  ${text}`, role: 'done' as const },
				])),
	];
}

/** The lines above the field for the confirmation. */
export function confirmLines(
	screen: PlanScreen,
	confirm: NonNullable<PlanState['confirm']>,
	width: number,
	theme: Theme,
): Lines {
	const ask = wrapLines(
		`This plan destroys resources. To apply it, type ${screen.plan.confirm ?? ''} and press Enter. Esc cancels.`,
		width,
	);
	return [
		...ask.map((text) => [{ text, role: 'strong' as const }]),
		...(confirm.problem === undefined
			? []
			: [[{ text: `${theme.glyphs.failed} ${confirm.problem}`, role: 'failure' as const }]]),
	];
}
