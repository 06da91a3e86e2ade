import { WizardError } from '../engine/errors.ts';
import type { PlanCounts, ResourceAction } from '../engine/events.ts';
import {
	type AttributeChange,
	addSensitiveStrings,
	diffAttributes,
	maskKnownSecrets,
	maskMarkedValues,
	SENSITIVE_PLACEHOLDER,
	UNKNOWN_PLACEHOLDER,
} from './attribute-changes.ts';
import { asObject, asText } from './diagnostics.ts';

export interface ResourceChange {
	address: string;
	resourceType: string;
	action: ResourceAction;
	/** Terraform's reason: `replace_because_tainted`. */
	reason?: string;
	/** The previous address of a moved resource. */
	previousAddress?: string;
	/** The resource exists and is imported by this plan. */
	importing?: true;
	attributes: readonly AttributeChange[];
}

interface OutputChange {
	name: string;
	action: ResourceAction;
	before: unknown;
	after: unknown;
}

/** A saved plan without sensitive values. */
export interface PlanSummary {
	/** Everything except plain "no-op" changes, reads included, in Terraform's order. */
	changes: readonly ResourceChange[];
	outputs: readonly OutputChange[];
	/** The number of resources changed outside Terraform since the last run. */
	drift: number;
	/** False if Terraform deferred part of the changes to a later plan. */
	complete: boolean;
	errored: boolean;
}

type Fields = Record<string, unknown>;

/**
 * Parses the output of `terraform show -json PLANFILE`.
 *
 * @throws WizardError `command` if the text is not a plan, or its format is not supported
 */
export function parsePlanSummary(json: string): PlanSummary {
	const plan = parsePlan(json);
	const secrets = sensitiveStrings(plan);
	const hide = <T extends { before: unknown; after: unknown }>(change: T): T => ({
		...change,
		before: maskKnownSecrets(change.before, secrets),
		after: maskKnownSecrets(change.after, secrets),
	});
	const changes = list(plan.resource_changes)
		.map(readChange)
		.filter(({ action, importing }) => action !== 'noop' || importing)
		.map((change) => ({ ...change, attributes: change.attributes.map(hide) }));
	return {
		changes,
		outputs: Object.entries(asObject(plan.output_changes))
			.map(([name, change]) => readOutput(name, asObject(change)))
			.filter(({ action }) => action !== 'noop')
			.map(hide),
		drift: list(plan.resource_drift)
			.map(readChange)
			.filter(({ action }) => action !== 'noop').length,
		complete: plan.complete !== false,
		errored: plan.errored === true,
	};
}

export function countChanges(changes: readonly { action: ResourceAction }[]): PlanCounts {
	const count = (wanted: ResourceAction) =>
		changes.filter(({ action }) => action === wanted).length;
	return {
		create: count('create'),
		update: count('update'),
		delete: count('delete'),
		replace: count('replace'),
	};
}

/** Converts Terraform's list of actions to one; a replacement has two, in either order. */
export function toResourceAction(actions: readonly unknown[]): ResourceAction {
	const has = (action: string) => actions.includes(action);
	if (has('create') && has('delete')) return 'replace';
	// "create" with "forget": a new resource is created and the old one is retained outside the
	// state.
	if (has('create')) return 'create';
	if (has('delete')) return 'delete';
	if (has('update')) return 'update';
	if (has('forget')) return 'forget';
	return has('read') ? 'read' : 'noop';
}

/**
 * Every string marked sensitive anywhere in the plan. A computed attribute may repeat one without
 * its own mark (`terraform_data.output` does); Terraform itself prints those.
 */
function sensitiveStrings(plan: Fields): Set<string> {
	const secrets = new Set<string>();
	const resources = [...list(plan.resource_changes), ...list(plan.resource_drift)];
	const changes = [
		...resources.map((resource) => asObject(asObject(resource).change)),
		...Object.values(asObject(plan.output_changes)).map(asObject),
	];
	for (const { before, after, before_sensitive, after_sensitive } of changes) {
		addSensitiveStrings(before, before_sensitive, secrets);
		addSensitiveStrings(after, after_sensitive, secrets);
	}
	return secrets;
}

function parsePlan(json: string): Fields {
	let plan: Fields;
	try {
		plan = asObject(JSON.parse(json));
	} catch (cause) {
		throw new WizardError('command', {
			message: 'terraform show did not print the plan as JSON.',
			cause,
		});
	}
	const format = plan.format_version;
	// A new major format may change meanings; minor ones only add fields.
	if (typeof format !== 'string' || !/^[01]\./.test(format)) {
		throw new WizardError('command', {
			message: `The JSON format of the plan is not supported: ${String(format)}.`,
			expected: 'format_version 1.x',
		});
	}
	return plan;
}

function readChange(raw: unknown): ResourceChange {
	const fields = asObject(raw);
	const change = asObject(fields.change);
	let action = toResourceAction(list(change.actions));
	const address = asText(fields.address);
	const previous = fields.previous_address;
	const moved = typeof previous === 'string' && previous !== address;
	if (moved && action === 'noop') action = 'move';
	return {
		address,
		resourceType: asText(fields.type),
		action,
		...(typeof fields.action_reason === 'string' ? { reason: fields.action_reason } : {}),
		...(moved ? { previousAddress: previous } : {}),
		...(change.importing ? { importing: true as const } : {}),
		attributes: diffAttributes(
			{
				before: change.before,
				after: change.after,
				beforeSensitive: change.before_sensitive,
				afterSensitive: change.after_sensitive,
				afterUnknown: change.after_unknown,
			},
			list(change.replace_paths) as (string | number)[][],
		),
	};
}

function readOutput(name: string, change: Fields): OutputChange {
	const unknown = change.after_unknown === true;
	const sensitive = change.before_sensitive === true || change.after_sensitive === true;
	const after = maskMarkedValues(
		change.after ?? null,
		sensitive || change.after_sensitive,
		change.after_unknown,
	);
	return {
		name,
		action: toResourceAction(list(change.actions)),
		before: maskMarkedValues(change.before ?? null, sensitive || change.before_sensitive),
		after: unknown ? UNKNOWN_PLACEHOLDER : after,
	};
}

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

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

function headline({ changes }: PlanSummary): string {
	const counts = countChanges(changes);
	const count = (fits: (change: ResourceChange) => boolean) => changes.filter(fits).length;
	const others: readonly (readonly [number, string])[] = [
		[count(({ importing }) => importing === true), 'import'],
		[count(({ previousAddress }) => previousAddress !== undefined), 'move'],
		[count(({ action }) => action === 'forget'), 'forget (retained, but no longer managed)'],
	];
	const parts = [
		...(['create', 'update', 'replace', 'delete'] as const).map(
			(action) => `${counts[action]} to ${action}`,
		),
		...others.flatMap(([number, what]) => (number > 0 ? [`${number} to ${what}`] : [])),
	];
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
