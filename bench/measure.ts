import { spawn } from 'node:child_process';

/** Duration of a command in seconds; CPU is user plus system time of it and its children. */
export interface CommandTiming {
	wall: number;
	cpu: number;
}

/**
 * Runs a command. A surrounding shell reports the CPU time of all its children, including the
 * plugins of terraform.
 *
 * @throws if the command does not exit with 0.
 */
export function measureCommand(
	argv: readonly string[],
	env: NodeJS.ProcessEnv,
	cwd?: string,
): Promise<CommandTiming> {
	const begun = performance.now();
	const script = '"$@" >&2; code=$?; times; exit $code';
	return new Promise((resolve, reject) => {
		const child = spawn('bash', ['-c', script, 'bench', ...argv], {
			env,
			cwd,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let times = '';
		let said = '';
		child.stdout.setEncoding('utf8').on('data', (text) => {
			times += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text) => {
			said = (said + text).slice(-4000);
		});
		child.on('close', (code) => {
			if (code !== 0) return reject(new Error(`${argv.join(' ')} ended with ${code}:\n${said}`));
			resolve({ wall: (performance.now() - begun) / 1000, cpu: childrenSeconds(times) });
		});
	});
}

/** `times` prints two lines of "0m0.00s 0m0.00s": the shell's own, then its children's. */
function childrenSeconds(printed: string): number {
	const line = printed.trim().split('\n').at(-1) ?? '';
	return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
		(sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
		0,
	);
}

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
	return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Runs two commands alternately and pairs their samples, so that changes in system load affect both. */
export async function measurePairs(
	pairs: number,
	runProgram: () => Promise<CommandTiming>,
	runBaseline: () => Promise<CommandTiming>,
): Promise<{
	ours: CommandTiming[];
	baseline: CommandTiming[];
	ratio(of: keyof CommandTiming): number[];
}> {
	const [mine, theirs]: [CommandTiming[], CommandTiming[]] = [[], []];
	for (let pair = 0; pair < pairs; pair += 1) {
		// The order alternates, because the second one may find warm caches.
		if (pair % 2 === 0) theirs.push(await runBaseline());
		mine.push(await runProgram());
		if (pair % 2 === 1) theirs.push(await runBaseline());
	}
	return {
		ours: mine,
		baseline: theirs,
		ratio: (of) => mine.map((sample, index) => sample[of] / (theirs[index]?.[of] ?? Number.NaN)),
	};
}
