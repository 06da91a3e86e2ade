import type { RevealSharePrompt } from '../../engine/prompt.ts';
import type { SecretBytes } from '../../engine/secret-bytes.ts';
import type { WizardAction } from '../../wizard/wizard-model.ts';

/** Result of a typed line. */
export interface LineResult {
	/** Lines to print. */
	say?: readonly string[];
	act?: WizardAction;
	/** A key share to show now. */
	reveal?: RevealSharePrompt;
	/** Pending input that the next line belongs to. */
	talk?: PendingInput;
}

/** Input of more than one line. */
export type PendingInput =
	/** A choice with a warning, confirmed by `yes`. */
	| { kind: 'warned'; act: WizardAction }
	/** A plan that destroys resources, confirmed by a name. */
	| { kind: 'confirm'; name: string }
	/** A new passphrase, to be typed again. */
	| { kind: 'again'; first: SecretBytes }
	/** A key share is shown. */
	| { kind: 'shown' }
	/** A multi-line value, ended by a single dot. */
	| { kind: 'lines'; lines: readonly string[] };

export const createOutputResult = (...lines: string[]): LineResult => ({ say: lines });
export const createActionResult = (action: WizardAction): LineResult => ({ act: action });
