import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../contract.ts';

/** What a stopped ceremony must always say: what opens Vault now, and what to do next. */
export interface Standing {
	safe: string;
	next: readonly string[];
}

const standings = new WeakSet<WizardError>();

/** Whether it is one of the errors made here, which say what opens Vault. */
export function saysStanding(error: WizardError): boolean {
	return standings.has(error);
}

function standing(error: WizardError): WizardError {
	standings.add(error);
	return error;
}

/** Vault, or what lies between, did not do what was asked. */
export function outside(message: string, { safe, next }: Standing, thrown?: unknown): WizardError {
	const words = thrown instanceof VaultError ? [thrown.message, ...thrown.words] : [];
	return standing(
		new WizardError('command', {
			message,
			details: [...new Set(words), safe],
			next,
			...(thrown === undefined ? {} : { cause: thrown }),
		}),
	);
}

export function refused(message: string, { safe, next }: Standing, expected?: string): WizardError {
	return standing(
		new WizardError('refused', {
			message,
			...(expected === undefined ? {} : { expected }),
			details: [safe],
			next,
		}),
	);
}

/** The operator said not now. Nothing is lost; the ceremony goes on from here another time. */
export function notNow(message: string, { safe, next }: Standing): WizardError {
	return standing(new WizardError('cancelled', { message, details: [safe], next }));
}
