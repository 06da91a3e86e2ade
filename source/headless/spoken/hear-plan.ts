import { countOf } from '../../engine/counts.ts';
import type { PlanScreen } from '../../engine/guide/model.ts';
import { act, type Heard, say } from './heard.ts';
import { resourceLine, resourceLines } from './say-plan.ts';

const MOST = 40;

/** Handles a line at a plan, which only `apply` applies. */
export function hearPlan({ plan }: PlanScreen, line: string): Heard {
	switch (line.trim().toLowerCase()) {
		case 'apply':
			return plan.confirm === undefined
				? act({ type: 'apply' })
				: {
						say: [
							`This plan destroys ${countOf(plan.destroys.length, 'resource')}. To apply it, type: ${plan.confirm}`,
							'Anything else cancels.',
						],
						talk: { kind: 'confirm', name: plan.confirm },
					};
		case 'save':
			return act({ type: 'save-plan' });
		case 'cancel':
		case 'not now':
		case 'not-now':
			return act({ type: 'not-now' });
		default:
			return say('Nothing was applied. Type apply to apply the plan, cancel to go back, or help.');
	}
}

/** Handles the confirmation of a plan that destroys resources. */
export function hearConfirm(name: string, line: string): Heard {
	if (line.trim() === name) return act({ type: 'apply' });
	return say(`Nothing was applied: the text does not match ${name}.`);
}

/** Renders the resources of a group, or every attribute of a resource. */
export function showOfPlan({ plan }: PlanScreen, name: string): string[] {
	const sought = name.toLowerCase();
	const group =
		plan.groups.find(({ title }) => title.toLowerCase() === sought) ??
		plan.groups[Number(name) - 1];
	if (group !== undefined) {
		const inside = plan.resources.filter((one) => group.addresses.includes(one.address));
		return [`${group.title}:`, ...inside.map((one) => `  ${resourceLine(one)}`)];
	}
	const named = plan.resources.filter(({ address }) => address.toLowerCase() === sought);
	const some =
		named.length > 0 ? named : plan.resources.filter((one) => one.address.includes(name));
	const [only] = some;
	if (only !== undefined && some.length === 1) return resourceLines(only);
	return some.length === 0
		? [`No group or resource matches ${name}. Type find TEXT to search everything.`]
		: some.slice(0, MOST).map((one) => `  ${resourceLine(one)}`);
}

/** Renders the resources that contain a text in their address or attributes. */
export function findInPlan({ plan }: PlanScreen, text: string): string[] {
	const sought = text.toLowerCase();
	const found = plan.resources.filter(({ address, attributes }) =>
		[address, ...attributes.flatMap(({ path, before, after }) => [path, before, after])].some(
			(words) => words?.toLowerCase().includes(sought),
		),
	);
	const more = found.length - MOST;
	return [
		`${found.length} of ${plan.resources.length} resources contain ${text}.`,
		...found.slice(0, MOST).map((one) => `  ${resourceLine(one)}`),
		...(more > 0 ? [`And ${more} more. Type save to save the full plan.`] : []),
	];
}
