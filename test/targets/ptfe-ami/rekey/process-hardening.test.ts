import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getMemoryWarnings } from '../../../../source/targets/ptfe-ami/rekey/process-hardening.ts';

const quiet = { nodeOptions: undefined, execArgv: [], swaps: '' };
const head = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';

/** What a process of its own, begun by a shell after `first`, prints. */
function printed(first: string, script: string, env: NodeJS.ProcessEnv = process.env): string {
	const module = new URL(
		'../../../../source/targets/ptfe-ami/rekey/process-hardening.ts',
		import.meta.url,
	).href;
	const program = `import { hardenProcess } from ${JSON.stringify(module)}; ${script}`;
	const words = ['-c', `${first}; exec "$@"`, 'sh', process.execPath, '--input-type=module', '-e'];
	return execFileSync('/bin/sh', [...words, program], { encoding: 'utf8', env });
}

const isLinux = process.platform === 'linux';
const CORES = 'ulimit -S -c unlimited';
const canDump = isLinux && spawnSync('/bin/sh', ['-c', CORES]).status === 0;

describe('process hardening', () => {
	it.runIf(process.platform !== 'win32')('does not open a debugger on SIGUSR1', () => {
		const script = `
			import { url } from 'node:inspector';
			hardenProcess({});
			hardenProcess({});
			const listeners = process.listenerCount('SIGUSR1');
			const alive = setInterval(() => {}, 1000);
			process.once('SIGUSR1', () => {
				clearInterval(alive);
				console.log(String(url()), listeners);
			});
			process.kill(process.pid, 'SIGUSR1');
		`;
		expect(printed(':', script)).toBe('undefined 1\n');
	});

	it.runIf(canDump)('disables core dumps, or warns that it could not', () => {
		const script = 'console.log(hardenProcess(process.env).coreLimit)';
		expect(printed(CORES, script)).toBe('1\n');
		// Without prlimit.
		expect(printed(CORES, script, { PATH: join(tmpdir(), `missing-${process.pid}`) })).toBe(
			'unlimited\n',
		);
	});
});

describe('memoryWarnings', () => {
	it.each([
		'--inspect',
		'--inspect=0.0.0.0:9229',
		'--inspect-brk',
		'--heapsnapshot-signal=SIGUSR2',
		'--heapsnapshot-near-heap-limit=2',
		'--report-on-signal',
		'--report-uncaught-exception',
		'--inspect_brk',
		'--report_on_fatalerror',
		'--heapsnapshot_signal=SIGUSR2',
		'--heap_prof',
	])('refuses Node.js with %s', (option) => {
		const refusal = expect.objectContaining({ fault: 'refused' });
		expect(() => getMemoryWarnings({ ...quiet, nodeOptions: `--no-warnings ${option}` })).toThrow(
			refusal,
		);
		expect(() => getMemoryWarnings({ ...quiet, execArgv: [option] })).toThrow(refusal);
	});

	it('refuses Node.js that listens for a debugger, without revealing the debugger token', () => {
		const inspector = 'ws://127.0.0.1:9229/5f2c1d0e-token';
		expect(() => getMemoryWarnings({ ...quiet, inspector })).toThrow(
			expect.objectContaining({
				fault: 'refused',
				message: expect.stringMatching(/127\.0\.0\.1:9229,(?!.*token)/),
			}),
		);
	});

	it('warns if core dumps could not be disabled', () => {
		expect(getMemoryWarnings({ ...quiet, coreLimit: 'unlimited' })).toEqual([
			expect.stringContaining('ulimit -c 0'),
		]);
		for (const none of ['0', '1'])
			expect(getMemoryWarnings({ ...quiet, coreLimit: none })).toEqual([]);
	});

	it('returns no warnings for a hardened process', () => {
		const nodeOptions = '--max-old-space-size=4096 --no-warnings';
		expect(getMemoryWarnings({ ...quiet, nodeOptions, swaps: head })).toEqual([]);
		const zram = `${head}/dev/zram0 partition 8388604 0 100\n/dev/dm-1 partition 1 0 -2\n`;
		expect(getMemoryWarnings({ ...quiet, swaps: zram })).toEqual([]);
	});

	it('warns about swap that does not appear to be encrypted', () => {
		const swaps = `${head}/dev/nvme0n1p3 partition 8388604 0 -2\n/swap.img file 1 0 -3\n`;
		expect(getMemoryWarnings({ ...quiet, swaps })).toEqual([
			expect.stringMatching(/\/dev\/nvme0n1p3, \/swap\.img/),
		]);
	});
});
