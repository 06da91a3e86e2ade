import type { ResourceAction } from '../engine/events.ts';
import {
	type AttributeChange,
	SENSITIVE_PLACEHOLDER,
	UNKNOWN_PLACEHOLDER,
} from './attribute-changes.ts';
import type { OutputChange, PlanSummary, ResourceChange } from './plan-summary.ts';

const symbols: Readonly<Record<ResourceAction, string>> = {
	create: '+',
	update: '~',
	delete: '-',
	replace: '-/+',
	read: '<=',
	forget: '.',
	move: '->',
	noop: ' ',
};

const reasons: Readonly<Record<string, string>> = {
	replace_because_tainted: 'its last creation failed',
	replace_because_cannot_update: 'an attribute cannot be changed in place',
	replace_by_request: 'requested',
	replace_by_triggers: 'a replace_triggered_by reference changes',
	delete_because_no_resource_config: 'no longer in the configuration',
	delete_because_no_module: 'its module is no longer in the configuration',
	delete_because_wrong_repetition: 'count or for_each changed',
	delete_because_count_index: 'count decreased',
	delete_because_each_key: 'its key is no longer in for_each',
	delete_because_no_move_target: 'the resource it was moved to does not exist',
	read_because_config_unknown: 'read during apply',
	read_because_dependency_pending: 'read during apply',
};

/** Formats a plan as text lines, in Terraform's order, without sensitive values. */
export function formatPlan(plan: PlanSummary): string[] {
	const lines = [headline(plan)];
	if (plan.drift > 0) lines.push(`Changed outside Terraform since the last run: ${plan.drift}.`);
	if (!plan.complete) lines.push('Incomplete: another plan is needed after this one.');
	if (plan.errored) lines.push('The plan failed and cannot be applied.');
	for (const change of plan.changes) lines.push('', ...resourceLines(change));
	if (plan.outputs.length > 0) lines.push('', 'Outputs:', ...plan.outputs.map(outputLine));
	return lines;
}

function headline({ counts, imports, moves, forgets }: PlanSummary): string {
	const parts = [
		`${counts.create} to create`,
		`${counts.update} to update`,
		`${counts.replace} to replace`,
		`${counts.delete} to delete`,
	];
	if (imports > 0) parts.push(`${imports} to import`);
	if (moves > 0) parts.push(`${moves} to move`);
	if (forgets > 0) parts.push(`${forgets} to forget (retained, but no longer managed)`);
	return `Plan: ${parts.join(', ')}.`;
}

function resourceLines(change: ResourceChange): string[] {
	const notes = formatChangeReason(change);
	const why = notes === '' ? '' : ` (${notes})`;
	const word = change.action === 'noop' ? 'import' : change.action;
	// A forgotten resource does not change: its attributes do not become null.
	const attributes = change.action === 'forget' ? [] : change.attributes;
	return [
		`${symbols[change.action]} ${word} ${change.address}${why}`,
		...attributes.map((attribute) => `    ${attributeText(attribute, change.action)}`),
	];
}

/** The reason for a resource's action as text; '' if there is none. */
export function formatChangeReason(change: ResourceChange): string {
	const notes: string[] = [];
	if (change.importing && change.action !== 'noop') notes.push('imported first');
	if (change.reason !== undefined) notes.push(reasons[change.reason] ?? change.reason);
	if (change.previousAddress !== undefined) notes.push(`moved from ${change.previousAddress}`);
	return notes.join('; ');
}

function attributeText(attribute: AttributeChange, action: ResourceAction): string {
	const { path, before, after, forcesReplacement } = attribute;
	const forced = forcesReplacement ? '  # forces replacement' : '';
	if (action === 'create' || action === 'read') return `${path} = ${formatPlanValue(after)}`;
	if (action === 'delete') return `${path} = ${formatPlanValue(before)}`;
	return `${path}: ${formatPlanValue(before)} -> ${formatPlanValue(after)}${forced}`;
}

function outputLine({ name, action, before, after }: OutputChange): string {
	const symbol = symbols[action];
	if (action === 'create') return `${symbol} ${name} = ${formatPlanValue(after)}`;
	if (action === 'delete') return `${symbol} ${name} = ${formatPlanValue(before)}`;
	return `${symbol} ${name}: ${formatPlanValue(before)} -> ${formatPlanValue(after)}`;
}

/** Formats a value as Terraform would, on one line. */
export function formatPlanValue(value: unknown): string {
	return value === SENSITIVE_PLACEHOLDER || value === UNKNOWN_PLACEHOLDER
		? value
		: JSON.stringify(value ?? null);
}
