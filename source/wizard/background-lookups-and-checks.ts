import { isDeepStrictEqual } from 'node:util';
import { toWizardError } from '../engine/errors.ts';
import { BLOCKED_BY_ANSWERS, type CheckEvent } from '../engine/events.ts';
import type { Answers } from '../engine/question.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { Lookup, LookupChoice } from '../engine/step.ts';
import type { CheckItem, ChecksScreen, Choice, LookupView } from './wizard-view-model.ts';

/** A lookup may be slow; after this time the operator has to type a value. */
const LONGEST_MS = 20_000;

interface RunningLookup {
	inputs: readonly unknown[];
	view: LookupView;
	abort: AbortController;
}

/** Runs lookups in the background, once per set of the answers they depend on. */
export class BackgroundLookups<S> {
	readonly #lookups: ReadonlyMap<string, Lookup<S>>;
	readonly #services: (answers: Answers) => S;
	readonly #formatProblem: (thrown: unknown, what: string) => string;
	readonly #changed: () => void;
	readonly #looked = new Map<string, RunningLookup>();

	constructor(parts: {
		lookups: readonly Lookup<S>[];
		services: (answers: Answers) => S;
		/** Short reason why a lookup failed. */
		formatProblem: (thrown: unknown, what: string) => string;
		changed: () => void;
	}) {
		this.#lookups = new Map(parts.lookups.map((lookup) => [lookup.key, lookup]));
		this.#services = parts.services;
		this.#formatProblem = parts.formatProblem;
		this.#changed = parts.changed;
	}

	/** Returns the choices of a question, and starts their lookup if necessary. */
	view(key: string, answers: Answers): LookupView | undefined {
		const lookup = this.#lookups.get(key);
		if (lookup === undefined) return undefined;
		const inputs = lookup.needs.map((need) => answers[need]);
		const known = this.#looked.get(key);
		if (known !== undefined && isDeepStrictEqual(known.inputs, inputs)) return known.view;
		known?.abort.abort();
		return this.#begin(lookup, answers, inputs);
	}

	/** Discards a result, so that the next view repeats the lookup. */
	again(key: string): void {
		this.#looked.get(key)?.abort.abort();
		this.#looked.delete(key);
	}

	stop(): void {
		for (const { abort } of this.#looked.values()) abort.abort();
	}

	#begin(lookup: Lookup<S>, answers: Answers, inputs: readonly unknown[]): LookupView {
		const abort = new AbortController();
		const subject = lookup.what(answers);
		const looked: RunningLookup = {
			inputs,
			abort,
			view: { state: 'looking', subject, choices: [] },
		};
		this.#looked.set(lookup.key, looked);
		const settle = (view: LookupView) => {
			if (this.#looked.get(lookup.key) !== looked || abort.signal.aborted) return;
			looked.view = view;
			this.#changed();
		};
		const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(LONGEST_MS)]);
		void (async () => lookup.find({ answers, services: this.#services(answers), signal }))().then(
			(found) => settle({ state: 'found', subject, choices: found.map(choiceOf) }),
			(thrown) =>
				settle({
					state: 'denied',
					subject,
					choices: [],
					reason: this.#formatProblem(thrown, subject),
				}),
		);
		return looked.view;
	}
}

function choiceOf({ value, label = value, hint, refusal }: LookupChoice): Choice {
	// The hint comes first, because a long ARN would push it off the line.
	const id = value === label || value === '' ? undefined : value;
	const facts = [hint, id].filter((fact) => fact !== undefined && fact !== '');
	return { value, label, hint: facts.join('  ') || undefined, refusal };
}

/** Runs the checks of a step in the background and stores their results. */
export class BackgroundChecks {
	readonly #look: (only: readonly string[] | undefined) => AsyncGenerator<CheckEvent>;
	readonly #changed: () => void;
	readonly #secrets: SecretRegistry;
	readonly #lines = new Map<string, CheckItem>();
	#waiting = new Set<string>();
	#since = 0;
	#seconds: number | undefined;
	#round = 0;
	#state: 'fresh' | 'running' | 'done' = 'fresh';
	#broken: string | undefined;

	constructor(
		look: (only: readonly string[] | undefined) => AsyncGenerator<CheckEvent>,
		changed: () => void,
		secrets: SecretRegistry,
	) {
		this.#look = look;
		this.#secrets = secrets;
		this.#changed = changed;
	}

	/** Runs the checks unless they have run since `forget`. */
	ensure(): void {
		if (this.#state === 'fresh') void this.again();
	}

	/** Discards the results, after an answer they depend on has changed. */
	forget(): void {
		this.#round += 1;
		this.#state = 'fresh';
		this.#lines.clear();
	}

	/** Discards the results if some checks were waiting for answers. */
	forgetWaiting(): void {
		if (this.#waiting.size > 0) this.forget();
	}

	/** Runs all checks again, or one. */
	async again(only?: string): Promise<void> {
		this.#round += 1;
		const round = this.#round;
		this.#state = 'running';
		this.#since = Date.now();
		this.#seconds = undefined;
		this.#broken = undefined;
		if (only === undefined) this.#waiting = new Set();
		for (const [id, line] of this.#lines)
			if (only === undefined || only === id) this.#lines.set(id, { ...line, result: 'running' });
		this.#changed();
		try {
			for await (const event of this.#look(only === undefined ? undefined : [only])) {
				if (round !== this.#round) return;
				this.#see(this.#secrets.maskShown(event));
				this.#changed();
			}
		} catch (thrown) {
			if (round !== this.#round) return;
			this.#broken = this.#secrets.mask(toWizardError(thrown).message);
		}
		for (const [id, { result }] of this.#lines) if (result === 'running') this.#lines.delete(id);
		this.#state = 'done';
		this.#seconds = Math.round((Date.now() - this.#since) / 100) / 10;
		this.#changed();
	}

	#see({ id, title, severity, result, found, fix, blockedBy }: CheckEvent): void {
		if (blockedBy === BLOCKED_BY_ANSWERS) {
			this.#waiting.add(id);
			this.#lines.delete(id);
			return;
		}
		this.#lines.set(id, { id, title, severity, result, found, fix, blockedBy });
	}

	screen(step: string): ChecksScreen {
		const broken: CheckItem[] =
			this.#broken === undefined
				? []
				: [
						{
							id: 'checks',
							title: 'The checks can run',
							severity: 'blocker',
							result: 'fail',
							found: this.#broken,
						},
					];
		const checks = [...broken, ...this.#lines.values()].sort((a, b) => rank(a) - rank(b));
		const blocked = checks.some(
			({ severity, result }) => severity === 'blocker' && result === 'fail',
		);
		return {
			kind: 'checks',
			step,
			checks,
			running: this.#state === 'done' ? 0 : Math.max(1, running(checks)),
			since: this.#since,
			seconds: this.#seconds,
			waiting: this.#waiting.size,
			canContinue: this.#state === 'done' && !blocked,
		};
	}
}

const running = (checks: readonly CheckItem[]) =>
	checks.filter(({ result }) => result === 'running').length;

/** Worst first. */
function rank({ severity, result }: CheckItem): number {
	if (result === 'fail') return { blocker: 0, warning: 1, info: 3 }[severity];
	return { unknown: 2, running: 4, pass: 5 }[result];
}
