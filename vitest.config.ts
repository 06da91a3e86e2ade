import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but Node and ends in seconds; `system` runs real
// terraform and the practice cloud. Two files at a time: each waits for its AWS server more than it
// works, and with more of them two cores would make the waits long.
export default defineConfig({
	test: {
		maxWorkers: 2,
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
					exclude: ['test/**/*.system.test.ts', 'test/e2e/**'],
					environment: 'node',
					testTimeout: 20_000,
				},
			},
			{
				test: {
					name: 'system',
					include: ['test/**/*.system.test.ts', 'test/e2e/**/*.test.ts'],
					environment: 'node',
					testTimeout: 300_000,
					hookTimeout: 300_000,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
