import type { PlanReview, ReviewedAttribute, ReviewedResource } from '../../engine/person.ts';
import type { PlanSummary, ResourceChange } from '../../terraform/plan-summary.ts';
import { reasonWords, valueText } from '../../terraform/plan-text.ts';
import type { AttributeChange } from '../../terraform/plan-values.ts';
import { groupChanges, groupOf } from './groups.ts';

/** The view model of a plan review, from `terraform show` of the saved plan. */
export function planReview(facts: {
	stack: string;
	summary: PlanSummary;
	counts: PlanReview['counts'];
	destroys: readonly string[];
	warnings: readonly string[];
	file: string;
	textFile: string;
}): PlanReview {
	const { summary, stack, ...rest } = facts;
	const changes = summary.changes.filter(({ action }) => action !== 'read' && action !== 'noop');
	const planned = changes.map((change) => ({ ...change, resourceType: change.type }));
	return {
		stack,
		...rest,
		groups: groupChanges(planned),
		resources: changes.map(reviewed),
		...(rest.destroys.length === 0 ? {} : { confirm: stack }),
	};
}

function reviewed(change: ResourceChange): ReviewedResource {
	const { address, action, type, attributes } = change;
	const reason = reasonWords(change);
	return {
		address,
		group: groupOf(type),
		action,
		...(reason === '' ? {} : { reason }),
		// A forgotten resource is not changed: its attributes do not become null.
		attributes: action === 'forget' ? [] : attributes.map((one) => attributeOf(one, action)),
	};
}

function attributeOf(
	{ path, before, after, forcesReplacement }: AttributeChange,
	action: ResourceChange['action'],
): ReviewedAttribute {
	return {
		path,
		...(action === 'create' ? {} : { before: valueText(before) }),
		...(action === 'delete' ? {} : { after: valueText(after) }),
		...(forcesReplacement ? { forcesReplacement } : {}),
	};
}
