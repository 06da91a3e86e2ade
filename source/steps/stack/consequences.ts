import type { PlannedChange } from './groups.ts';
import { asApproved, type HalfMade } from './half-made.ts';

/** Why resources are replaced though nobody changed them. */
export function madeAnew(changes: readonly PlannedChange[], begun: HalfMade): string[] {
	const again = changes.filter(
		(change) => change.action === 'replace' && asApproved(change, begun) !== change,
	);
	if (again.length === 0) return [];
	return [
		`made anew, for an earlier run had begun and not finished them: ${again.map(({ address }) => address).join(', ')}`,
	];
}

/** What a plan leads to that its actions do not show. */
export function consequences(changes: readonly PlannedChange[]): string[] {
	const launches = changes.some(
		({ resourceType, action }) => resourceType === 'aws_launch_template' && action === 'update',
	);
	if (!launches) return [];
	return [
		'a changed launch template replaces the instance: the product is down meanwhile, and after a rekey its Vault has to be unsealed by hand',
	];
}
