import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but Node and ends in seconds; `system` runs real
// terraform, real ssh and the practice cloud, one file at a time so that two AWS servers and
// two terraforms never fight over two cores.
export default defineConfig({
	test: {
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
					fileParallelism: false,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
