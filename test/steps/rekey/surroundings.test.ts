import { describe, expect, it } from 'vitest';
import { memoryWarnings } from '../../../source/steps/rekey/surroundings.ts';

const quiet = { nodeOptions: undefined, execArgv: [], swaps: '' };
const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

describe('keys are kept from', () => {
	it.each([
		'--inspect',
		'--inspect=0.0.0.0:9229',
		'--inspect-brk',
		'--heapsnapshot-signal=SIGUSR2',
		'--heapsnapshot-near-heap-limit=2',
		'--report-on-signal',
		'--report-uncaught-exception',
	])('a Node.js with %s', (option) => {
		const refusal = expect.objectContaining({ fault: 'refused' });
		expect(() => memoryWarnings({ ...quiet, nodeOptions: `--no-warnings ${option}` })).toThrow(
			refusal,
		);
		expect(() => memoryWarnings({ ...quiet, execArgv: [option] })).toThrow(refusal);
	});

	it('nothing where nothing is amiss', () => {
		const nodeOptions = '--max-old-space-size=4096 --no-warnings';
		expect(memoryWarnings({ ...quiet, nodeOptions, swaps: head })).toEqual([]);
		const zram = `${head}/dev/zram0 partition 8388604 0 100\n/dev/dm-1 partition 1 0 -2\n`;
		expect(memoryWarnings({ ...quiet, swaps: zram })).toEqual([]);
	});

	it('swap that does not look encrypted, by a warning that names it', () => {
		const swaps = `${head}/dev/nvme0n1p3 partition 8388604 0 -2\n/swap.img file 1 0 -3\n`;
		expect(memoryWarnings({ ...quiet, swaps })).toEqual([
			expect.stringMatching(/\/dev\/nvme0n1p3, \/swap\.img/),
		]);
	});
});
