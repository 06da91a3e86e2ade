import type { Key } from 'ink';
import { splitGraphemes } from './graphemes.ts';
import type { RawKeyPress } from './key-bindings.ts';

/** One input: a key, or pasted text. */
type TerminalInputEvent = { type: 'press'; press: RawKeyPress } | { type: 'paste'; text: string };

export const emptyKey: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

function pressOf(character: string): RawKeyPress {
	if (character === '\r' || character === '\n')
		return { input: '', key: { ...emptyKey, return: true } };
	if (character === '\t') return { input: '', key: { ...emptyKey, tab: true } };
	if (character === '\b' || character === '\u007F') {
		return { input: '', key: { ...emptyKey, backspace: true } };
	}
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x20) {
		return { input: String.fromCharCode(code + 0x60), key: { ...emptyKey, ctrl: true } };
	}
	return { input: character, key: emptyKey };
}

/** More characters than this in one chunk are a paste, not typing. */
const HASTY = 64;

/**
 * Splits one chunk of input. Slow connections and fast typing deliver several keys at once; a
 * terminal without bracketed paste delivers pasted lines the same way, and their newlines must not
 * act as Enter.
 */
export function splitInput({ input, key }: RawKeyPress): TerminalInputEvent[] {
	// A single line feed (ctrl-j) is Enter on some terminals.
	if (input === '\n') return [{ type: 'press', press: pressOf('\r') }];
	if (input.length < 2 || key.ctrl || key.meta) {
		// Ink also reports the control character of some keys as text.
		const isKey = key.return || key.tab || key.escape || key.backspace || key.delete;
		return [{ type: 'press', press: { input: isKey ? '' : input, key } }];
	}
	const pasted = input.length > HASTY || /[^\r\n][\r\n]+[^\r\n]/.test(input);
	if (pasted) return [{ type: 'paste', text: input }];
	return splitGraphemes(input.replace(/\r\n/g, '\r')).map((character) => ({
		type: 'press',
		press: pressOf(character),
	}));
}
