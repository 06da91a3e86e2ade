import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/helpers/longest-first.ts';

// Two projects: `unit` needs nothing but Node and ends in seconds; `system` runs real terraform
// and the practice cloud, after the other. A system test waits more than it works: of the two and
// a half minutes of a practice installation, one core is busy for one. So more of them run at a
// time than a small machine has cores, and the longest begin first. Time-outs are safety nets:
// nothing waits for them, and on a busy machine a passing test may need ten times its usual time.
export default defineConfig({
	test: {
		sequence: { sequencer: LongestFirst },
		globalSetup: 'test/helpers/clean-environment.ts',
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
					exclude: ['test/**/*.system.test.ts', 'test/e2e/**'],
					environment: 'node',
					testTimeout: 300_000,
					hookTimeout: 300_000,
					expect: { poll: { timeout: 120_000 } },
					maxWorkers: 2,
				},
			},
			{
				test: {
					name: 'system',
					include: ['test/**/*.system.test.ts', 'test/e2e/**/*.test.ts'],
					environment: 'node',
					testTimeout: 3_600_000,
					hookTimeout: 3_600_000,
					expect: { poll: { timeout: 120_000 } },
					maxWorkers: 4,
					sequence: { groupOrder: 1 },
					// Terraform and its AWS provider live for seconds, and would use a good part of them to
					// collect garbage: an eighth of all work is saved, for 150 MiB more of memory.
					env: { GOGC: '400' },
				},
			},
		],
	},
});
