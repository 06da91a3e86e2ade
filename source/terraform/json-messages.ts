import type { Diagnostic, ResourceAction, ResourceProgress } from '../engine/events.ts';
import { asObject, asText, parseDiagnostic } from './diagnostics.ts';
import { estimateDuration } from './duration-estimates.ts';

export interface TerraformOutput {
	sensitive: boolean;
	/** Absent for a sensitive output and in a plan, where Terraform omits it. */
	value?: unknown;
	action?: ResourceAction;
}

export interface PlannedChange {
	address: string;
	resourceType: string;
	action: ResourceAction;
	/** Terraform's reason: `tainted`, `cannot_update`. */
	reason?: string;
}

/** The counts of a finished plan or apply. */
export interface ChangeSummary {
	add: number;
	change: number;
	remove: number;
	import: number;
}

/** One line of `terraform -json` output. */
export type TerraformMessage =
	| ResourceProgress
	| { type: 'diagnostic'; diagnostic: Diagnostic }
	| { type: 'planned'; change: PlannedChange }
	| { type: 'drift'; address: string; action: ResourceAction }
	| { type: 'summary'; summary: ChangeSummary }
	| { type: 'outputs'; outputs: Readonly<Record<string, TerraformOutput>> }
	| { type: 'init'; code: string }
	| { type: 'lock'; message: string }
	| { type: 'log'; message: string }
	/** The whole state, as JSON text, which Terraform could not save anywhere. */
	| { type: 'state dump'; state: string }
	/** Terraform's own type, or '' for text: nothing depends on it. */
	| { type: 'other'; name: string };

type Fields = Record<string, unknown>;

// Maps, not objects, so that a message named "constructor" finds nothing.
const actions: ReadonlyMap<unknown, ResourceAction> = new Map([
	['create', 'create'],
	['read', 'read'],
	['update', 'update'],
	['replace', 'replace'],
	['delete', 'delete'],
	['move', 'move'],
	// The message says "remove" where the language and `show -json` say "forget".
	['remove', 'forget'],
	['forget', 'forget'],
]);

const phases: ReadonlyMap<unknown, ResourceProgress['phase']> = new Map([
	['apply_start', 'started'],
	['apply_progress', 'progress'],
	['apply_complete', 'done'],
	['apply_errored', 'failed'],
]);

/**
 * Parses one line of Terraform's standard output. Never throws: text and unknown message types
 * (minor UI versions add types) become `other`.
 */
export function parseJsonMessage(line: string): TerraformMessage {
	const fields = parseFields(line) ?? {};
	const type = asText(fields.type);
	const phase = phases.get(type);
	if (phase !== undefined) return readProgress(phase, asObject(fields.hook));
	const message = asText(fields['@message']).trim();
	switch (type) {
		case 'planned_change': {
			const change = asObject(fields.change);
			const reason = typeof change.reason === 'string' ? { reason: change.reason } : {};
			return { type: 'planned', change: { ...readResource(change), ...reason } };
		}
		case 'resource_drift': {
			const { address, action } = readResource(asObject(fields.change));
			return { type: 'drift', address, action };
		}
		case 'diagnostic':
			return { type, diagnostic: parseDiagnostic(fields.diagnostic) };
		case 'change_summary':
			return { type: 'summary', summary: readSummary(asObject(fields.changes)) };
		case 'outputs':
			return { type, outputs: readOutputs(asObject(fields.outputs)) };
		case 'log':
			return fields.state === undefined || fields.state === null
				? { type, message }
				: { type: 'state dump', state: formatState(fields.state) };
		case 'init_output':
			return { type: 'init', code: asText(fields.message_code) };
		case 'state_lock_acquire':
			return { type: 'lock', message };
		default:
			return { type: 'other', name: type };
	}
}

/** The values of outputs that are not sensitive. */
export function getPublicOutputs(
	outputs: Readonly<Record<string, TerraformOutput>>,
): Readonly<Record<string, unknown>> {
	return Object.fromEntries(
		Object.entries(outputs).flatMap(([name, { sensitive, value }]) =>
			sensitive ? [] : [[name, value]],
		),
	);
}

/** Removes the state from the line of an emergency dump; returns any other line unchanged. */
export function omitStateFromLine(line: string): string {
	const fields = parseFields(line);
	if (fields?.type !== 'log' || fields.state === undefined) return line;
	return JSON.stringify({ ...fields, state: '(omitted)' });
}

function parseFields(line: string): Fields | undefined {
	if (!line.startsWith('{')) return undefined;
	try {
		return JSON.parse(line) as Fields;
	} catch {
		return undefined;
	}
}

function readProgress(phase: ResourceProgress['phase'], hook: Fields): ResourceProgress {
	const { address, resourceType, action } = readResource(hook);
	return {
		type: 'resource',
		address,
		action,
		phase,
		elapsedSeconds: asNumber(hook.elapsed_seconds),
		usualSeconds: estimateDuration(resourceType, action),
		id: typeof hook.id_value === 'string' ? hook.id_value : undefined,
	};
}

function readSummary(changes: Fields): ChangeSummary {
	return {
		add: asNumber(changes.add),
		change: asNumber(changes.change),
		remove: asNumber(changes.remove),
		import: asNumber(changes.import),
	};
}

function readOutputs(outputs: Fields): Record<string, TerraformOutput> {
	const read: Record<string, TerraformOutput> = {};
	for (const [name, raw] of Object.entries(outputs)) {
		const output = asObject(raw);
		read[name] = { sensitive: output.sensitive === true };
		if ('value' in output) read[name].value = output.value;
		if ('action' in output) read[name].action = readAction(output.action);
	}
	return read;
}

function readResource(holder: Fields): Omit<PlannedChange, 'reason'> {
	const resource = asObject(holder.resource);
	return {
		address: asText(resource.addr),
		resourceType: asText(resource.resource_type),
		action: readAction(holder.action),
	};
}

function readAction(action: unknown): ResourceAction {
	return actions.get(action) ?? 'noop';
}

function formatState(state: unknown): string {
	return typeof state === 'string' ? state : JSON.stringify(state, undefined, 2);
}

function asNumber(value: unknown): number {
	return typeof value === 'number' ? value : 0;
}
