import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRule } from '../../doubles/fault-proxy.ts';
import { LONG_MAX_WAIT_MS, waitFor } from '../../helpers/wait-for.ts';
import { journalOf } from './journal.ts';
import { cutPower } from './process-list.ts';
import { type JsonEvent, type Running, startWizard, type WizardOptions } from './wizard.ts';

/** A moment in a run at which it is killed. */
export interface Moment {
	/** Description for the test. */
	at: string;
	/** Faults of the cloud in the meantime. */
	rules?: readonly FaultRule[];
	/** Resolves at the moment. */
	comes(run: KilledRun): Promise<unknown>;
	/** Kills Terraform too, as a power cut does; otherwise it keeps running. */
	powerCut?: boolean;
	more?: readonly string[];
	/** SIGKILL by default. */
	signal?: NodeJS.Signals;
	/** Options of the process. */
	options?: WizardOptions;
}

export interface KilledRun extends Running {
	folder: string;
	/** Entries of the journal written by this run so far. */
	journal(): Record<string, unknown>[];
	/** Resolves when `look` finds something; rejects when the run ends before. */
	reach<T>(
		what: string,
		look: () => T | undefined | false | Promise<T | undefined | false>,
	): Promise<T>;
}

/** Starts a run and kills it at the moment. Returns its output. */
export async function killAt(argv: readonly string[], folder: string, moment: Moment) {
	const run = await startUntil(argv, folder, moment);
	run.child.kill(moment.signal ?? 'SIGKILL');
	const { signal, out, err } = await run.ended;
	if (moment.powerCut) cutPower(folder);
	return { signal, events: run.events(), printed: out + err };
}

/** Starts a run and waits for the moment. */
export async function startUntil(argv: readonly string[], folder: string, moment: Moment) {
	const before = journalOf(folder).length;
	const running = await startWizard([...argv, ...(moment.more ?? [])], moment.options);
	let over = false;
	void running.ended.then(() => {
		over = true;
	});
	const run: KilledRun = {
		...running,
		folder,
		journal: () => journalOf(folder).slice(before),
		reach: (what, look) =>
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
	await moment.comes(run);
	return run;
}

/** Resolves when a matching event is printed. */
export function event(fits: Partial<JsonEvent>): Moment['comes'] {
	return (run) =>
		run.until((one) => Object.entries(fits).every(([name, value]) => one[name] === value));
}

/** Resolves when Terraform was started with this subcommand. */
export function terraform(stack: string, label: string): Moment['comes'] {
	return (run) =>
		run.reach(`terraform ${label} of ${stack}`, () =>
			run.journal().find((e) => e.kind === 'process' && e.stack === stack && e.label === label),
		);
}

/** Resolves when Terraform starts to create a resource of this run's plan. */
export function making(stack: string, address = ''): Moment['comes'] {
	return (run) =>
		run.reach(`the making of ${address}`, () =>
			resources(run.events(), stack).inFlight.includes(address),
		);
}

/** Addresses that an apply of this run is changing, and those that are done. */
export function resources(events: readonly JsonEvent[], stack: string) {
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
export function managedIn(state: string): string[] {
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
export function localState(folder: string, stack: string): string {
	const path = join(folder, 'workspace', stack, 'terraform.tfstate');
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
