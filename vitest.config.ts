import { defineConfig } from 'vitest/config';
import { LongestFirstSequencer } from './test/helpers/longest-first-sequencer.ts';

// Three projects. `unit` needs nothing but Node and ends in seconds. `system` runs real terraform
// and the practice cloud, after `unit`. `long` holds what `npm test` leaves to `npm run test:all`:
// long series of kills, tests of the test doubles, and scans of every started process. A system
// test waits more than it works, so more of them run at a time than a small machine has cores, and
// the longest start first. Time-outs are safety nets: no test waits for one, and on a busy machine
// a passing test may need ten times its usual time.
const system = {
	environment: 'node' as const,
	testTimeout: 3_600_000,
	hookTimeout: 3_600_000,
	expect: { poll: { timeout: 120_000 } },
	maxWorkers: 4,
	sequence: { groupOrder: 1 },
	// Terraform and its AWS provider live for seconds, and would use a good part of them to
	// collect garbage: an eighth of all work is saved, for 150 MiB more of memory.
	env: { GOGC: '400' },
};

export default defineConfig({
	test: {
		sequence: { sequencer: LongestFirstSequencer },
		globalSetup: 'test/helpers/clean-environment.ts',
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
					exclude: ['test/**/*.system.test.ts', 'test/**/*.long.test.ts', 'test/e2e/**'],
					environment: 'node',
					// To load Ink, React and the AWS SDK anew for each file would double the time.
					isolate: false,
					setupFiles: 'test/helpers/restored-state.ts',
					testTimeout: 300_000,
					hookTimeout: 300_000,
					expect: { poll: { timeout: 120_000 } },
					maxWorkers: 2,
				},
			},
			{
				test: {
					...system,
					name: 'system',
					include: ['test/**/*.system.test.ts', 'test/e2e/**/*.test.ts'],
					exclude: ['test/**/*.long.test.ts'],
				},
			},
			{ test: { ...system, name: 'long', include: ['test/**/*.long.test.ts'] } },
		],
	},
});
