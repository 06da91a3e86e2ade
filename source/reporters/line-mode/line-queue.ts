/** Longest wait for the effect of a line before the next line is passed on. */
const PATIENCE_MS = 2000;

interface LineQueue {
	add(line: string): void;
	/** No more lines follow. */
	close(): void;
	/** Something has changed: checks whether the next line can be passed on. */
	look(): void;
	/** A line has started something; the next line waits for its result. */
	await(): void;
	end(): void;
}

/**
 * Queue of typed lines. Lines from a terminal are passed on immediately. Lines from a pipe arrive all
 * at once, and are passed on one at a time, each when there is a prompt.
 */
export function createLineQueue(options: {
	atOnce: boolean;
	ready: () => boolean;
	hear: (line: string) => void;
	closed: () => void;
}): LineQueue {
	const { atOnce, ready, hear, closed } = options;
	const waiting: string[] = [];
	let open = true;
	let told = false;
	let hearing = false;
	let pause: NodeJS.Timeout | undefined;

	const look = () => {
		// Handling a line may change something and call this function again.
		if (hearing) return;
		hearing = true;
		while (waiting.length > 0 && (atOnce || (pause === undefined && ready())))
			hear(waiting.shift() ?? '');
		hearing = false;
		if (open || told || waiting.length > 0 || pause !== undefined) return;
		told = true;
		closed();
	};
	const resume = () => {
		clearTimeout(pause);
		pause = undefined;
		look();
	};
	return {
		add(line) {
			waiting.push(line);
			look();
		},
		close() {
			open = false;
			look();
		},
		look: resume,
		await() {
			if (atOnce) return;
			clearTimeout(pause);
			pause = setTimeout(resume, PATIENCE_MS);
		},
		end: () => clearTimeout(pause),
	};
}
