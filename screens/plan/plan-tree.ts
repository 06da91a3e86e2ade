import type { ResourceAction } from '../../source/engine/events.ts';
import type {
	PlanReview,
	ReviewedAttribute,
	ReviewedResource,
} from '../../source/engine/operator.ts';
import { NO_MATCHES } from '../parts/list.tsx';
import { wrapSingleLine } from '../parts/styled-text.tsx';

export interface PlanGroupNode {
	id: string;
	title: string;
	resources: readonly PlanResourceNode[];
	/** Count of each action, destructive ones first. */
	counts: readonly (readonly [ResourceAction, number])[];
	/** "vpc, 4 subnet": resource types in the order of the plan. */
	summary: string;
}

interface PlanResourceNode {
	id: string;
	resource: ReviewedResource;
	/** The searchable text in lower case. */
	searchText: () => string;
}

/** A destroyed or replaced resource: its line, and the resource if it can be identified. */
interface DestroyedResourceNode {
	id: string;
	text: string;
	node?: PlanResourceNode;
}

export interface PlanTreeData {
	losses: readonly DestroyedResourceNode[];
	warnings: readonly { id: string; text: string }[];
	groups: readonly PlanGroupNode[];
	resources: number;
}

/** Builds the tree of a plan, once per plan. */
export function buildPlanTree(plan: PlanReview): PlanTreeData {
	const nodes = plan.resources.map((resource, index) => nodeOf(resource, index));
	const members = new Map<string, PlanResourceNode[]>(plan.groups.map(({ title }) => [title, []]));
	for (const node of nodes) {
		const { group } = node.resource;
		const list = members.get(group);
		if (list === undefined) members.set(group, [node]);
		else list.push(node);
	}
	return {
		losses: lossesOf(plan, nodes),
		warnings: plan.warnings.map((text, index) => ({ id: `warning:${index}`, text })),
		groups: [...members]
			.filter(([, resources]) => resources.length > 0)
			.map(([title, resources]) => ({
				id: `group:${title}`,
				title,
				resources,
				counts: countsOf(resources),
				summary: summaryOf(resources),
			})),
		resources: nodes.length,
	};
}

/** Whether an action removes an existing resource. */
export const isDestructiveAction = (action: ResourceAction): boolean =>
	action === 'delete' || action === 'replace';

/** The resource type of an address: `aws_subnet` of `module.a["x.y"].aws_subnet.b[0]`. */
export function getResourceType(address: string): string {
	const parts = address.replace(/\[[^\]]*\]/g, '').split('.');
	return parts.at(-2) ?? address;
}

function nodeOf(resource: ReviewedResource, index: number): PlanResourceNode {
	let haystack: string | undefined;
	return {
		id: `resource:${index}`,
		resource,
		searchText() {
			haystack ??= [
				resource.address,
				resource.reason ?? '',
				...resource.attributes.flatMap(({ path, before = '', after = '' }) => [
					path,
					before,
					after,
				]),
			]
				.join('\n')
				.toLowerCase();
			return haystack;
		},
	};
}

function lossesOf(plan: PlanReview, nodes: readonly PlanResourceNode[]): DestroyedResourceNode[] {
	const byAddress = new Map(nodes.map((node) => [node.resource.address, node]));
	const told = plan.destroys.map((text) => ({ text, node: resourceNamedBy(text, byAddress) }));
	// Destructive actions that the lines do not mention must be listed here too.
	const named = new Set(told.map(({ node }) => node));
	const untold = nodes
		.filter((node) => isDestructiveAction(node.resource.action) && !named.has(node))
		.map((node) => ({ text: node.resource.address, node }));
	return [...told, ...untold].map((loss, index) => ({ id: `loss:${index}`, ...loss }));
}

/** A line starts with the address, which can contain blanks in its index. */
function resourceNamedBy(
	text: string,
	byAddress: ReadonlyMap<string, PlanResourceNode>,
): PlanResourceNode | undefined {
	for (let end = text.indexOf(' '); ; end = text.indexOf(' ', end + 1)) {
		const begin = end === -1 ? text : text.slice(0, end);
		const found = byAddress.get(begin) ?? byAddress.get(begin.replace(/[:,;]$/, ''));
		if (found !== undefined || end === -1) return found;
	}
}

