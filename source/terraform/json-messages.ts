import type { ResourceAction } from '../engine/events.ts';
import { parseDiagnostic, type TerraformDiagnostic } from './diagnostics.ts';

export type ResourcePhase = 'started' | 'progress' | 'done' | 'failed';

export interface OutputMessage {
	sensitive: boolean;
	/** Absent for a sensitive output and in a plan, where Terraform omits it. */
	value?: unknown;
	action?: ResourceAction;
}

/** One line of `terraform -json` output. */
export type TerraformEvent =
	| { type: 'version'; terraform: string; ui: string }
	| { type: 'log'; level: string; message: string; stateDump?: true }
	| { type: 'diagnostic'; diagnostic: TerraformDiagnostic }
	| {
			type: 'planned';
			address: string;
			resourceType: string;
			action: ResourceAction;
			reason?: string;
			previousAddress?: string;
			importing?: true;
	  }
	| { type: 'drift'; address: string; resourceType: string; action: ResourceAction }
	| {
			type: 'resource';
			address: string;
			resourceType: string;
			action: ResourceAction;
			phase: ResourcePhase;
			elapsedSeconds: number;
			usualSeconds?: readonly [number, number];
			id?: string;
	  }
	| { type: 'refresh'; address: string; phase: ResourcePhase; id?: string }
	| {
			type: 'provisioner';
			address: string;
			provisioner: string;
			phase: ResourcePhase;
			output?: string;
	  }
	| {
			type: 'summary';
			operation: string;
			add: number;
			change: number;
			remove: number;
			import: number;
	  }
	| { type: 'outputs'; outputs: Readonly<Record<string, OutputMessage>> }
	| { type: 'init'; code: string; message: string }
	| { type: 'lock'; state: 'waiting' | 'released'; message: string }
	| { type: 'unknown'; name: string; message: string }
	| { type: 'text'; text: string }
	/** The log file of the command; the first event of each command. */
	| { type: 'following'; log: string };

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

/** Message type to phase, for the three kinds of messages with start, progress and end. */
const hooks: ReadonlyMap<string, readonly ['resource' | 'refresh' | 'provisioner', ResourcePhase]> =
	new Map([
		['apply_start', ['resource', 'started']],
		['apply_progress', ['resource', 'progress']],
		['apply_complete', ['resource', 'done']],
		['apply_errored', ['resource', 'failed']],
		['refresh_start', ['refresh', 'started']],
		['refresh_complete', ['refresh', 'done']],
		['provision_start', ['provisioner', 'started']],
		['provision_progress', ['provisioner', 'progress']],
		['provision_complete', ['provisioner', 'done']],
		['provision_errored', ['provisioner', 'failed']],
	]);

/**
 * Parses one line of Terraform's standard output. Never throws: a line that is not JSON becomes
 * `text`, and an unknown message type becomes `unknown` (minor UI versions add types). A `log`
 * message with the whole state (Terraform's emergency dump) loses the state here.
 */
export function parseJsonMessage(line: string): TerraformEvent {
	const fields = asFields(line);
	if (fields === undefined) return { type: 'text', text: line };
	const type = text(fields.type);
	const hook = hooks.get(type);
	if (hook !== undefined) return readHook(hook[0], hook[1], object(fields.hook));
	switch (type) {
		case 'planned_change':
			return readPlanned(object(fields.change));
		case 'resource_drift': {
			const change = object(fields.change);
			return { type: 'drift', ...readResource(change), action: readAction(change.action) };
		}
		case 'diagnostic':
			return { type, diagnostic: parseDiagnostic(fields.diagnostic) };
		case 'change_summary':
			return readSummary(object(fields.changes));
		case 'outputs':
			return { type, outputs: readOutputs(object(fields.outputs)) };
		case 'log':
			return readLog(fields);
		case 'version':
			return { type, terraform: text(fields.terraform), ui: text(fields.ui) };
		case 'init_output':
			return {
				type: 'init',
				code: text(fields.message_code),
				message: text(fields['@message']),
			};
		case 'state_lock_acquire':
			return { type: 'lock', state: 'waiting', message: text(fields['@message']) };
		case 'state_lock_release':
			return { type: 'lock', state: 'released', message: text(fields['@message']) };
		default:
			return { type: 'unknown', name: type, message: text(fields['@message']) };
	}
}

/** The state in an emergency dump as JSON text, or undefined if the line has none. */
export function parseStateDump(line: string): string | undefined {
	const state = asFields(line)?.state;
	if (state === undefined || state === null) return undefined;
	return typeof state === 'string' ? state : JSON.stringify(state, undefined, 2);
}

/** Removes the state from the line of an emergency dump; returns any other line unchanged. */
export function removeStateDump(line: string): string {
	const fields = asFields(line);
	if (fields?.type !== 'log' || fields.state === undefined) return line;
	return JSON.stringify({ ...fields, state: '(omitted)' });
}

function asFields(line: string): Fields | undefined {
	if (!line.startsWith('{')) return undefined;
	try {
		return JSON.parse(line) as Fields;
	} catch {
		return undefined;
	}
}

function readHook(
	family: 'resource' | 'refresh' | 'provisioner',
	phase: ResourcePhase,
	hook: Fields,
): TerraformEvent {
	const { address, resourceType } = readResource(hook);
	const id = optionalText(hook.id_value);
	if (family === 'refresh') return { type: family, address, phase, id };
	if (family === 'provisioner') {
		const provisioner = text(hook.provisioner);
		return { type: family, address, provisioner, phase, output: optionalText(hook.output) };
	}
	const action = readAction(hook.action);
	const elapsedSeconds = count(hook.elapsed_seconds);
	return { type: family, address, resourceType, action, phase, elapsedSeconds, id };
}

function readPlanned(change: Fields): TerraformEvent {
	const event: TerraformEvent & { type: 'planned' } = {
		type: 'planned',
		...readResource(change),
		action: readAction(change.action),
	};
	const reason = optionalText(change.reason);
	if (reason !== undefined) event.reason = reason;
	const previous = optionalText(object(change.previous_resource).addr);
	if (previous !== undefined) event.previousAddress = previous;
	if (change.importing !== undefined || change.action === 'import') event.importing = true;
	return event;
}

function readSummary(changes: Fields): TerraformEvent {
	return {
		type: 'summary',
		operation: text(changes.operation),
		add: count(changes.add),
		change: count(changes.change),
		remove: count(changes.remove),
		import: count(changes.import),
	};
}

function readLog(fields: Fields): TerraformEvent {
	const level = text(fields['@level']);
	const message = text(fields['@message']).trim();
	return fields.state === undefined
		? { type: 'log', level, message }
		: { type: 'log', level, message, stateDump: true };
}

function readOutputs(outputs: Fields): Record<string, OutputMessage> {
	const read: Record<string, OutputMessage> = {};
	for (const [name, raw] of Object.entries(outputs)) {
		const output = object(raw);
		read[name] = { sensitive: output.sensitive === true };
		if ('value' in output) read[name].value = output.value;
		if ('action' in output) read[name].action = readAction(output.action);
	}
	return read;
}

function readResource(holder: Fields): { address: string; resourceType: string } {
	const resource = object(holder.resource);
	return { address: text(resource.addr), resourceType: text(resource.resource_type) };
}

function readAction(action: unknown): ResourceAction {
	return actions.get(action) ?? 'noop';
}

function object(value: unknown): Fields {
	return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function optionalText(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

function count(value: unknown): number {
	return typeof value === 'number' ? value : 0;
}
