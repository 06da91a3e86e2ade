import type { PlanScreen } from '../../source/wizard/wizard-model.ts';
import { getCellWidth, type TextPiece, wrapSingleLine } from '../parts/styled-text.tsx';
import type { Theme } from '../parts/theme.ts';
import { getActionRole, getActionSign } from './plan-row-pieces.ts';
import type { PlanState } from './plan-types.ts';

type Lines = readonly (readonly TextPiece[])[];

const counted = [
	['create', 'create'],
	['update', 'change'],
	['replace', 'replace'],
	['delete', 'destroy'],
] as const;

/** The line above the rows with the counts. */
export function planCountsLine({ plan }: PlanScreen, width: number, theme: Theme): TextPiece[] {
	const counts = counted
		.filter(([action]) => action !== 'replace' || plan.counts.replace > 0)
		.map(([action, word]) => ({ action, word, count: plan.counts[action] }));
	const line = (gap: string, named: boolean): TextPiece[] => [
		{ text: `Plan for ${plan.stack}`, role: 'strong' },
		...counts.flatMap(({ action, word, count }): TextPiece[] => [
			gap,
			{
				text: `${getActionSign(action, theme)} ${count}${named ? ` ${word}` : ''}`,
				role: count === 0 ? 'dim' : getActionRole(action),
			},
		]),
	];
	const textOf = (pieces: readonly TextPiece[]) =>
		pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
	const long = line('   ', true);
	return getCellWidth(textOf(long)) <= width ? long : line('  ', false);
}

/** The lines below the rows: the position, the effect of applying, the saved file. */
export function planFooterLines(
	screen: PlanScreen,
	range: { top: number; end: number; of: number },
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
		range.end - range.top < range.of ? `${range.top + 1} to ${range.end} of ${range.of}` : '';
	const role = gone > 0 ? 'failure' : 'dim';
	const fits = getCellWidth(words) <= width - (place === '' ? 0 : getCellWidth(place) + 2);
	const lines = fits ? [words] : wrapSingleLine(words, width);
	const first = lines.map((text, at): TextPiece[] =>
		fits && at === 0 && place !== ''
			? [
					{ text: text.padEnd(width - getCellWidth(place)), role },
					{ text: place, role: 'dim' },
				]
			: [{ text, role }],
	);
	return [
		...first,
		...(fits || place === '' ? [] : [[{ text: place, role: 'dim' as const }]]),
		...(savedAs === undefined
			? []
			: wrapSingleLine(`Saved as ${savedAs}`, width - 2).map((text, at) => [
					{ text: at === 0 ? `${theme.glyphs.done} ${text}` : `  ${text}`, role: 'done' as const },
				])),
	];
}

/** The lines above the field for the confirmation. */
export function planConfirmationLines(
	screen: PlanScreen,
	confirm: NonNullable<PlanState['confirm']>,
	width: number,
	theme: Theme,
): Lines {
	const ask = wrapSingleLine(
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
