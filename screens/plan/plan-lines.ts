import type { ResourceAction } from '../../source/engine/events.ts';
import type { ReviewedAttribute } from '../../source/engine/operator.ts';
import type { PlanScreen } from '../../source/wizard/wizard-view-model.ts';
import {
	getRowWidth,
	getWidthInCells,
	type RowPieces,
	type TextPiece,
	wrapSingleLine,
	wrapTextToRows,
} from '../parts/styled-text.tsx';
import type { TextRole, Theme } from '../parts/theme.ts';
import type { PlanState } from './plan-state.ts';
import {
	isDestructiveAction,
	type PlanGroupNode,
	type PlanRow,
	type PlanTreeData,
} from './plan-tree.ts';

/** Column widths shared by the group rows. */
interface PlanColumns {
	title: number;
	counts: number;
	/** Width of a single count. */
	digits: number;
}

export function getPlanColumnWidths(tree: PlanTreeData, theme: Theme): PlanColumns {
	const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(getWidthInCells));
	const digits = widest(
		tree.groups.flatMap(({ counts }) => counts.map(([, count]) => String(count))),
	);
	return {
		title: Math.min(24, widest(tree.groups.map(({ title }) => title))),
		counts: widest(tree.groups.map((group) => countTexts(group, digits, theme).join(' '))),
		digits,
	};
}

function getActionSign(action: ResourceAction, { glyphs }: Theme): string {
	const { plus, minus, change, replace, dot } = glyphs;
	if (action === 'create') return plus;
	if (action === 'delete') return minus;
	if (action === 'update') return change;
	return action === 'replace' ? replace : dot;
}

function getActionRole(action: ResourceAction): TextRole | undefined {
	if (isDestructiveAction(action)) return 'failure';
	if (action === 'update') return 'warning';
	return action === 'create' ? 'done' : 'dim';
}

/** The pieces of a row; the caller cuts them to the width. */
export function createPlanRowPieces(
	row: PlanRow,
	isFocused: boolean,
	columns: PlanColumns,
	theme: Theme,
): TextPiece[] {
	const pointer: TextPiece = {
		text: isFocused ? `${theme.glyphs.pointer} ` : '  ',
		role: 'accent',
	};
	return [pointer, '  '.repeat(row.depth), ...body(row, columns, theme)];
}

function body(row: PlanRow, columns: PlanColumns, theme: Theme): TextPiece[] {
	const { glyphs } = theme;
	// In ASCII the sign of a replacement takes three cells.
	const signed = theme.ascii ? 6 : 4;
	const mark = row.open === undefined ? ' ' : row.open ? glyphs.opened : glyphs.closed;
	switch (row.kind) {
		case 'heading':
			return [{ text: row.text, role: 'failure', bold: true }];
		case 'empty':
			return [{ text: row.text, role: 'dim' }];
		case 'loss': {
			const sign = getActionSign(row.node?.resource.action ?? 'delete', theme);
			const before = row.first ? `${mark} ${sign}` : '';
			return [{ text: `${before.padEnd(signed)}${row.text}`, role: 'failure' }];
		}
		case 'warning':
			return [
				{ text: `${(row.first ? glyphs.warning : '').padEnd(signed)}${row.text}`, role: 'warning' },
			];
		case 'group':
			return groupPieces(row.group, mark, columns, theme, row.found);
		case 'resource': {
			const { action, address, reason } = row.node.resource;
			const why = reason === undefined ? '' : `  ${words(reason)}`;
			return [
				{ text: `${mark} `, role: 'dim' },
				{ text: `${getActionSign(action, theme)} `, role: getActionRole(action) },
				isDestructiveAction(action) ? { text: address, role: 'failure' } : address,
				{
					text: `${action === 'create' || isDestructiveAction(action) || action === 'update' ? '' : `  ${action}`}${why}`,
					role: 'dim',
				},
			];
		}
		case 'attribute':
			return [{ text: `${mark} `, role: 'dim' }, ...attributePieces(row.attribute, theme)];
		case 'value': {
			const sign = row.side === 'before' ? glyphs.minus : glyphs.plus;
			return [{ text: row.first ? `${sign} ` : '  ', role: 'dim' }, row.text];
		}
	}
}

