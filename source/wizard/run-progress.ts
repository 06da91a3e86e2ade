import { basename } from 'node:path';
import type { Diagnostic, EngineEvent } from '../engine/events.ts';
import { asMilestoneEvent } from '../reporters/format-event.ts';
import type { Milestone, ProgressScreen, ResourceInProgress } from './wizard-view-model.ts';

/** The part of a progress screen that is derived from events. */
type ProgressState = Omit<ProgressScreen, 'kind' | 'stopping'>;

// Limits, so that memory does not grow with the length of a run. Terraform works on ten resources at
// a time by default; further diagnostics are in the log.
const MILESTONES = 50;
const ERRORS = 100;
const WARNINGS = 50;
const IN_FLIGHT = 256;

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/** Reduces engine events to the state of the progress screen, in bounded memory. */
export class ProgressReducer {
	readonly #now: () => number;
	readonly #inFlight = new Map<string, ResourceInProgress>();
	#facts: ProgressState;
	#milestones: Milestone[] = [];
	#errors: Diagnostic[] = [];
	#warnings: Diagnostic[] = [];
	/** The plan that `apply` will carry out; `destroys` excludes resources that are recreated. */
	#plan?: { total: number; replaces: boolean; destroys: ReadonlySet<string> };
	#stale = { inFlight: false, milestones: false, diagnostics: false };

	constructor(now: () => number) {
		this.#now = now;
		this.#facts = nothingYet(now());
	}

	see(event: EngineEvent): void {
		switch (event.type) {
			case 'run.started':
				this.#begin();
				break;
			case 'step.started':
				this.#turnTo(event.title);
				Object.assign(this.#facts, { step: event.step, title: event.title });
				this.#plan = undefined;
				break;
			// After a failure the counts are kept to show the progress.
			case 'step.done':
				this.#turnTo('');
				break;
			case 'command':
				this.#command(event);
				break;
			case 'log':
				this.#facts.log = event.path;
				break;
			case 'plan':
				this.#take(event);
				break;
			case 'resource':
				this.#resource(event);
				break;
			case 'diagnostic':
				this.#diagnostic(event.diagnostic);
				break;
		}
		const milestone = asMilestoneEvent(event);
		if (milestone === undefined) return;
		this.#milestones.push({ at: this.#now(), event: milestone });
		if (this.#milestones.length > MILESTONES) this.#milestones.shift();
		this.#stale.milestones = true;
	}

	/** The current state. Unchanged lists are the same objects. */
	snapshot(): ProgressState {
		const changed: { -readonly [K in keyof ProgressState]?: ProgressState[K] } = {};
		if (this.#stale.inFlight) changed.inFlight = [...this.#inFlight.values()];
		if (this.#stale.milestones) changed.milestones = [...this.#milestones];
		if (this.#stale.diagnostics) changed.diagnostics = [...this.#errors, ...this.#warnings];
		this.#stale = { inFlight: false, milestones: false, diagnostics: false };
		Object.assign(this.#facts, changed);
		return { ...this.#facts };
	}

	#begin(): void {
		this.#facts = nothingYet(this.#now());
		this.#inFlight.clear();
		this.#milestones = [];
		this.#errors = [];
		this.#warnings = [];
		this.#plan = undefined;
		this.#stale = { inFlight: false, milestones: false, diagnostics: false };
	}

	/** Starts a new activity and resets the counts. */
	#turnTo(activity: string, total = 0): void {
		this.#inFlight.clear();
		this.#stale.inFlight = true;
		if (activity !== this.#facts.activity) this.#facts.terraform = undefined;
		Object.assign(this.#facts, { activity, since: this.#now(), total, finished: 0, failed: 0 });
	}

	#command({ phase, argv, cwd, log }: Of<'command'>): void {
		if (log !== undefined) this.#facts.log = log;
		if (phase === 'ended') return;
		const [program = '', ...rest] = argv;
		const place = cwd === undefined ? '' : ` in ${basename(cwd)}`;
		const applies = rest[0] === 'apply';
		this.#turnTo(
			`${[basename(program), ...rest].join(' ')}${place}`,
			applies ? this.#plan?.total : 0,
		);
		if (basename(program) === 'terraform' && cwd !== undefined)
			this.#facts.terraform = { command: rest[0] ?? '', stack: basename(cwd) };
		// A plan is applied once. An apply of an earlier run is followed without a plan.
		if (!applies) this.#plan = undefined;
	}

	#take({ counts, destroys }: Of<'plan'>): void {
		const total = counts.create + counts.update + counts.delete + counts.replace;
		this.#plan = { total, replaces: counts.replace > 0, destroys: new Set(destroys) };
		this.#turnTo(this.#facts.activity, total);
	}

	#resource({ address, action, phase, elapsedSeconds, usualSeconds }: Of<'resource'>): void {
		this.#stale.inFlight = true;
		if (phase === 'started' || phase === 'progress') {
			const known = this.#inFlight.get(address);
			// Terraform rounds the elapsed time, so the earliest start is the most accurate.
			const told = this.#now() - elapsedSeconds * 1000;
			const since = phase === 'started' ? told : Math.min(known?.since ?? told, told);
			const one = { address, action, since, usualSeconds: usualSeconds ?? known?.usualSeconds };
			this.#inFlight.set(address, one);
			if (this.#inFlight.size > IN_FLIGHT) {
				const [oldest] = this.#inFlight.keys();
				if (oldest !== undefined) this.#inFlight.delete(oldest);
			}
			return;
		}
		this.#inFlight.delete(address);
		if (phase === 'failed') this.#facts.failed += 1;
		else if (action !== 'read' && !this.#isHalf(address, action)) this.#facts.finished += 1;
	}

	/** A replacement is reported as a destroy and a create; only the create is counted. */
	#isHalf(address: string, action: Of<'resource'>['action']): boolean {
		const plan = this.#plan;
		return action === 'delete' && plan?.replaces === true && !plan.destroys.has(address);
	}

	#diagnostic(diagnostic: Diagnostic): void {
		const [list, most] =
			diagnostic.severity === 'error' ? [this.#errors, ERRORS] : [this.#warnings, WARNINGS];
		// The first errors are kept, because they are likely the cause of later ones.
		if (list.length >= most) return;
		list.push(diagnostic);
		this.#stale.diagnostics = true;
	}
}

function nothingYet(now: number): ProgressState {
	return {
		step: '',
		title: '',
		activity: '',
		runSince: now,
		since: now,
		total: 0,
		finished: 0,
		failed: 0,
		inFlight: [],
		milestones: [],
		diagnostics: [],
	};
}
