import { wrapSingleLine } from '../parts/styled-text.tsx';
import { createAttributeRows, getRowIndent, resourceMatches } from './attribute-rows.ts';
import type { PlanRow, PlanRowsOptions } from './plan-row.ts';
import type { PlanResourceNode, PlanTree } from './plan-tree.ts';

/**
 * Flattens the tree to its open rows. The cost depends on what is open, not on the size of the
 * plan.
 */
export function flattenPlanTree(tree: PlanTree, options: PlanRowsOptions): PlanRow[] {
	const query = (options.query ?? '').toLowerCase();
	const rows = [
		...lossRows(tree, query, options),
		...(query === '' ? warningRows(tree, options.width) : []),
	];
	for (const group of tree.groups) {
		const found =
			query === ''
				? group.resources
				: group.resources.filter((node) => resourceMatches(node, query));
		if (found.length === 0) continue;
		const open = options.open.has(getExpandedId(group.id, query)) === (query === '');
		rows.push({
			...{ id: group.id, owner: group.id, depth: 0, open, kind: 'group', group },
			...(query === '' ? {} : { found: found.length }),
		});
		if (!open) continue;
		for (const node of found) for (const row of resourceRows(node, query, options)) rows.push(row);
	}
	if (rows.length > 0) return rows;
	return [{ id: 'none', owner: 'none', depth: 0, kind: 'empty', text: 'No matches' }];
}

/** The entry in `open` for a row: a search opens all groups, so the set stores the closed ones. */
export function getExpandedId(ownerId: string, query: string): string {
	return query !== '' && ownerId.startsWith('group:') ? `shut:${ownerId}` : ownerId;
}

function lossRows(tree: PlanTree, query: string, options: PlanRowsOptions): PlanRow[] {
	const shown = tree.losses.filter(
		({ text, node }) =>
			text.toLowerCase().includes(query) || (node !== undefined && resourceMatches(node, query)),
	);
	if (shown.length === 0) return [];
	const found = shown.length < tree.losses.length ? `, ${shown.length} found` : '';
	const text = `Destroyed or replaced: ${tree.losses.length}${found}`;
	const heading: PlanRow = { id: 'losses', owner: 'losses', depth: 0, kind: 'heading', text };
	return [
		heading,
		...shown.flatMap(({ id, text: line, node }): PlanRow[] => {
			const open = node === undefined ? undefined : options.open.has(id);
			const rows = wrapSingleLine(line, options.width - getRowIndent(0)).map(
				(part, at): PlanRow => ({
					...{ id: `${id}/line${at}`, owner: id, depth: 0, open, kind: 'loss', node },
					...{ text: part, first: at === 0 },
				}),
			);
			if (node === undefined || !open) return rows;
			return [
				...rows,
				...createAttributeRows({ ...options, node, owner: id, depth: 1, all: true }),
			];
		}),
	];
}

const warningRows = (tree: PlanTree, width: number): PlanRow[] =>
	tree.warnings.flatMap(({ id, text }) =>
		wrapSingleLine(text, width - getRowIndent(0)).map((part, at) => ({
			...{ id: `${id}/line${at}`, owner: id, depth: 0 },
			...{ kind: 'warning', text: part, first: at === 0 },
		})),
	);

function resourceRows(node: PlanResourceNode, query: string, options: PlanRowsOptions): PlanRow[] {
	const open = options.open.has(node.id);
	const row: PlanRow = { id: node.id, owner: node.id, depth: 1, open, kind: 'resource', node };
	// A resource found by an attribute also shows that attribute.
	if (!open && query === '') return [row];
	return [row, ...createAttributeRows({ ...options, node, owner: node.id, depth: 2, all: open })];
}
