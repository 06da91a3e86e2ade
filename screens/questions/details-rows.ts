import type { Choice, DetailItem, DetailsScreen } from '../../source/wizard/wizard-model.ts';

export type DetailsRow =
	| { heading: string }
	| { item: DetailItem; at: number }
	| { on: string; at: number };

/** The first row, so that Enter alone continues without changes. */
export const CONTINUE_VALUE = 'continue';

/** The settings as choices of a searchable list. */
export const createDetailsChoices = ({ groups }: DetailsScreen): Choice[] => [
	{ value: CONTINUE_VALUE, label: 'Continue' },
	...groups.flatMap(({ title, items }) =>
		items.map(({ key, label, value }) => ({ value: key, label, hint: `${value} ${title}` })),
	),
];

/** The filtered settings below their headings. */
export function createDetailsRows(
	{ groups }: DetailsScreen,
	visibleChoices: readonly Choice[],
): DetailsRow[] {
	const places = new Map(visibleChoices.map(({ value }, at) => [value, at]));
	const on = places.get(CONTINUE_VALUE);
	const first: DetailsRow[] = on === undefined ? [] : [{ on: 'Continue', at: on }];
	const others = groups.flatMap(({ title, items }) => {
		const kept = items.flatMap((item): DetailsRow[] => {
			const at = places.get(item.key);
			return at === undefined ? [] : [{ item, at }];
		});
		return kept.length === 0 ? [] : [{ heading: title }, ...kept];
	});
	return [...first, ...others];
}

/** The first visible row, with the current one in the middle. */
export function getDetailsWindowTop(
	rows: readonly DetailsRow[],
	index: number,
	height: number,
): number {
	const here = rows.findIndex((row) => 'at' in row && row.at === index);
	const middle = here - Math.floor(height / 2);
	return Math.max(0, Math.min(middle, rows.length - height));
}
