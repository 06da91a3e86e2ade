import { SecretBytes } from '../../engine/secret-bytes.ts';
import type { RevealSharePrompt } from '../../vault/ceremony/ceremony-prompt-types.ts';
import { SecretInputBuffer } from '../../wizard/secret-input-buffer.ts';
import type { CeremonyScreen, WizardScreen } from '../../wizard/wizard-view-model.ts';
import {
	createLineResultForAction,
	createLineResultForOutput,
	type LineResult,
	type PendingInput,
} from './line-commands.ts';
import { findChoice } from './render-question.ts';

const CANCEL = ['cancel', 'not now', 'not-now', ''];
/** Commands that are accepted in place of a secret. */
const COMMANDS = [...CANCEL, 'help', 'repeat', 'details', 'quit', 'leave', 'back'];
/** Commands that are accepted while a key share is shown, and after. */
const COMMANDS_WHILE_SHOWN = [...CANCEL, 'show', 'no'];
const LONGEST_COMMAND = 8;

/** Whether the screen expects hidden input. */
export function expectsSecret(screen: WizardScreen): screen is CeremonyScreen {
	if (screen.kind !== 'ceremony') return false;
	return screen.prompt.kind === 'passphrase' || screen.prompt.kind === 'give-share';
}

const isNotNow = (line: string): boolean => /^(cancel|not[ -]now|no)$/i.test(line.trim());

/** Handles a line at a prompt of a ceremony, if it is not a secret. */
export function handleCeremonyLine({ prompt }: CeremonyScreen, line: string): LineResult {
	const input = line.trim();
	if (isNotNow(line)) return createLineResultForAction({ type: 'not-now' });
	switch (prompt.kind) {
		case 'agree':
			if (input === '')
				return createLineResultForOutput(
					`Nothing was done. Type ${prompt.type} to ${prompt.yes}, or cancel to go back.`,
				);
			return createLineResultForAction({ type: 'agree', typed: input });
		case 'next-person':
			if (input === '' || input.toLowerCase() === 'ready')
				return createLineResultForAction({ type: 'agree' });
			return createLineResultForOutput(
				'Press Enter when the key holder is alone at the terminal, or type cancel to pause.',
			);
		case 'reveal':
			if (input.toLowerCase() === 'show') return { reveal: prompt };
			return createLineResultForOutput('Type show to display it once, or cancel to pause.');
		case 'decide': {
			const choice = input === '' ? prompt.choices[0] : findChoice(line, prompt.choices);
			if (choice === undefined)
				return createLineResultForOutput(`Type a number from 1 to ${prompt.choices.length}.`);
			return createLineResultForAction({ type: 'decide', value: choice.value });
		}
		case 'passphrase':
		case 'give-share':
			return createLineResultForOutput(
				'Nothing typed yet. Type it and press Enter, or type cancel to pause.',
			);
	}
}

/** Options after a key share was shown. */
export const AFTER_REVEAL_HINT =
	'Press Enter once it is written down, type show to display it again, or cancel to pause.';

/**
 * Handles a line typed while a key share is shown, or after. The caller hides the share. A key holder
 * may already start typing the share, which does not confirm that it is written down.
 */
export function handleRevealLine(prompt: RevealSharePrompt, line: string): LineResult {
	if (isNotNow(line)) return createLineResultForAction({ type: 'not-now' });
	if (line.trim() === '') return createLineResultForAction({ type: 'agree' });
	if (line.trim().toLowerCase() === 'show') return { reveal: prompt };
	return {
		output: [`Do not type the key share yet. ${AFTER_REVEAL_HINT}`],
		pending: { kind: 'shown' },
	};
}

/** The command typed in place of a secret; undefined for a secret. */
export function findCommandInSecretInput(
	secret: SecretBytes,
	{ shown = false } = {},
): string | undefined {
	if (secret.length > LONGEST_COMMAND) return undefined;
	const text =
		secret.length === 0 ? '' : secret.use((bytes) => bytes.toString().trim().toLowerCase());
	return (shown ? COMMANDS_WHILE_SHOWN : COMMANDS).includes(text) ? text : undefined;
}

/** Handles a typed secret and takes ownership of it. A new passphrase must be typed twice. */
export function handleTypedCeremonySecret(
	{ prompt }: CeremonyScreen,
	secret: SecretBytes,
	pendingInput?: PendingInput,
): LineResult {
	if (prompt.kind === 'give-share')
		return createLineResultForAction({ type: 'give', secret: withoutBlanks(secret) });
	if (pendingInput?.kind === 'again')
		return createLineResultForAction({ type: 'give', secret: pendingInput.first, again: secret });
	const fresh = prompt.kind === 'passphrase' && prompt.fresh;
	// A passphrase that is too short is rejected immediately.
	if (!fresh || secret.length < prompt.minLength)
		return createLineResultForAction({ type: 'give', secret });
	return { output: ['Type it again to confirm:'], pending: { kind: 'again', first: secret } };
}

/** A line from a pipe, which is already a string. */
export const createSecretFromLine = (line: string): SecretBytes =>
	new SecretBytes(Buffer.from(line));

function withoutBlanks(secret: SecretBytes): SecretBytes {
	const input = new SecretInputBuffer({ blanks: 'left-out' });
	secret.use((bytes) => input.typeBytes(bytes));
	secret.wipe();
	return input.take();
}
