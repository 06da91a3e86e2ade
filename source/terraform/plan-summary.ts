import { WizardError } from '../engine/errors.ts';
import type { PlanCounts, ResourceAction } from '../engine/events.ts';
import {
	type AttributeChange,
	collectSensitiveStrings,
	diffAttributes,
	maskKnownSecrets,
	maskMarkedValues,
	UNKNOWN_PLACEHOLDER,
} from './attribute-changes.ts';

export interface ResourceChange {
	address: string;
	/** Address of its module; absent in the root module. */
	module?: string;
	type: string;
	name: string;
	index?: string | number;
	action: ResourceAction;
	/** Terraform's reason: `replace_because_tainted`. */
	reason?: string;
	/** The previous address of a moved resource. */
	previousAddress?: string;
	/** The resource exists and is imported by this plan. */
	importing?: true;
	attributes: readonly AttributeChange[];
}

export interface OutputChange {
	name: string;
	action: ResourceAction;
	before: unknown;
	after: unknown;
	sensitive: boolean;
	unknown: boolean;
}

/** A saved plan without sensitive values. */
export interface PlanSummary {
	/** Changes to real resources, without reads, moves, imports and forgotten resources. */
	counts: PlanCounts;
	imports: number;
	moves: number;
	forgets: number;
	/** Everything except plain "no-op" changes, reads included, in Terraform's order. */
	changes: readonly ResourceChange[];
	outputs: readonly OutputChange[];
	/** The number of resources changed outside Terraform since the last run. */
	drift: number;
	/** False if there is nothing to apply, or the plan cannot be applied. */
	applyable: boolean;
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
		.filter(isWorthShowing)
		.map((change) => ({ ...change, attributes: change.attributes.map(hide) }));
	const count = (action: ResourceAction) =>
		changes.filter((change) => change.action === action).length;
	return {
		counts: {
			create: count('create'),
			update: count('update'),
			delete: count('delete'),
			replace: count('replace'),
		},
		imports: changes.filter(({ importing }) => importing === true).length,
		moves: changes.filter(({ previousAddress }) => previousAddress !== undefined).length,
		forgets: count('forget'),
		changes,
		outputs: Object.entries(object(plan.output_changes))
			.map(([name, change]) => readOutput(name, object(change)))
			.filter(({ action }) => action !== 'noop')
			.map(hide),
		drift: list(plan.resource_drift)
			.map(readChange)
			.filter(({ action }) => action !== 'noop').length,
		applyable: plan.applyable === true,
		complete: plan.complete !== false,
		errored: plan.errored === true,
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
		...resources.map((resource) => object(object(resource).change)),
		...Object.values(object(plan.output_changes)).map(object),
	];
	for (const { before, after, before_sensitive, after_sensitive } of changes) {
		collectSensitiveStrings(before, before_sensitive, secrets);
		collectSensitiveStrings(after, after_sensitive, secrets);
	}
	return secrets;
}

function parsePlan(json: string): Fields {
	let plan: Fields;
	try {
		plan = object(JSON.parse(json));
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
	const fields = object(raw);
	const change = object(fields.change);
	let action = toResourceAction(list(change.actions));
	const address = text(fields.address);
	const previous = fields.previous_address;
	const moved = typeof previous === 'string' && previous !== address;
	if (moved && action === 'noop') action = 'move';
	return {
		address,
		...optional('module', fields.module_address),
		type: text(fields.type),
		name: text(fields.name),
		...optional('index', fields.index),
		action,
		...optional('reason', fields.action_reason),
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

function isWorthShowing({ action, importing }: ResourceChange): boolean {
	return action !== 'noop' || importing === true;
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
		sensitive,
		unknown,
	};
}

function optional<K extends string>(key: K, value: unknown): { [P in K]?: never } {
	return (value === undefined || value === null ? {} : { [key]: value }) as unknown as {
		[P in K]?: never;
	};
}

function object(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
