import { type Key, useInput, usePaste } from 'ink';
import {
	createContext,
	type ReactNode,
	use,
	useEffect,
	useLayoutEffect,
	useMemo,
	useRef,
	useState,
} from 'react';
import { getKeyBinding, type RawKeyPress } from './key-bindings.ts';

/** A key press as handlers see it. `is` tests it against the key table. */
export interface KeyPress extends RawKeyPress {
	/** Set for pasted text, which is text whatever characters it contains. */
	paste?: string;
	is(...ids: readonly string[]): boolean;
}

/** Returns true when the press was handled. */
type KeyPressHandler = (press: KeyPress) => boolean;

interface Entry {
	order: number;
	handle: KeyPressHandler;
}

interface KeyStack {
	add(entry: Entry): () => void;
	send(press: KeyPress): boolean;
}

let mounted = 0;

/**
 * The number of a component in the order of mounting. Taken during rendering, because parents render
 * before their children, while effects run after them.
 */
export const useMountOrder = (): number => useState(() => ++mounted)[0];

/** LIFO: the most recently mounted handler runs first. */
export function createKeyHandlerStack(): KeyStack {
	let entries: Entry[] = [];
	return {
		add(entry) {
			entries = [...entries, entry].sort((a, b) => b.order - a.order);
			return () => {
				entries = entries.filter((other) => other !== entry);
			};
		},
		send: (press) => entries.some(({ handle }) => handle(press)),
	};
}

const KeyContext = createContext<KeyStack>(createKeyHandlerStack());

export const createKeyPress = (raw: RawKeyPress): KeyPress => ({
	...raw,
	is: (...ids) => ids.some((id) => getKeyBinding(id).matches(raw)),
});

const createPastePress = (paste: string): KeyPress => ({
	input: '',
	key: emptyKey,
	paste,
	is: () => false,
});

interface KeyRootProps {
	children: ReactNode;
	/** Called after each key or paste was handled. */
	onHandled?: (() => void) | undefined;
}

/** Owns the only `useInput` of the program. */
export function KeyInputProvider({ children, onHandled }: KeyRootProps): ReactNode {
	const stack = useMemo(createKeyHandlerStack, []);
	const queue = useMemo(
		() =>
			createInputQueue<KeyPress>((press) => {
				stack.send(press);
				onHandled?.();
			}),
		[stack, onHandled],
	);
	useInput((input, key) => {
		for (const event of splitInput({ input, key })) {
			queue.add(
				event.type === 'paste' ? createPastePress(event.text) : createKeyPress(event.press),
			);
		}
	});
	usePaste((text) => {
		queue.add(createPastePress(text));
	});
	useEffect(() => () => queue.stop(), [queue]);
	return <KeyContext value={stack}>{children}</KeyContext>;
}

/**
 * Registers a key handler. The most recently mounted handler runs first, and a child before its
 * parents; returning false passes the press on.
 */
export function useKeyHandler(handler: KeyPressHandler, { active = true } = {}): void {
	const stack = use(KeyContext);
	const order = useMountOrder();
	const fresh = useRef(handler);
	useLayoutEffect(() => {
		fresh.current = handler;
	});
	useLayoutEffect(
		() => (active ? stack.add({ order, handle: (press) => fresh.current(press) }) : undefined),
		[stack, order, active],
	);
}

/**
 * Handles items one at a time and lets React redraw in between: each key must see the state left by
 * the previous one, even when both arrived in one chunk.
 */
function createInputQueue<T>(handle: (item: T) => void): {
	add(item: T): void;
	stop(): void;
} {
	const waiting: T[] = [];
	let busy = false;
	let stopped = false;
	const next = () => {
		const item = waiting.shift();
		if (item === undefined || stopped) {
			busy = false;
			return;
		}
		busy = true;
		try {
			handle(item);
		} finally {
			// React renders in the first turn, and its effects are done by the second.
			setImmediate(() => setImmediate(next));
		}
	};
	return {
		add(item) {
			waiting.push(item);
			if (!busy) next();
		},
		stop() {
			stopped = true;
			waiting.length = 0;
		},
	};
}

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

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Splits a text into user-perceived characters. */
export const splitGraphemes = (text: string): string[] =>
	Array.from(segments.segment(text), ({ segment }) => segment);
