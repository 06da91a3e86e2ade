import { WizardError } from '../../engine/errors.ts';
import type { PlanCounts, PlanGroup } from '../../engine/events.ts';
import { formatPlanCounts } from '../../engine/format.ts';
import type { PlanReview, ReviewedResource } from '../../engine/operator.ts';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import { type ApprovalLevel, approvalLevels } from '../../engine/step.ts';
import type { PlannedChange } from '../../terraform/json-messages.ts';
import {
	formatChangeReason,
	formatPlanValue,
	type PlanSummary,
	type ResourceChange,
} from '../../terraform/plan-summary.ts';
import type { Context } from '../step-context.ts';
import { type InterruptedResources, treatCompletionAsCreate } from './interrupted-run.ts';

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
export function groupChangesByResourceCategory(changes: readonly PlannedChange[]): PlanGroup[] {
	const changed = changes.filter(({ action }) =>
		['create', 'update', 'delete', 'replace'].includes(action),
	);
	const found = Map.groupBy(changed, ({ resourceType }) => getResourceGroup(resourceType));
	return [...groups.map(([title]) => title), 'other'].flatMap((title) => {
		const addresses = found.get(title)?.map(({ address }) => address);
		return addresses === undefined ? [] : [{ title, addresses: addresses.sort() }];
	});
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

/** Effects of a plan that its actions do not show, and why unchanged resources are replaced. */
export function getPlanWarnings(
	changes: readonly PlannedChange[],
	interrupted: InterruptedResources,
): string[] {
	const launches = changes.some(
		({ resourceType, action }) => resourceType === 'aws_launch_template' && action === 'update',
	);
	const again = changes.filter(
		(change) =>
			change.action === 'replace' && treatCompletionAsCreate(change, interrupted) !== change,
	);
	return [
		...(launches
			? [
					'the launch template changes, which replaces the instance: the product is unavailable during the replacement, and after a rekey its Vault must be unsealed manually',
				]
			: []),
		...(again.length > 0
			? [
					`will be replaced, left incomplete by an interrupted run: ${again.map(({ address }) => address).join(', ')}`,
				]
			: []),
	];
}

/** The part of a plan review that does not need its attributes. */
type PlanFacts = Omit<PlanReview, 'groups' | 'resources' | 'confirm'>;

/** The view model of a plan review, from `terraform show` of the saved plan. */
export function createPlanReview(plan: PlanFacts, summary: PlanSummary): PlanReview {
	const changes = summary.changes.filter(({ action }) => action !== 'read' && action !== 'noop');
	return {
		...plan,
		groups: groupChangesByResourceCategory(changes),
		resources: changes.map(toReviewedResource),
		confirm: plan.destroys.length === 0 ? undefined : plan.stack,
	};
}

function toReviewedResource(change: ResourceChange): ReviewedResource {
	const { address, action, resourceType, attributes } = change;
	return {
		address,
		group: getResourceGroup(resourceType),
		action,
		reason: formatChangeReason(change) || undefined,
		// A forgotten resource is not changed: its attributes do not become null.
		attributes: (action === 'forget' ? [] : attributes).map(
			({ path, before, after, forcesReplacement }) => ({
				path,
				before: action === 'create' ? undefined : formatPlanValue(before),
				after: action === 'delete' ? undefined : formatPlanValue(after),
				forcesReplacement,
			}),
		),
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
export function createApprovalError(
	{ stack, counts, destroys, file, textFile }: Omit<PlanFacts, 'warnings'>,
	given: ApprovalLevel,
	needed: ApprovalLevel,
	command: string,
): WizardError {
	return new WizardError('refused', {
		message: `Approval required for the ${stack} plan: ${formatPlanCounts(counts) ?? ''}.`,
		expected: formatRequiredApproval(given, needed),
		details: [
			...destroys.map((address) => `destroys ${address}`),
			`plan (text): ${textFile}`,
			`plan (binary): ${file}`,
			'nothing was applied',
		],
		next: [`less ${quoteShellWord(textFile)}`, `${command} --approve ${needed}`],
	});
}

function formatRequiredApproval(given: ApprovalLevel, needed: ApprovalLevel): string {
	return `--approve ${needed}${given === 'none' ? '' : ` (this run has --approve ${given})`}`;
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
		expected: formatRequiredApproval(approve, needed),
		next: [`${getResumeCommand(session)} --approve ${needed}`],
	});
}
