import type { ReviewedAttribute } from '../../source/engine/operator.ts';
import { wrapSingleLine } from '../parts/styled-text.tsx';
import type { PlanRow, PlanRowsOptions } from './plan-row.ts';
import type { PlanResourceNode } from './plan-tree.ts';

interface AttributeRowsOptions extends PlanRowsOptions {
	node: PlanResourceNode;
	/** Id of the row the attributes belong to. */
	owner: string;
	depth: number;
	/** Includes attributes that do not match the query. */
	all: boolean;
}

/** Maximum cells before the text: the pointer, two per depth, the mark and the sign. */
export const getRowIndent = (depth: number): number => 8 + depth * 2;

/** The attributes of a resource; open ones with both values in full. */
export function createAttributeRows(options: AttributeRowsOptions): PlanRow[] {
	const { node, owner, depth, all, open, query = '' } = options;
	const list = node.resource.attributes;
	if (all && list.length === 0) {
		return [{ id: `${owner}/none`, owner, depth, kind: 'empty', text: 'no attribute changes' }];
	}
	return list.flatMap((attribute, index) => {
		if (!all && !attributeMatches(attribute, query.toLowerCase())) return [];
		const id = `${owner}/${index}`;
		const row: PlanRow = { id, owner: id, depth, open: open.has(id), kind: 'attribute', attribute };
		return row.open ? [row, ...valueRows(attribute, id, depth + 1, options.width)] : [row];
	});
}

function valueRows(
	{ before, after }: ReviewedAttribute,
	owner: string,
	depth: number,
	width: number,
): PlanRow[] {
	const rows = (side: 'before' | 'after', value: string | undefined): PlanRow[] =>
		value === undefined
			? []
			: wrapSingleLine(value, width - getRowIndent(depth)).map((text, at) => ({
					...{ id: `${owner}/${side}/${at}`, owner, depth },
					...{ kind: 'value', side, text, first: at === 0 },
				}));
	return [...rows('before', before), ...rows('after', after)];
}

/** Whether a resource matches a lower-case query. */
export const resourceMatches = (node: PlanResourceNode, query: string): boolean =>
	query === '' || node.haystack().includes(query);

const attributeMatches = (
	{ path, before = '', after = '' }: ReviewedAttribute,
	query: string,
): boolean => query !== '' && `${path}\n${before}\n${after}`.toLowerCase().includes(query);
