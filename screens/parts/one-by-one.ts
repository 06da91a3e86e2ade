/**
 * Hands things on one at a time, and lets the screen be drawn anew in between: a key must meet the
 * state that the key before it has left, also when both came in one piece.
 */
export function oneByOne<T>(handle: (item: T) => void): { add(item: T): void; stop(): void } {
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
			// React draws in the first turn; what follows a drawing is settled by the second.
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
