/** Options of a driver for tests; only the directories are missing. */
export const driverDefaults = {
	step: 'install',
	stack: 'install',
	binary: 'terraform',
	environment: process.env,
	mask: (text: string) => text,
	lockTimeoutSeconds: 60,
};

export interface DrainedEvents<E, R> {
	events: E[];
	result: R;
}

/** Reads a generator to its end. `onEvent` receives each event immediately. */
export async function drainEvents<E, R>(
	generator: AsyncGenerator<E, R>,
	onEvent?: (event: E) => void,
): Promise<DrainedEvents<E, R>> {
	const events: E[] = [];
	for (;;) {
		const next = await generator.next();
		if (next.done) return { events, result: next.value };
		events.push(next.value);
		onEvent?.(next.value);
	}
}