function groupPieces(
	group: PlanGroupNode,
	mark: string,
	columns: PlanColumns,
	theme: Theme,
	found: number | undefined,
): TextPiece[] {
	const losing = group.counts.some(([action]) => isDestructiveAction(action));
	const counts = countTexts(group, columns.digits, theme);
	return [
		{ text: `${mark} `, role: 'dim' },
		{ text: group.title.padEnd(columns.title), ...(losing ? { role: 'failure' } : { bold: true }) },
		'  ',
		...counts.flatMap(
			(text, at): RowPieces => [
				at === 0 ? '' : ' ',
				{ text, role: getActionRole(group.counts[at]?.[0] ?? 'noop') },
			],
		),
		' '.repeat(Math.max(0, columns.counts - getWidthInCells(counts.join(' '))) + 2),
		{ text: found === undefined ? group.summary : `${found} found`, role: 'dim' },
	];
}

const countTexts = ({ counts }: PlanGroupNode, digits: number, theme: Theme): string[] =>
	counts.map(
		([action, count]) => `${getActionSign(action, theme)} ${String(count).padStart(digits)}`,
	);

/**
 * "path  before → after". The mark for a forced replacement comes first, where it is never cut off.
 */
function attributePieces(attribute: ReviewedAttribute, theme: Theme): TextPiece[] {
	const { path, before, after, forcesReplacement } = attribute;
	const forced: TextPiece[] = forcesReplacement
		? [{ text: `${theme.glyphs.replace} forces replacement  `, role: 'failure' }]
		: [];
	const values: TextPiece[] =
		before !== undefined && after !== undefined
			? [{ text: before, role: 'dim' }, ` ${theme.glyphs.arrow} ${after}`]
			: [before === undefined ? (after ?? '') : { text: `${before} (removed)`, role: 'dim' }];
	return [...forced, { text: `${path}  `, role: 'accent' }, ...values];
}

const words = (reason: string): string =>
	reason.replace(/^(replace|delete|read)_because_/, '').replaceAll('_', ' ');

const counted = [
	['create', 'create'],
	['update', 'change'],
	['replace', 'replace'],
	['delete', 'destroy'],
] as const;

/** The line above the rows with the counts. */
export function createPlanCountsLine({ plan }: PlanScreen, width: number, theme: Theme): RowPieces {
	const counts = counted
		.filter(([action]) => action !== 'replace' || plan.counts.replace > 0)
		.map(([action, word]) => ({ action, word, count: plan.counts[action] }));
	const line = (gap: string, named: boolean): RowPieces => [
		{ text: `Plan for ${plan.stack}`, role: 'strong' },
		...counts.flatMap(
			({ action, word, count }): RowPieces => [
				gap,
				{
					text: `${getActionSign(action, theme)} ${count}${named ? ` ${word}` : ''}`,
					role: count === 0 ? 'dim' : getActionRole(action),
				},
			],
		),
	];
	const long = line('   ', true);
	return getRowWidth(long) <= width ? long : line('  ', false);
}

/** The lines below the rows: the position, the effect of applying, the saved file. */
export function createPlanFooterLines(
	screen: PlanScreen,
	range: { top: number; end: number; of: number },
	width: number,
	theme: Theme,
): RowPieces[] {
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
	const fits = getWidthInCells(words) <= width - (place === '' ? 0 : getWidthInCells(place) + 2);
	const lines = fits ? [words] : wrapSingleLine(words, width);
	const first = lines.map(
		(text, at): RowPieces =>
			fits && at === 0 && place !== ''
				? [
						{ text: text.padEnd(width - getWidthInCells(place)), role },
						{ text: place, role: 'dim' },
					]
				: [{ text, role }],
	);
	return [
		...first,
		...(fits || place === '' ? [] : [[{ text: place, role: 'dim' as const }]]),
		...(savedAs === undefined
			? []
			: wrapTextToRows(`Saved as ${savedAs}`, width, {
					mark: `${theme.glyphs.done} `,
					role: 'done',
				})),
	];
}

/** The lines above the field for the confirmation. */
export function createPlanConfirmationLines(
	screen: PlanScreen,
	confirm: NonNullable<PlanState['confirm']>,
	width: number,
	theme: Theme,
): RowPieces[] {
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
