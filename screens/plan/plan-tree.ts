import type { ResourceAction } from '../../source/engine/events.ts';
import type { PlanReview, ReviewedResource } from '../../source/engine/operator.ts';

export interface PlanGroupNode {
	id: string;
	title: string;
	resources: readonly PlanResourceNode[];
	/** Count of each action, destructive ones first. */
	counts: readonly (readonly [ResourceAction, number])[];
	/** "vpc, 4 subnet": resource types in the order of the plan. */
	summary: string;
}

export interface PlanResourceNode {
	id: string;
	resource: ReviewedResource;
	/** The searchable text in lower case. */
	haystack: () => string;
}

/** A destroyed or replaced resource: its line, and the resource if it can be identified. */
interface DestroyedResourceNode {
	id: string;
	text: string;
	node?: PlanResourceNode;
}

export interface PlanTree {
	losses: readonly DestroyedResourceNode[];
	warnings: readonly { id: string; text: string }[];
	groups: readonly PlanGroupNode[];
	resources: number;
}

/** Builds the tree of a plan, once per plan. */
export function buildPlanTree(plan: PlanReview): PlanTree {
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
		haystack() {
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
