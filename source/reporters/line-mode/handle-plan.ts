import { formatCount } from '../../engine/format.ts';
import type { PlanScreen } from '../../wizard/wizard-model.ts';
import { createActionResult, createOutputResult, type LineResult } from './line-result.ts';
import { formatResource, renderResource } from './render-plan.ts';

const MOST = 40;

/** Handles a line at a plan, which only `apply` applies. */
export function handlePlanLine({ plan }: PlanScreen, line: string): LineResult {
	switch (line.trim().toLowerCase()) {
		case 'apply':
			return plan.confirm === undefined
				? createActionResult({ type: 'apply' })
				: {
						say: [
							`This plan destroys ${formatCount(plan.destroys.length, 'resource')}. To apply it, type: ${plan.confirm}`,
							'Anything else cancels.',
						],
						talk: { kind: 'confirm', name: plan.confirm },
					};
		case 'save':
			return createActionResult({ type: 'save-plan' });
		case 'cancel':
		case 'not now':
		case 'not-now':
			return createActionResult({ type: 'not-now' });
		default:
			return createOutputResult(
				'Nothing was applied. Type apply to apply the plan, cancel to go back, or help.',
			);
	}
}

/** Handles the confirmation of a plan that destroys resources. */
export function handlePlanConfirmation(name: string, line: string): LineResult {
	if (line.trim() === name) return createActionResult({ type: 'apply' });
	return createOutputResult(`Nothing was applied: the text does not match ${name}.`);
}

/** Renders the resources of a group, or every attribute of a resource. */
export function renderPlanItem({ plan }: PlanScreen, name: string): string[] {
	const query = name.toLowerCase();
	const group =
		plan.groups.find(({ title }) => title.toLowerCase() === query) ?? plan.groups[Number(name) - 1];
	if (group !== undefined) {
		const inside = plan.resources.filter((one) => group.addresses.includes(one.address));
		return [`${group.title}:`, ...inside.map((one) => `  ${formatResource(one)}`)];
	}
	const named = plan.resources.filter(({ address }) => address.toLowerCase() === query);
	const some =
		named.length > 0 ? named : plan.resources.filter((one) => one.address.includes(name));
	const [only] = some;
	if (only !== undefined && some.length === 1) return renderResource(only);
	return some.length === 0
		? [`No group or resource matches ${name}. Type find TEXT to search everything.`]
		: some.slice(0, MOST).map((one) => `  ${formatResource(one)}`);
}

/** Renders the resources that contain a text in their address or attributes. */
export function searchPlan({ plan }: PlanScreen, text: string): string[] {
	const query = text.toLowerCase();
	const found = plan.resources.filter(({ address, attributes }) =>
		[address, ...attributes.flatMap(({ path, before, after }) => [path, before, after])].some(
			(words) => words?.toLowerCase().includes(query),
		),
	);
	const more = found.length - MOST;
	return [
		`${found.length} of ${plan.resources.length} resources contain ${text}.`,
		...found.slice(0, MOST).map((one) => `  ${formatResource(one)}`),
		...(more > 0 ? [`And ${more} more. Type save to save the full plan.`] : []),
	];
}
