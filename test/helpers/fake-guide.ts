import type { Action, Guide, GuideEnd, GuideModel } from '../../source/engine/guide/model.ts';

/** A guide that shows the given models and records the actions sent to it. */
export interface FakeGuide extends Guide {
	readonly actions: readonly Action[];
	show(model: GuideModel): void;
	end(end?: Partial<GuideEnd>): void;
	/** The number of listeners. */
	listeners(): number;
}

export interface FakeGuideOptions {
	problemOf?: (value: unknown) => string | undefined;
	onAct?: (action: Action, guide: FakeGuide) => void;
}

export function fakeGuide(first: GuideModel, options: FakeGuideOptions = {}): FakeGuide {
	const listeners = new Set<() => void>();
	const actions: Action[] = [];
	const ending = Promise.withResolvers<GuideEnd>();
	let current = first;
	const guide: FakeGuide = {
		actions,
		ended: ending.promise,
		model: () => current,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		act(action) {
			actions.push(action);
			options.onAct?.(action, guide);
		},
		problemOf: (value) => options.problemOf?.(value),
		show(model) {
			current = model;
			for (const listener of [...listeners]) listener();
		},
		end: (end = {}) => ending.resolve({ exitCode: 0, parting: [], ...end }),
		listeners: () => listeners.size,
	};
	return guide;
}
