import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { formatLogLine } from './log-line.ts';
import { LogTail } from './log-tail.ts';

const NONE: readonly string[] = [];

/** The last lines of a log while a path is given; reads nothing otherwise. */
export function useLogTail(path: string | undefined): readonly string[] {
	const store = useMemo(() => tailStore(path), [path]);
	useEffect(() => store.start(), [store]);
	return useSyncExternalStore(store.subscribe, store.lines);
}

function tailStore(path: string | undefined) {
	const listeners = new Set<() => void>();
	let lines = NONE;
	const tail =
		path === undefined
			? undefined
			: new LogTail(path, {
					readable: formatLogLine,
					onChange() {
						lines = tail?.lines() ?? NONE;
						for (const listener of [...listeners]) listener();
					},
				});
	return {
		start() {
			tail?.start();
			return () => tail?.stop();
		},
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		lines: () => lines,
	};
}
