import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { WizardError } from '../engine/errors.ts';

/** The part of a state that is used outside the driver: never a value. */
export interface StateSummary {
	lineage: string;
	serial: number;
	/** Addresses of all resource instances, data sources included, as `state list` gives them. */
	resources: readonly string[];
	/** It has no resource and no output, so nothing is lost if another state replaces it. */
	empty: boolean;
	/** Digest of resources and outputs; the same for a copy under another lineage or serial. */
	contents: string;
}

interface StateResource {
	module?: string;
	mode: string;
	type: string;
	name: string;
	instances?: { index_key?: string | number }[];
}

interface StateFile {
	version: number;
	lineage?: string;
	serial?: number;
	outputs?: Record<string, unknown>;
	resources?: StateResource[];
}

/**
 * Summarizes the output of `terraform state pull`; an empty text is an empty state.
 *
 * @throws WizardError `command` if it is not a state of format 4
 */
export function parseStateSummary(text: string): StateSummary {
	if (text.trim() === '')
		return { lineage: '', serial: 0, resources: [], empty: true, contents: digest({}) };
	const state = parseState(text);
	const resources = (state.resources ?? []).flatMap(addresses);
	return {
		lineage: state.lineage ?? '',
		serial: state.serial ?? 0,
		resources,
		empty: resources.length === 0 && Object.keys(state.outputs ?? {}).length === 0,
		contents: digest(state),
	};
}

function digest({ resources = [], outputs = {} }: Partial<StateFile>): string {
	return createHash('sha256').update(JSON.stringify({ resources, outputs })).digest('hex');
}

/**
 * Whether two states contain the same resources and outputs. Lineage and serial are ignored: a push
 * to an empty backend gives the state a new lineage (seen with Terraform 1.11.4).
 */
export function hasSameContents(a: string, b: string): boolean {
	if (a.trim() === '' || b.trim() === '') return false;
	const one = parseState(a);
	const other = parseState(b);
	return (
		isDeepStrictEqual(one.resources ?? [], other.resources ?? []) &&
		isDeepStrictEqual(one.outputs ?? {}, other.outputs ?? {})
	);
}

function parseState(text: string): StateFile {
	let state: StateFile | undefined;
	try {
		state = JSON.parse(text) as StateFile;
	} catch {
		// Reported below without the text, which may contain secrets.
	}
	if (state?.version !== 4) {
		throw new WizardError('command', {
			message: 'The Terraform state format is not supported.',
			expected: 'state format version 4 (Terraform 0.12 or later)',
		});
	}
	return state;
}

function addresses({ module, mode, type, name, instances = [] }: StateResource): string[] {
	const local = `${mode === 'data' ? 'data.' : ''}${type}.${name}`;
	const address = module === undefined ? local : `${module}.${local}`;
	return instances.map(({ index_key: key }) =>
		key === undefined ? address : `${address}[${JSON.stringify(key)}]`,
	);
}
