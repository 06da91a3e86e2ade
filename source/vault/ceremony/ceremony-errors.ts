import { WizardError } from '../../engine/errors.ts';
import { VaultError } from '../response-errors.ts';

/** What every error of a ceremony says: which key unseals Vault now, and what to do next. */
export interface SafetyNotice {
	safe: string;
	next: readonly string[];
}

const errorsWithSafetyNotice = new WeakSet<WizardError>();

/** Whether the error already says which key unseals Vault. */
export function isErrorWithUnsealKeyNotice(error: WizardError): boolean {
	return errorsWithSafetyNotice.has(error);
}

function markSafetyNotice(error: WizardError): WizardError {
	errorsWithSafetyNotice.add(error);
	return error;
}

/** Vault, or something on the way to it, failed. */
export function createExternalError(
	message: string,
	{ safe, next }: SafetyNotice,
	thrown?: unknown,
): WizardError {
	const words = thrown instanceof VaultError ? [thrown.message, ...thrown.words] : [];
	return markSafetyNotice(
		new WizardError('command', {
			message,
			details: [...new Set(words), safe],
			next,
			...(thrown === undefined ? {} : { cause: thrown }),
		}),
	);
}

export function createRefusedError(
	message: string,
	{ safe, next }: SafetyNotice,
	expected?: string,
): WizardError {
	return markSafetyNotice(
		new WizardError('refused', {
			message,
			...(expected === undefined ? {} : { expected }),
			details: [safe],
			next,
		}),
	);
}

/** The operator postponed a prompt. Nothing is lost; the ceremony can be resumed. */
export function createPostponedError(message: string, { safe, next }: SafetyNotice): WizardError {
	return markSafetyNotice(new WizardError('cancelled', { message, details: [safe], next }));
}
