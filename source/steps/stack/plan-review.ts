import { WizardError } from '../../engine/errors.ts';
import type { PlanCounts, PlanGroup } from '../../engine/events.ts';
import type { PlanReview, ReviewedAttribute, ReviewedResource } from '../../engine/operator.ts';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import { type ApprovalLevel, approvalLevels } from '../../engine/step.ts';
import type { AttributeChange } from '../../terraform/attribute-changes.ts';
import type { PlannedChange } from '../../terraform/json-messages.ts';
import {
	formatChangeReason,
	formatPlanValue,
	type PlanSummary,
	type ResourceChange,
} from '../../terraform/plan-summary.ts';
import type { Context } from '../services.ts';
import { type InterruptedResources, toApprovedChange } from './interrupted-run.ts';

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
function getResourceGroup(resourceType: string): string {
	return groups.find(([, pattern]) => pattern.test(resourceType))?.[0] ?? 'other';
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

/** Why resources are replaced although their configuration is unchanged. */
export function getReplacementWarnings(
	changes: readonly PlannedChange[],
	interrupted: InterruptedResources,
): string[] {
	const again = changes.filter(
		(change) => change.action === 'replace' && toApprovedChange(change, interrupted) !== change,
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

/** The view model of a plan review, from `terraform show` of the saved plan. */
export function createPlanReview(options: {
	stack: string;
	summary: PlanSummary;
	counts: PlanReview['counts'];
	destroys: readonly string[];
	warnings: readonly string[];
	file: string;
	textFile: string;
}): PlanReview {
	const { summary, stack, ...rest } = options;
	const changes = summary.changes.filter(({ action }) => action !== 'read' && action !== 'noop');
	const planned = changes.map((change) => ({ ...change, resourceType: change.type }));
	return {
		stack,
		...rest,
		groups: groupChanges(planned),
		resources: changes.map(toReviewedResource),
		...(rest.destroys.length === 0 ? {} : { confirm: stack }),
	};
}

function toReviewedResource(change: ResourceChange): ReviewedResource {
	const { address, action, type, attributes } = change;
	const reason = formatChangeReason(change);
	return {
		address,
		group: getResourceGroup(type),
		action,
		...(reason === '' ? {} : { reason }),
		// A forgotten resource is not changed: its attributes do not become null.
		attributes:
			action === 'forget' ? [] : attributes.map((one) => toReviewedAttribute(one, action)),
	};
}

function toReviewedAttribute(
	{ path, before, after, forcesReplacement }: AttributeChange,
	action: ResourceChange['action'],
): ReviewedAttribute {
	return {
		path,
		...(action === 'create' ? {} : { before: formatPlanValue(before) }),
		...(action === 'delete' ? {} : { after: formatPlanValue(after) }),
		...(forcesReplacement ? { forcesReplacement } : {}),
	};
}

/** The minimum approval for a plan. A replacement requires the same approval as a destroy. */
export function getRequiredApproval(counts: PlanCounts): ApprovalLevel {
	if (counts.delete > 0 || counts.replace > 0) return 'destroy';
	if (counts.update > 0) return 'change';
	return counts.create > 0 ? 'create' : 'none';
}

export function isApproved(given: ApprovalLevel, needed: ApprovalLevel): boolean {
	return approvalLevels.indexOf(given) >= approvalLevels.indexOf(needed);
}

/** The refusal (exit 6) of a plan that exceeds the approval of the run; the plan is kept. */
export function createApprovalError(options: {
	stack: string;
	given: ApprovalLevel;
	needed: ApprovalLevel;
	words: string;
	destroys: readonly string[];
	planFile: string;
	textFile: string;
	command: string;
}): WizardError {
	const { stack, given, needed, words, destroys, planFile, textFile, command } = options;
	return new WizardError('refused', {
		message: `Approval required for the ${stack} plan: ${words}.`,
		expected: `--approve ${needed}${given === 'none' ? '' : ` (this run has --approve ${given})`}`,
		details: [
			...destroys.map((address) => `destroys ${address}`),
			`plan (text): ${textFile}`,
			`plan (binary): ${planFile}`,
			'nothing was applied',
		],
		next: [`less ${quoteShellWord(textFile)}`, `${command} --approve ${needed}`],
	});
}

/**
 * Refuses (exit 6) a change outside Terraform that this run is not approved to make.
 *
 * @param change The change: "create the state bucket acme-tfe-state".
 */
export function requireApproval(context: Context, needed: ApprovalLevel, change: string): void {
	const { approve, session } = context;
	if (isApproved(approve, needed)) return;
	throw new WizardError('refused', {
		message: `Approval required to ${change}; nothing was changed.`,
		expected: `--approve ${needed}${approve === 'none' ? '' : ` (this run has --approve ${approve})`}`,
		next: [`${getResumeCommand(session)} --approve ${needed}`],
	});
}
