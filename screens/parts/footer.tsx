import { createContext, type ReactNode, use, useLayoutEffect, useRef, useState } from 'react';
import { formatKey, getKeyBinding, getScopeKeyBindings, type KeyScope } from './key-bindings.ts';
import { getCellWidth, TextLine, type TextPiece } from './styled-text.tsx';
import { type Theme, useTheme } from './theme.ts';

/** Keys that stay when others do not fit. */
const KEPT = new Set([
	'help',
	'helpFromText',
	'interrupt',
	'progress.stop',
	'overlay.close',
	'stop.stay',
	'ceremony.notNow',
	'save',
]);

/** The keys of a scope in one line: as many as fit, and always the way out. */
export function createFooterPieces(
	ids: readonly string[],
	width: number,
	theme: Theme,
): TextPiece[] {
	const all = ids.map((id) => {
		const binding = getKeyBinding(id);
		const keys = formatKey(binding, theme);
		return { id, keys, label: binding.label, width: getCellWidth(`${keys} ${binding.label}`) };
	});
	const gap = width < 60 ? 2 : 3;
	const taken = new Set(all.filter(({ id }) => KEPT.has(id)));
	const used = () => [...taken].reduce((sum, item) => sum + item.width + gap, -gap);
	for (const item of all) {
		if (taken.has(item)) continue;
		taken.add(item);
		if (used() > width) {
			taken.delete(item);
			break;
		}
	}
	return all
		.filter((item) => taken.has(item))
		.flatMap(({ keys, label }, at): TextPiece[] => [
			...(at > 0 ? [' '.repeat(gap)] : []),
			{ text: keys, role: 'strong' },
			{ text: ` ${label}`, role: 'dim' },
		]);
}

/** Ids of the keys named in the footer of a scope. */
export const getFooterKeyIds = (scope: KeyScope): string[] =>
	getScopeKeyBindings(scope)
		.filter(({ helpOnly }) => helpOnly !== true)
		.map(({ id }) => id);

interface FooterEntry {
	/** Registration order; the topmost component registers last. */
	order: number;
	ids: readonly string[];
	place: KeyScope | undefined;
}

interface FooterStack {
	nextOrder(): number;
	add(entry: FooterEntry): () => void;
}

const FooterContext = createContext<FooterStack>({
	nextOrder: () => 0,
	add: () => () => {},
});

/** The entry with the focus; the help screen names its keys. */
interface FooterState {
	stack: FooterStack;
	top: FooterEntry | undefined;
}

/** Collects footer requests of the components; the latest one is shown. */
export function useFooterState(): FooterState {
	const [entries, setEntries] = useState<readonly FooterEntry[]>([]);
	const orders = useRef(0);
	const [stack] = useState<FooterStack>(() => ({
		nextOrder: () => ++orders.current,
		add(entry) {
			setEntries((before) => [...before, entry].sort((a, b) => a.order - b.order));
			return () => setEntries((before) => before.filter((other) => other !== entry));
		},
	}));
	return { stack, top: entries.at(-1) };
}

export const FooterProvider = FooterContext;

/** Sets the footer keys: those of a scope, or a list of ids. */
export function useFooter(keys: KeyScope | readonly string[], { active = true } = {}): void {
	const stack = use(FooterContext);
	const [order] = useState(() => stack.nextOrder());
	const place = typeof keys === 'string' ? keys : undefined;
	const ids = (typeof keys === 'string' ? getFooterKeyIds(keys) : keys).join(' ');
	useLayoutEffect(
		() => (active ? stack.add({ order, ids: ids.split(' ').filter(Boolean), place }) : undefined),
		[stack, order, ids, place, active],
	);
}

export function Footer({ ids, width }: { ids: readonly string[]; width: number }): ReactNode {
	const theme = useTheme();
	return <TextLine width={width} pieces={createFooterPieces(ids, width, theme)} />;
}
