import { type InterruptedResources, toApprovedChange } from './interrupted-resources.ts';
import type { PlannedChange } from './plan-groups.ts';

/** Why resources are replaced although their configuration is unchanged. */
export function getReplacementWarnings(
	changes: readonly PlannedChange[],
	begun: InterruptedResources,
): string[] {
	const again = changes.filter(
		(change) => change.action === 'replace' && toApprovedChange(change, begun) !== change,
	);
	if (again.length === 0) return [];
	return [
		`will be replaced, left incomplete by an interrupted run: ${again.map(({ address }) => address).join(', ')}`,
	];
}

/** Effects of a plan that its actions do not show. */
export function getPlanWarnings(changes: readonly PlannedChange[]): string[] {
	const launches = changes.some(
		({ resourceType, action }) => resourceType === 'aws_launch_template' && action === 'update',
	);
	if (!launches) return [];
	return [
		'the launch template changes, which replaces the instance: the product is unavailable during the replacement, and after a rekey its Vault must be unsealed manually',
	];
}
