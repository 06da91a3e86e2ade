import { isDeepStrictEqual } from 'node:util';
import type { Lookup, LookupChoice } from '../engine/lookup.ts';
import type { Answers } from '../engine/question.ts';
import type { Choice, LookupView } from './wizard-model.ts';

/** A lookup may be slow; after this time the operator has to type a value. */
const LONGEST_MS = 20_000;

interface Looked {
	from: readonly unknown[];
	view: LookupView;
	stop: AbortController;
}

/** Runs lookups in the background, once per set of the answers they depend on. */
export class BackgroundLookups<S> {
	readonly #lookups: ReadonlyMap<string, Lookup<S>>;
	readonly #services: (answers: Answers) => S;
	readonly #problemWords: (thrown: unknown, what: string) => string;
	readonly #changed: () => void;
	readonly #looked = new Map<string, Looked>();

	constructor(parts: {
		lookups: readonly Lookup<S>[];
		services: (answers: Answers) => S;
		/** Short reason why a lookup failed. */
		problemWords: (thrown: unknown, what: string) => string;
		changed: () => void;
	}) {
		this.#lookups = new Map(parts.lookups.map((lookup) => [lookup.key, lookup]));
		this.#services = parts.services;
		this.#problemWords = parts.problemWords;
		this.#changed = parts.changed;
	}

	/** Returns the choices of a question, and starts their lookup if necessary. */
	view(key: string, answers: Answers): LookupView | undefined {
		const lookup = this.#lookups.get(key);
		if (lookup === undefined) return undefined;
		const from = lookup.needs.map((need) => answers[need]);
		const known = this.#looked.get(key);
		if (known !== undefined && isDeepStrictEqual(known.from, from)) return known.view;
		known?.stop.abort();
		return this.#begin(lookup, answers, from);
	}

	/** Discards a result, so that the next view repeats the lookup. */
	again(key: string): void {
		this.#looked.get(key)?.stop.abort();
		this.#looked.delete(key);
	}

	stop(): void {
		for (const { stop } of this.#looked.values()) stop.abort();
	}

	#begin(lookup: Lookup<S>, answers: Answers, from: readonly unknown[]): LookupView {
		const stop = new AbortController();
		const what = lookup.what(answers);
		const looked: Looked = { from, stop, view: { state: 'looking', what, choices: [] } };
		this.#looked.set(lookup.key, looked);
		const settle = (view: LookupView) => {
			if (this.#looked.get(lookup.key) !== looked || stop.signal.aborted) return;
			looked.view = view;
			this.#changed();
		};
		const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(LONGEST_MS)]);
		void (async () => lookup.find({ answers, services: this.#services(answers), signal }))().then(
			(found) => settle({ state: 'found', what, choices: found.map(choiceOf) }),
			(thrown) =>
				settle({ state: 'denied', what, choices: [], words: this.#problemWords(thrown, what) }),
		);
		return looked.view;
	}
}

function choiceOf({ value, label = value, hint, refusal }: LookupChoice): Choice {
	// The hint comes first, because a long ARN would push it off the line.
	const id = value === label || value === '' ? undefined : value;
	const facts = [hint, id].filter((fact) => fact !== undefined && fact !== '');
	return {
		value,
		label,
		...(facts.length === 0 ? {} : { hint: facts.join('  ') }),
		...(refusal === undefined ? {} : { refusal }),
	};
}
