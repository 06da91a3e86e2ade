import { useInput, usePaste } from 'ink';
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
import { createInputQueue } from './input-queue.ts';
import { getKeyBinding, type RawKeyPress } from './key-bindings.ts';
import { emptyKey, splitInput } from './split-input.ts';

/** A key press as handlers see it. `is` tests it against the key table. */
export interface KeyPress extends RawKeyPress {
	/** Set for pasted text, which is text whatever characters it contains. */
	paste?: string;
	is(...ids: readonly string[]): boolean;
}

/** Returns true when the press was handled. */
export type KeyPressHandler = (press: KeyPress) => boolean;

interface Entry {
	order: number;
	handle: KeyPressHandler;
}

interface KeyStack {
	nextOrder(): number;
	add(entry: Entry): () => void;
	send(press: KeyPress): boolean;
}

/** LIFO: the most recently mounted handler runs first. */
export function createKeyHandlerStack(): KeyStack {
	let orders = 0;
	let entries: Entry[] = [];
	return {
		nextOrder: () => ++orders,
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
	onHandled?: () => void;
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
	// Taken during rendering, because parents render before their children, while effects run after
	// them.
	const [order] = useState(() => stack.nextOrder());
	const fresh = useRef(handler);
	useLayoutEffect(() => {
		fresh.current = handler;
	});
	useLayoutEffect(
		() => (active ? stack.add({ order, handle: (press) => fresh.current(press) }) : undefined),
		[stack, order, active],
	);
}
