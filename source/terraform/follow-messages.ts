import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import type { ProcessExit, RunningProcess } from './detached-process.ts';
import type { TerraformDiagnostic } from './diagnostics.ts';
import { releasePreallocation } from './disk-space.ts';
import { isTruncatedState } from './errored-state.ts';
import {
	type OutputMessage,
	parseJsonMessage,
	parseStateDump,
	type TerraformEvent,
} from './json-messages.ts';
import { readFileEnd, truncateOversizedLog } from './log-retention.ts';
import { tailLines } from './tail-lines.ts';

/** The result of a command, collected from its messages. */
export interface FollowResult extends ProcessExit {
	/** Errors and warnings without duplicates. */
	diagnostics: readonly TerraformDiagnostic[];
	/** The last change summary; Terraform prints it only if the command succeeded. */
	summary?: TerraformEvent & { type: 'summary' };
	outputs?: Readonly<Record<string, OutputMessage>>;
	/** `init` reported success. */
	initialised: boolean;
	/** Terraform reported that it received an interrupt. */
	interrupted: boolean;
	stderr: string;
	/** Where the state of an emergency dump was saved, or that it could not be saved. */
	stateDump?: { path: string } | 'unsaved';
}

interface FollowOptions {
	/** Terraform's working directory: an emergency dump is saved there as `errored.tfstate`. */
	folder: string;
	usual(resourceType: string, action: string): readonly [number, number] | undefined;
	/** Called with each event before it is yielded. */
	see?(event: TerraformEvent): void;
}

/**
 * Reads the messages of a running or finished command from its file, from the first to the last.
 * Equal diagnostics are yielded once. If the consumer stops early, the command continues and can be
 * followed again from its record.
 */
export async function* followMessages(
	running: RunningProcess,
	{ folder, usual, see }: FollowOptions,
): AsyncGenerator<TerraformEvent, FollowResult> {
	const seen = new Map<string, TerraformDiagnostic>();
	const result: FollowResult = {
		diagnostics: [],
		initialised: false,
		interrupted: false,
		stderr: '',
	};
	const { stdoutPath, stderrPath } = running.record;
	let dump: string | undefined;
	const ended = (): boolean => {
		truncateOversizedLog(stderrPath);
		return running.ended();
	};
	for await (const lines of tailLines(stdoutPath, { ended })) {
		for (const line of lines) {
			if (line === '') continue;
			const event = parseJsonMessage(line);
			switch (event.type) {
				case 'resource':
					event.usualSeconds = usual(event.resourceType, event.action);
					break;
				case 'diagnostic': {
					const key = JSON.stringify(event.diagnostic);
					if (seen.has(key)) continue;
					seen.set(key, event.diagnostic);
					break;
				}
				case 'summary':
					result.summary = event;
					break;
				case 'outputs':
					result.outputs = event.outputs;
					break;
				case 'init':
					result.initialised ||= event.code.startsWith('output_init_success');
					break;
				case 'log':
					result.interrupted ||= /^(?:Interrupt|Two interrupts) received/.test(event.message);
					if (event.stateDump) dump = line;
					break;
			}
			see?.(event);
			yield event;
		}
	}
	releasePreallocation(stdoutPath);
	// After releasing the preallocation, which is the only free space on a full disk.
	if (dump !== undefined) result.stateDump = await saveDump(dump, folder);
	result.diagnostics = [...seen.values()];
	result.stderr = readFileEnd(stderrPath, limits.stderrTailBytes);
	return Object.assign(result, running.outcome());
}

/**
 * Terraform prints the state if it could not save it anywhere, so this is the only copy. It is
 * written to the file that Terraform itself would have used, which blocks the next apply until it
 * is pushed. An existing complete state is never overwritten.
 */
async function saveDump(line: string, folder: string): Promise<{ path: string } | 'unsaved'> {
	const state = parseStateDump(line);
	if (state === undefined) return 'unsaved';
	const path = join(folder, 'errored.tfstate');
	try {
		const there = readRegularFileText(path, limits.stateBytes);
		// The same dump was saved by a process that then crashed.
		if (there === state) return { path };
		if (there !== undefined && !isTruncatedState(there)) return 'unsaved';
		await writeFile(path, state, { mode: 0o600, flush: true });
		return { path };
	} catch {
		return 'unsaved';
	}
}
