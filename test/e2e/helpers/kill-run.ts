import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRule } from '../../doubles/fault-proxy.ts';
import { LONG_MAX_WAIT_MS, waitFor } from '../../helpers/wait-for.ts';
import { killTerraformProcesses } from './process-list.ts';
import { readJournal } from './read-journal.ts';
import {
	type JsonEvent,
	type RunningWizard,
	startWizard,
	type WizardOptions,
} from './run-wizard.ts';

/** A moment in a run at which it is killed. */
export interface KillTrigger {
	/** Description for the test. */
	description: string;
	/** Faults of the cloud in the meantime. */
	rules?: readonly FaultRule[];
	/** Resolves at the moment. */
	wait(run: KillableRun): Promise<unknown>;
	/** Kills Terraform too, as a power cut does; otherwise it keeps running. */
	powerCut?: boolean;
	extraArguments?: readonly string[];
	/** SIGKILL by default. */
	signal?: NodeJS.Signals;
	/** Options of the process. */
	options?: WizardOptions;
}

export interface KillableRun extends RunningWizard {
	folder: string;
	/** Entries of the journal written by this run so far. */
	journal(): Record<string, unknown>[];
	/** Resolves when `look` finds something; rejects when the run ends before. */
	waitFor<T>(
		what: string,
		look: () => T | undefined | false | Promise<T | undefined | false>,
	): Promise<T>;
}

/** Starts a run and kills it at the moment. Returns its output. */
export async function runUntilKilled(argv: readonly string[], folder: string, moment: KillTrigger) {
	const run = await startAndWait(argv, folder, moment);
	run.child.kill(moment.signal ?? 'SIGKILL');
	const { signal, out, err } = await run.result;
	if (moment.powerCut) killTerraformProcesses(folder);
	return { signal, events: run.events(), printed: out + err };
}

/** Starts a run and waits for the moment. */
export async function startAndWait(argv: readonly string[], folder: string, moment: KillTrigger) {
	const before = readJournal(folder).length;
	const running = await startWizard([...argv, ...(moment.extraArguments ?? [])], moment.options);
	let over = false;
	void running.result.then(() => {
		over = true;
	});
	const run: KillableRun = {
		...running,
		folder,
		journal: () => readJournal(folder).slice(before),
		waitFor: (what, look) =>
			waitFor(
				what,
				async () => {
					const found = await look();
					if (!found && over) throw new Error(`it ended before ${what}:\n${running.out()}`);
					return found;
				},
				LONG_MAX_WAIT_MS,
			),
	};
	await moment.wait(run);
	return run;
}

/** Resolves when a matching event is printed. */
export function onEvent(fits: Partial<JsonEvent>): KillTrigger['wait'] {
	return (run) =>
		run.waitForEvent((one) => Object.entries(fits).every(([name, value]) => one[name] === value));
}

/** Resolves when Terraform was started with this subcommand. */
export function onTerraformCommand(stack: string, label: string): KillTrigger['wait'] {
	return (run) =>
		run.waitFor(`terraform ${label} of ${stack}`, () =>
			run.journal().find((e) => e.kind === 'process' && e.stack === stack && e.label === label),
		);
}

/** Resolves when Terraform starts to create a resource of this run's plan. */
export function onResourceCreation(stack: string, address = ''): KillTrigger['wait'] {
	return (run) =>
		run.waitFor(`the making of ${address}`, () =>
			listAppliedResources(run.events(), stack).inFlight.includes(address),
		);
}

/** Addresses that an apply of this run is changing, and those that are done. */
export function listAppliedResources(events: readonly JsonEvent[], stack: string) {
	const inFlight = new Set<string>();
	const done = new Set<string>();
	// Before the plan, events may come from the Terraform of an earlier run.
	const plan = events.findLastIndex((one) => one.type === 'plan' && one.stack === stack);
	if (plan < 0) return { inFlight: [], done: [] };
	for (const { type, stack: of, address, phase, action } of events.slice(plan)) {
		if (type !== 'resource' || of !== stack || action === 'read') continue;
		if (phase === 'started') inFlight.add(String(address));
		if (phase === 'done' && inFlight.delete(String(address))) done.add(String(address));
	}
	return { inFlight: [...inFlight].sort(), done: [...done].sort() };
}

/** Addresses of managed resources in the text of a state. */
export function listManagedAddresses(state: string): string[] {
	const { resources: all = [] } = JSON.parse(state === '' ? '{}' : state) as {
		resources?: {
			mode: string;
			type: string;
			name: string;
			instances: { index_key?: unknown }[];
		}[];
	};
	return all
		.filter(({ mode }) => mode === 'managed')
		.flatMap(({ type, name, instances }) =>
			instances.map(({ index_key: key }) =>
				key === undefined ? `${type}.${name}` : `${type}.${name}[${JSON.stringify(key)}]`,
			),
		)
		.sort();
}

/** The local state file of a stack. */
export function readLocalState(folder: string, stack: string): string {
	const path = join(folder, 'workspace', stack, 'terraform.tfstate');
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
