import { createContext, type ReactNode, use, useCallback, useLayoutEffect, useState } from 'react';
import { formatKey, getKeyBinding, getScopeKeyBindings, type KeyScope } from './key-bindings.ts';
import { useMountOrder } from './key-handlers.tsx';
import { getWidthInCells, TextLine, type TextPiece } from './styled-text.tsx';
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
		return { id, keys, label: binding.label, width: getWidthInCells(`${keys} ${binding.label}`) };
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

/** Adds an entry; returns a function that removes it. */
type AddFooter = (entry: FooterEntry) => () => void;

const FooterContext = createContext<AddFooter>(() => () => {});

/** Collects footer requests of the components; the latest one is shown, and named by the help. */
export function useFooterProviderState(): { add: AddFooter; top: FooterEntry | undefined } {
	const [entries, setEntries] = useState<readonly FooterEntry[]>([]);
	const add = useCallback<AddFooter>((entry) => {
		setEntries((before) => [...before, entry].sort((a, b) => a.order - b.order));
		return () => setEntries((before) => before.filter((other) => other !== entry));
	}, []);
	return { add, top: entries.at(-1) };
}

export const FooterProvider = FooterContext;

/** Sets the footer keys: those of a scope, or a list of ids. */
export function useRegisterFooterKeys(
	keys: KeyScope | readonly string[],
	{ active = true } = {},
): void {
	const add = use(FooterContext);
	const order = useMountOrder();
	const place = typeof keys === 'string' ? keys : undefined;
	const ids = (typeof keys === 'string' ? getFooterKeyIds(keys) : keys).join(' ');
	useLayoutEffect(
		() => (active ? add({ order, ids: ids.split(' ').filter(Boolean), place }) : undefined),
		[add, order, ids, place, active],
	);
}

export function Footer({ ids, width }: { ids: readonly string[]; width: number }): ReactNode {
	const theme = useTheme();
	return <TextLine width={width} pieces={createFooterPieces(ids, width, theme)} />;
}
