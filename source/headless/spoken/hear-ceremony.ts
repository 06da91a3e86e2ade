import type { CeremonyScreen, Screen } from '../../engine/guide/model.ts';
import { SecretInput } from '../../engine/guide/secret-input.ts';
import type { RevealMoment } from '../../engine/moment.ts';
import { SecretBytes } from '../../engine/secret-bytes.ts';
import { chosen } from './choices.ts';
import { act, type Heard, say, type Talk } from './heard.ts';

/** Commands that are accepted in place of a secret. */
const WORDS = [
	'help',
	'repeat',
	'details',
	'quit',
	'leave',
	'back',
	'cancel',
	'not now',
	'not-now',
	'',
];
/** Commands that are accepted while a key share is shown, and after. */
const SHOWN_WORDS = ['show', 'cancel', 'not now', 'not-now', 'no', ''];
const LONGEST_WORD = 8;

/** Whether the screen expects hidden input. */
export function typesSecret(screen: Screen): screen is CeremonyScreen {
	if (screen.kind !== 'ceremony') return false;
	return screen.moment.kind === 'passphrase' || screen.moment.kind === 'give-share';
}

const isNotNow = (line: string): boolean => /^(cancel|not[ -]now|no)$/i.test(line.trim());

/** Handles a line at a prompt of a ceremony, if it is not a secret. */
export function hearCeremony({ moment }: CeremonyScreen, line: string): Heard {
	const said = line.trim();
	if (isNotNow(line)) return act({ type: 'not-now' });
	switch (moment.kind) {
		case 'agree':
			if (said === '')
				return say(`Nothing was done. Type ${moment.type} to ${moment.yes}, or cancel to go back.`);
			return act({ type: 'agree', typed: said });
		case 'next-person':
			if (said === '' || said.toLowerCase() === 'ready') return act({ type: 'agree' });
			return say(
				'Press Enter when the key holder is alone at the terminal, or type cancel to pause.',
			);
		case 'reveal':
			if (said.toLowerCase() === 'show') return { reveal: moment };
			return say('Type show to display it once, or cancel to pause.');
		case 'decide': {
			const choice = said === '' ? moment.choices[0] : chosen(line, moment.choices);
			if (choice === undefined) return say(`Type a number from 1 to ${moment.choices.length}.`);
			return act({ type: 'decide', value: choice.value });
		}
		case 'passphrase':
		case 'give-share':
			return say('Nothing typed yet. Type it and press Enter, or type cancel to pause.');
	}
}

/** Options after a key share was shown. */
export const AFTER_SHOWN =
	'Press Enter once it is written down, type show to display it again, or cancel to pause.';

/**
 * Handles a line typed while a key share is shown, or after. The caller hides the share. A key holder
 * may already start typing the share, which does not confirm that it is written down.
 */
export function hearShown(moment: RevealMoment, line: string): Heard {
	if (isNotNow(line)) return act({ type: 'not-now' });
	if (line.trim() === '') return act({ type: 'agree' });
	if (line.trim().toLowerCase() === 'show') return { reveal: moment };
	return { say: [`Do not type the key share yet. ${AFTER_SHOWN}`], talk: { kind: 'shown' } };
}

/** The command typed in place of a secret; undefined for a secret. */
export function wordOf(secret: SecretBytes, { shown = false } = {}): string | undefined {
	if (secret.length > LONGEST_WORD) return undefined;
	const text =
		secret.length === 0 ? '' : secret.use((bytes) => bytes.toString().trim().toLowerCase());
	return (shown ? SHOWN_WORDS : WORDS).includes(text) ? text : undefined;
}

/** Handles a typed secret and takes ownership of it. A new passphrase must be typed twice. */
export function hearSecret({ moment }: CeremonyScreen, secret: SecretBytes, talk?: Talk): Heard {
	if (moment.kind === 'give-share') return act({ type: 'give', secret: withoutBlanks(secret) });
	if (talk?.kind === 'again') return act({ type: 'give', secret: talk.first, again: secret });
	const fresh = moment.kind === 'passphrase' && moment.fresh;
	// A passphrase that is too short is rejected immediately.
	if (!fresh || secret.length < moment.minLength) return act({ type: 'give', secret });
	return { say: ['Type it again to confirm:'], talk: { kind: 'again', first: secret } };
}

/** A line from a pipe, which is already a string. */
export const secretOfLine = (line: string): SecretBytes => new SecretBytes(Buffer.from(line));

function withoutBlanks(secret: SecretBytes): SecretBytes {
	const input = new SecretInput({ blanks: 'left-out' });
	secret.use((bytes) => input.typeBytes(bytes));
	secret.wipe();
	return input.take();
}
