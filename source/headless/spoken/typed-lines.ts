/** How long whoever answers has before the next line is passed on all the same. */
const PATIENCE_MS = 2000;

export interface TypedLines {
	add(line: string): void;
	/** No further line will come. */
	close(): void;
	/** Something has changed: perhaps the next line may go now. */
	look(): void;
	/** A line has set something in motion; the next one waits for what comes of it. */
	await(): void;
	end(): void;
}

/**
 * Lines in the order they were typed. Those of a person go at once: they see what they answer.
 * Those that come all together, from a pipe, go one by one, each when there is something to answer.
 */
export function typedLines(options: {
	atOnce: boolean;
	ready: () => boolean;
	hear: (line: string) => void;
	closed: () => void;
}): TypedLines {
	const { atOnce, ready, hear, closed } = options;
	const waiting: string[] = [];
	let open = true;
	let told = false;
	let hearing = false;
	let pause: NodeJS.Timeout | undefined;

	const look = () => {
		// What is heard may well change something, and lead here again.
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
