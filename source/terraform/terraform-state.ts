import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { getStatePushCommand } from './failure-messages.ts';

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
	const [one, other] = [parseState(a), parseState(b)].map(({ resources = [], outputs = {} }) => ({
		resources,
		outputs,
	}));
	return isDeepStrictEqual(one, other);
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

const NAME = 'errored.tfstate';

/** The path of a state that Terraform could not save to its backend, or undefined. */
export function findErroredState(folder: string): string | undefined {
	const path = join(folder, NAME);
	return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

export async function readErroredState(path: string): Promise<string> {
	// Terraform writes it with the mode of the umask, and it may contain secrets.
	await chmod(path, 0o600);
	return readRegularFileText(path, limits.stateBytes) ?? '';
}

/** Whether a state was only partly written, as happens on a full disk. */
export function isTruncatedState(text: string): boolean {
	if (text !== '' && !text.startsWith('{')) return false;
	try {
		JSON.parse(text);
		return false;
	} catch {
		return true;
	}
}

/**
 * A full disk truncates a local state too, which Terraform then cannot read: rename it so that the
 * complete state can replace it.
 */
export async function renameTruncatedState(folder: string, now = new Date()): Promise<void> {
	const path = join(folder, 'terraform.tfstate');
	const text = readRegularFileText(path, limits.stateBytes) ?? '';
	if (text !== '' && isTruncatedState(text)) await rename(path, `${path}.cut-${stamp(now)}`);
}

/**
 * Renames a pushed state instead of deleting it, as a record of the failure.
 *
 * @returns the new path
 */
export async function archiveErroredState(path: string, now = new Date()): Promise<string> {
	const kept = `${path}.pushed-${stamp(now)}`;
	await rename(path, kept);
	return kept;
}

function stamp(now: Date): string {
	return now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
}

/** The error that blocks plan and apply, because the state would diverge otherwise. */
export function createErroredStateError(folder: string): WizardError {
	return new WizardError('refused', {
		message: `An earlier run could not save its state; it is stored in ${join(folder, NAME)}.`,
		expected: 'the state pushed to its backend before the next plan or apply',
		details: [
			'That run changed resources without recording them. Continuing would create them again.',
		],
		next: [getStatePushCommand(folder)],
	});
}

/**
 * Saves a state that Terraform printed because it could not save it anywhere, so that this is the
 * only copy. It is written to the file that Terraform itself would have used, which blocks the next
 * apply until it is pushed. An existing complete state is never overwritten.
 */
export async function saveStateDump(state: string, folder: string): Promise<'saved' | 'unsaved'> {
	const path = join(folder, NAME);
	try {
		const there = readRegularFileText(path, limits.stateBytes);
		// The same dump was saved by a process that then crashed.
		if (there === state) return 'saved';
		if (there !== undefined && !isTruncatedState(there)) return 'unsaved';
		await writeFile(path, state, { mode: 0o600, flush: true });
		return 'saved';
	} catch {
		return 'unsaved';
	}
}
