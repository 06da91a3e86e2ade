import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RevealSharePrompt } from '../../vault/ceremony/ceremony-prompts.ts';
import type { Choice, WizardAction } from '../../wizard/wizard-model.ts';
import { addFullStop } from '../format.ts';

/** Result of a typed line. */
export interface LineResult {
	/** Lines to print. */
	output?: readonly string[];
	action?: WizardAction;
	/** A key share to show now. */
	reveal?: RevealSharePrompt;
	/** Pending input that the next line belongs to. */
	pending?: PendingInput;
}

/** Input of more than one line. */
export type PendingInput =
	/** An action with consequences, confirmed by typing a text. */
	| { kind: 'confirm'; type: string; action: WizardAction; refusal: string }
	/** A new passphrase, to be typed again. */
	| { kind: 'again'; first: SecretBytes }
	/** A key share is shown. */
	| { kind: 'shown' }
	/** A multi-line value, ended by a single dot. */
	| { kind: 'lines'; lines: readonly string[] };

export const createOutputResult = (...lines: string[]): LineResult => ({ output: lines });
export const createActionResult = (action: WizardAction): LineResult => ({ action });

/** Selects a choice, unless it is unavailable; one with a warning is confirmed first. */
export function selectChoice(
	{ label, refusal, warning }: Choice,
	action: WizardAction,
): LineResult {
	if (refusal !== undefined)
		return createOutputResult(`${label} is unavailable: ${addFullStop(refusal)}`);
	if (warning === undefined) return createActionResult(action);
	return {
		output: [addFullStop(warning), `Type yes to select ${label}; anything else cancels.`],
		pending: { kind: 'confirm', type: 'yes', action, refusal: 'Cancelled.' },
	};
}
