/**
 * Handles items one at a time and lets React redraw in between: each key must see the state left by
 * the previous one, even when both arrived in one chunk.
 */
export function createInputQueue<T>(handle: (item: T) => void): {
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
