import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../contract.ts';

/** What every error of a ceremony says: which key unseals Vault now, and what to do next. */
export interface Standing {
	safe: string;
	next: readonly string[];
}

const standings = new WeakSet<WizardError>();

/** Whether the error already says which key unseals Vault. */
export function saysStanding(error: WizardError): boolean {
	return standings.has(error);
}

function standing(error: WizardError): WizardError {
	standings.add(error);
	return error;
}

/** Vault, or something on the way to it, failed. */
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

/** The operator postponed a prompt. Nothing is lost; the ceremony can be resumed. */
export function notNow(message: string, { safe, next }: Standing): WizardError {
	return standing(new WizardError('cancelled', { message, details: [safe], next }));
}
