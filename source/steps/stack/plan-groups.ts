import type { PlanCounts, PlanGroup, ResourceAction } from '../../engine/events.ts';

/** The first match wins; resources without a match are in "other". */
const groups: readonly (readonly [string, RegExp])[] = [
	['database', /^aws_db_|^aws_rds_/],
	['cache', /^aws_elasticache_/],
	['storage', /^aws_s3_|^aws_ebs_/],
	['encryption', /^aws_kms_/],
	['load balancer', /^aws_lb/],
	['compute', /^aws_(instance|launch_template|autoscaling_)/],
	['identity', /^aws_iam_/],
	['dns', /^aws_route53_/],
	['logs', /^aws_(flow_log|cloudwatch_)/],
	['firewall', /^aws_(vpc_)?(default_)?security_group|^aws_vpc_security_group/],
	['network', /^aws_(vpc|subnet|route|internet_gateway|nat_gateway|eip|default_|network_)/],
];

export interface PlannedChange {
	address: string;
	resourceType: string;
	action: ResourceAction;
	/** Terraform's reason: `tainted`, `cannot_update`. */
	reason?: string;
}

/** Changed resources in groups, so that a plan with dozens of them stays readable. */
export function groupChanges(changes: readonly PlannedChange[]): PlanGroup[] {
	const found = new Map<string, string[]>();
	for (const { address, resourceType } of changes.filter(isChange)) {
		const title = getResourceGroup(resourceType);
		found.set(title, [...(found.get(title) ?? []), address]);
	}
	const order = [...groups.map(([title]) => title), 'other'];
	return [...found]
		.map(([title, addresses]) => ({ title, addresses: addresses.sort() }))
		.sort((a, b) => order.indexOf(a.title) - order.indexOf(b.title));
}

/** The group of a resource type. */
export function getResourceGroup(resourceType: string): string {
	return groups.find(([, pattern]) => pattern.test(resourceType))?.[0] ?? 'other';
}

export function countChanges(changes: readonly PlannedChange[]): PlanCounts {
	const of = (action: ResourceAction) =>
		changes.filter((change) => change.action === action).length;
	return {
		create: of('create'),
		update: of('update'),
		delete: of('delete'),
		replace: of('replace'),
	};
}

/** Addresses that are destroyed or replaced. */
export function getDestroyedAddresses(changes: readonly PlannedChange[]): string[] {
	return changes
		.filter(({ action }) => action === 'delete' || action === 'replace')
		.map(({ address, action }) =>
			action === 'replace' ? `${address} (will be replaced)` : address,
		);
}

/** Addresses that are updated in place. */
export function getUpdatedAddresses(changes: readonly PlannedChange[]): string[] {
	return changes.filter(({ action }) => action === 'update').map(({ address }) => address);
}

function isChange({ action }: PlannedChange): boolean {
	return action === 'create' || action === 'update' || action === 'delete' || action === 'replace';
}
