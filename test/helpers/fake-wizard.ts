import type {
	WizardAction,
	WizardController,
	WizardExit,
	WizardViewModel,
} from '../../source/wizard/wizard-view-model.ts';

/** A guide that shows the given models and records the actions sent to it. */
export interface FakeWizard extends WizardController {
	readonly actions: readonly WizardAction[];
	show(model: WizardViewModel): void;
	end(end?: Partial<WizardExit>): void;
	/** The number of listeners. */
	listeners(): number;
}

export interface FakeWizardOptions {
	validate?: (value: unknown) => string | undefined;
	validateItems?: (items: readonly string[]) => ReadonlyMap<number, string>;
	onAct?: (action: WizardAction, guide: FakeWizard) => void;
}

export function createFakeWizard(
	first: WizardViewModel,
	options: FakeWizardOptions = {},
): FakeWizard {
	const listeners = new Set<() => void>();
	const actions: WizardAction[] = [];
	const ending = Promise.withResolvers<WizardExit>();
	let current = first;
	const guide: FakeWizard = {
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
		validate: (value) => options.validate?.(value),
		validateItems: (items) => options.validateItems?.(items) ?? new Map(),
		show(model) {
			current = model;
			for (const listener of [...listeners]) listener();
		},
		end: (end = {}) => ending.resolve({ exitCode: 0, lines: [], ...end }),
		listeners: () => listeners.size,
	};
	return guide;
}
