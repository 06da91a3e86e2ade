import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';

const MISSING = '/missing/proc';

describe('the start time of a process', () => {
	it('is read with ps where /proc is not available', async () => {
		const child = spawn('sleep', ['600'], { stdio: 'ignore' });
		await once(child, 'spawn');
		const pid = child.pid ?? 0;
		const first = getProcessStartTime(pid, MISSING);
		expect(first).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
		expect(getProcessStartTime(pid, MISSING)).toBe(first);
		child.kill('SIGKILL');
		await once(child, 'exit');
		expect(getProcessStartTime(pid, MISSING)).toBeUndefined();
	});

	it.runIf(process.platform === 'linux')('is read from /proc on Linux', () => {
		expect(getProcessStartTime(process.pid)).toMatch(/^[0-9a-f-]{36}\/\d+$/);
	});
});
