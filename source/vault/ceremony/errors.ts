import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../contract.ts';

/** What a stopped ceremony must always say: what opens Vault now, and what to do next. */
export interface Standing {
	safe: string;
	next: readonly string[];
}

/** Vault, or what lies between, did not do what was asked. */
export function outside(message: string, standing: Standing, thrown?: unknown): WizardError {
	const words = thrown instanceof VaultError ? [thrown.message, ...thrown.words] : [];
	return new WizardError('command', {
		message,
		details: [...new Set(words), standing.safe],
		next: standing.next,
		...(thrown === undefined ? {} : { cause: thrown }),
	});
}

export function refused(message: string, standing: Standing, expected?: string): WizardError {
	return new WizardError('refused', {
		message,
		...(expected === undefined ? {} : { expected }),
		details: [standing.safe],
		next: standing.next,
	});
}

/** The operator said not now. Nothing is lost; the ceremony goes on from here another time. */
export function notNow(message: string, standing: Standing): WizardError {
	return new WizardError('cancelled', {
		message,
		details: [standing.safe],
		next: standing.next,
	});
}
