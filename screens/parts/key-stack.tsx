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
import { bindingOf, type RawPress } from './key-table.ts';
import { oneByOne } from './one-by-one.ts';
import { noKey, splitInput } from './split-input.ts';

/** A key press as handlers see it. `is` tests it against the key table. */
export interface Press extends RawPress {
	/** Set for pasted text, which is text whatever characters it contains. */
	paste?: string;
	is(...ids: readonly string[]): boolean;
}

/** Returns true when the press was handled. */
export type PressHandler = (press: Press) => boolean;

interface Entry {
	order: number;
	handle: PressHandler;
}

interface KeyStack {
	nextOrder(): number;
	add(entry: Entry): () => void;
	send(press: Press): boolean;
}

/** LIFO: the most recently mounted handler runs first. */
export function keyStack(): KeyStack {
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

const KeyContext = createContext<KeyStack>(keyStack());

export const pressOfKey = (raw: RawPress): Press => ({
	...raw,
	is: (...ids) => ids.some((id) => bindingOf(id).matches(raw)),
});

export const pressOfPaste = (paste: string): Press => ({
	input: '',
	key: noKey,
	paste,
	is: () => false,
});

interface KeyRootProps {
	children: ReactNode;
	/** Called after each key or paste was handled. */
	onHandled?: () => void;
}

/** Owns the only `useInput` of the program. */
export function KeyRoot({ children, onHandled }: KeyRootProps): ReactNode {
	const stack = useMemo(keyStack, []);
	const queue = useMemo(
		() =>
			oneByOne<Press>((press) => {
				stack.send(press);
				onHandled?.();
			}),
		[stack, onHandled],
	);
	useInput((input, key) => {
		for (const event of splitInput({ input, key })) {
			queue.add(event.type === 'paste' ? pressOfPaste(event.text) : pressOfKey(event.press));
		}
	});
	usePaste((text) => {
		queue.add(pressOfPaste(text));
	});
	useEffect(() => () => queue.stop(), [queue]);
	return <KeyContext value={stack}>{children}</KeyContext>;
}

/**
 * Registers a key handler. The most recently mounted handler runs first, and a child before its
 * parents; returning false passes the press on.
 */
export function useKeys(handler: PressHandler, { active = true } = {}): void {
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
