import type { Choice, DetailItem, DetailsScreen } from '../../source/engine/guide/model.ts';

export type DetailRow =
	| { heading: string }
	| { item: DetailItem; at: number }
	| { on: string; at: number };

/** The first row, so that Enter alone continues without changes. */
export const GO_ON = 'continue';

/** The settings as choices of a searchable list. */
export const detailChoices = ({ groups }: DetailsScreen): Choice[] => [
	{ value: GO_ON, label: 'Continue' },
	...groups.flatMap(({ title, items }) =>
		items.map(({ key, label, value }) => ({ value: key, label, hint: `${value} ${title}` })),
	),
];

/** The filtered settings below their headings. */
export function detailRows({ groups }: DetailsScreen, left: readonly Choice[]): DetailRow[] {
	const places = new Map(left.map(({ value }, at) => [value, at]));
	const on = places.get(GO_ON);
	const first: DetailRow[] = on === undefined ? [] : [{ on: 'Continue', at: on }];
	const others = groups.flatMap(({ title, items }) => {
		const kept = items.flatMap((item): DetailRow[] => {
			const at = places.get(item.key);
			return at === undefined ? [] : [{ item, at }];
		});
		return kept.length === 0 ? [] : [{ heading: title }, ...kept];
	});
	return [...first, ...others];
}

/** The first visible row, with the current one in the middle. */
export function windowOf(rows: readonly DetailRow[], index: number, height: number): number {
	const here = rows.findIndex((row) => 'at' in row && row.at === index);
	const middle = here - Math.floor(height / 2);
	return Math.max(0, Math.min(middle, rows.length - height));
}