const order: readonly ResourceAction[] = ['delete', 'replace', 'update', 'create'];

function countsOf(resources: readonly PlanResourceNode[]): (readonly [ResourceAction, number])[] {
	const counts = new Map<ResourceAction, number>(order.map((action) => [action, 0]));
	for (const { resource } of resources)
		counts.set(resource.action, (counts.get(resource.action) ?? 0) + 1);
	return [...counts].filter(([, count]) => count > 0);
}

function summaryOf(resources: readonly PlanResourceNode[]): string {
	const counts = new Map<string, number>();
	for (const { resource } of resources) {
		const type = getResourceType(resource.address).replace(/^[a-z0-9]+_/, '');
		counts.set(type, (counts.get(type) ?? 0) + 1);
	}
	return [...counts].map(([type, count]) => (count === 1 ? type : `${count} ${type}`)).join(', ');
}

/**
 * Flattens the tree to its open rows. The cost depends on what is open, not on the size of the
 * plan.
 */
export function flattenPlanTree(tree: PlanTreeData, options: PlanRowsOptions): PlanRow[] {
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
		const open = options.open.has(getOpenSetEntry(group.id, query)) === (query === '');
		rows.push({
			...{ id: group.id, owner: group.id, depth: 0, open, kind: 'group', group },
			...(query === '' ? {} : { found: found.length }),
		});
		if (!open) continue;
		for (const node of found) for (const row of resourceRows(node, query, options)) rows.push(row);
	}
	if (rows.length > 0) return rows;
	return [{ id: 'none', owner: 'none', depth: 0, kind: 'empty', text: NO_MATCHES }];
}

/** The entry in `open` for a row: a search opens all groups, so the set stores the closed ones. */
export function getOpenSetEntry(ownerId: string, query: string): string {
	return query !== '' && ownerId.startsWith('group:') ? `shut:${ownerId}` : ownerId;
}

function lossRows(tree: PlanTreeData, query: string, options: PlanRowsOptions): PlanRow[] {
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

const warningRows = (tree: PlanTreeData, width: number): PlanRow[] =>
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

/** A row of the plan, one terminal row high. */
export type PlanRow = {
	id: string;
	/** The id that opens and closes here: its own, or that of the row it continues. */
	owner: string;
	depth: number;
	/** Undefined when the row cannot be opened. */
	open?: boolean;
} & (
	| { kind: 'heading' | 'empty'; text: string }
	| { kind: 'loss'; text: string; first: boolean; node?: PlanResourceNode }
	| { kind: 'warning'; text: string; first: boolean }
	| { kind: 'group'; group: PlanGroupNode; found?: number }
	| { kind: 'resource'; node: PlanResourceNode }
	| { kind: 'attribute'; attribute: ReviewedAttribute }
	| { kind: 'value'; side: 'before' | 'after'; text: string; first: boolean }
);

interface PlanRowsOptions {
	/** Ids of open rows; during a search, for groups, of closed ones. */
	open: ReadonlySet<string>;
	/** Search query; only matching rows are shown. */
	query?: string;
	width: number;
}

interface AttributeRowsOptions extends PlanRowsOptions {
	node: PlanResourceNode;
	/** Id of the row the attributes belong to. */
	owner: string;
	depth: number;
	/** Includes attributes that do not match the query. */
	all: boolean;
}

/** Maximum cells before the text: the pointer, two per depth, the mark and the sign. */
const getRowIndent = (depth: number): number => 8 + depth * 2;

/** The attributes of a resource; open ones with both values in full. */
function createAttributeRows(options: AttributeRowsOptions): PlanRow[] {
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
const resourceMatches = (node: PlanResourceNode, query: string): boolean =>
	query === '' || node.searchText().includes(query);

const attributeMatches = (
	{ path, before = '', after = '' }: ReviewedAttribute,
	query: string,
): boolean => query !== '' && `${path}\n${before}\n${after}`.toLowerCase().includes(query);
