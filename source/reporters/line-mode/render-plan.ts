import { formatCount, formatPlanCounts } from '../../engine/format.ts';
import type { PlanReview, ReviewedResource } from '../../engine/operator.ts';
import type { PlanScreen } from '../../wizard/wizard-model.ts';
import { addFullStop } from './sentences.ts';
import { COPY_INDENT } from './wrap-for-terminal.ts';

const MOST_UPDATES = 20;

/** Renders a plan: all destroyed resources first, then warnings, then groups. */
export function renderPlan({ plan, savedAs }: PlanScreen, before?: PlanScreen): string[] {
	if (before !== undefined) {
		if (savedAs === undefined || savedAs === before.savedAs) return [];
		return ['The plan is saved as text:', `${COPY_INDENT}${savedAs}`];
	}
	const summary = formatPlanCounts(plan.counts);
	return [
		`The plan for ${plan.stack}: ${summary === undefined ? 'no changes' : summary}.`,
		...destroyLines(plan),
		...plan.warnings.map((warning) => `Warning: ${addFullStop(warning)}`),
		...updateLines(plan),
		...groupLines(plan),
		'Nothing is applied until you type apply; then exactly this plan is applied.',
		...(plan.confirm === undefined
			? []
			: [`Because it destroys resources, you must then also type: ${plan.confirm}`]),
		'Type show NUMBER to list a group, cancel to change nothing.',
	];
}

function destroyLines({ destroys }: PlanReview): string[] {
	if (destroys.length === 0) return ['Nothing is destroyed.'];
	return [
		`Warning: this plan destroys ${formatCount(destroys.length, 'resource')}:`,
		...destroys.map((line) => `  ${line}`),
	];
}

/** Renders a limited number of updated resources; destroyed ones are rendered in full. */
function updateLines({ resources }: PlanReview): string[] {
	const updates = resources.filter(({ action }) => action === 'update');
	if (updates.length === 0) return [];
	const rest = updates.length - MOST_UPDATES;
	return [
		`It changes ${formatCount(updates.length, 'resource')} in place:`,
		...updates.slice(0, MOST_UPDATES).map(({ address }) => `  ${address}`),
		...(rest > 0 ? [`And ${rest} more. Type show NUMBER to list a group.`] : []),
	];
}

function groupLines({ groups }: PlanReview): string[] {
	return groups.map(
		({ title, addresses }, index) =>
			`${index + 1}. ${title}: ${formatCount(addresses.length, 'resource')}`,
	);
}

const verbs: Partial<Record<ReviewedResource['action'], string>> = {
	create: 'creates',
	update: 'changes',
	delete: 'destroys',
	replace: 'replaces',
	forget: 'forgets',
	move: 'moves',
};

/** Formats a resource on one line. */
export function formatResource({ action, address, reason }: ReviewedResource): string {
	return `${verbs[action] ?? action} ${address}${reason === undefined ? '' : `, ${reason}`}`;
}

/** Renders a resource with every attribute. */
export function renderResource(resource: ReviewedResource): string[] {
	const attributes = resource.attributes.map(({ path, before, after, forcesReplacement }) => {
		const values =
			before === undefined
				? (after ?? '')
				: after === undefined
					? `${before}, to be removed`
					: `${before}, to become ${after}`;
		return `  ${path}: ${values}${forcesReplacement ? ' (forces replacement)' : ''}`;
	});
	return [formatResource(resource), ...attributes];
}
