import { expect, vi } from 'vitest';

export interface CapturedRun {
	code: number;
	out: string;
	err: string;
}

/** Runs a command in this process and captures its output. */
export async function captureCommand(work: () => Promise<number>): Promise<CapturedRun> {
	const written = { out: '', err: '' };
	// The command line sets a mask of its own.
	const umask = process.umask();
	const catching = (into: 'out' | 'err') => (chunk: unknown) => {
		written[into] += String(chunk);
		return true;
	};
	const spies = [
		vi.spyOn(process.stdout, 'write').mockImplementation(catching('out') as never),
		vi.spyOn(process.stderr, 'write').mockImplementation(catching('err') as never),
	];
	try {
		const code = await work();
		expect(code).toBeTypeOf('number');
		return { code, ...written };
	} finally {
		process.umask(umask);
		for (const spy of spies) spy.mockRestore();
	}
}
