import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import { endProcessGroup, isSameProcess } from '../../source/practice/background-process.ts';
import { waitFor } from '../helpers/wait-for.ts';

describe('a process identified by PID and start time', () => {
	it('is the same process while it runs', async () => {
		const first = getProcessStartTime(process.pid);
		expect(first).toMatch(/\d/);
		expect(getProcessStartTime(process.pid)).toBe(first);
		expect(isSameProcess(process.pid, first ?? '')).toBe(true);
	});

	it('is not a process with the same PID and another start time', async () => {
		expect(isSameProcess(process.pid, 'another boot:1')).toBe(false);
	});

	it('is gone after it exits', async () => {
		const child = spawn('true', { stdio: 'ignore' });
		await once(child, 'exit');
		expect(getProcessStartTime(child.pid ?? 0)).toBeUndefined();
	});
});

describe('ending a process group', () => {
	it('ends the leader and its children, even when they ignore SIGTERM', async () => {
		const script = 'trap "" TERM; sleep 60 & echo $!; wait; sleep 60';
		const leader = spawn('sh', ['-c', script], {
			detached: true,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const [output] = await once(leader.stdout, 'data');
		const childPid = Number(String(output).trim());
		const pid = leader.pid ?? 0;
		const startedAt = getProcessStartTime(pid) ?? '';

		await endProcessGroup(pid, startedAt, 200);

		expect(getProcessStartTime(pid)).toBeUndefined();
		await waitFor('its child to end', async () => getProcessStartTime(childPid) === undefined);
	});

	it('does not signal a process that is not the recorded one', async () => {
		const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
		const pid = child.pid ?? 0;
		const startedAt = getProcessStartTime(pid) ?? '';
		try {
			await endProcessGroup(pid, 'another boot:1', 200);
			expect(isSameProcess(pid, startedAt)).toBe(true);
		} finally {
			await endProcessGroup(pid, startedAt, 200);
		}
	});
});
