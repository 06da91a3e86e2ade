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

/** A key as handlers see it. `is` asks the key table. */
export interface Press extends RawPress {
	/** Set when text was pasted: it is text, whatever characters are in it. */
	paste?: string;
	is(...ids: readonly string[]): boolean;
}

/** True when the press is dealt with, and nobody else needs to be asked. */
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

/** Handlers by age: the last one that came is asked first. */
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

/** Holds the only `useInput` of the program, for its whole life. */
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
 * Asks for keys. Whoever came last is asked first, and a child before its parents; a handler that
 * returns false passes the press on.
 */
export function useKeys(handler: PressHandler, { active = true } = {}): void {
	const stack = use(KeyContext);
	// Taken while drawing, since parents draw before their children, and effects run after them.
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
