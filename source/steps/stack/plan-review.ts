import type { PlanReview, ReviewedAttribute, ReviewedResource } from '../../engine/operator.ts';
import type { AttributeChange } from '../../terraform/attribute-changes.ts';
import type { PlanSummary, ResourceChange } from '../../terraform/plan-summary.ts';
import { formatChangeReason, formatPlanValue } from '../../terraform/plan-text.ts';
import { getResourceGroup, groupChanges } from './plan-groups.ts';

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
