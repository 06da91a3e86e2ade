import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Terraform } from '../../source/terraform/driver.ts';
import { isAlive } from '../../source/terraform/process.ts';
import { drain, failure, rootModule, sameModule, waitFor } from './support.ts';

const chatty = (seconds: number) => `resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "for i in $(seq ${seconds}); do echo tick $i; sleep 1; done"
  }
}
resource "terraform_data" "after" {
  input = terraform_data.slow.id
}
`;

/** Starts the apply in a process of its own and kills that process -9 once the apply runs. */
async function applyAndCrash(terraform: Terraform): Promise<void> {
	const script = fileURLToPath(new URL('host.ts', import.meta.url));
	const host: ChildProcess = spawn(
		process.execPath,
		[script, terraform.folder, terraform.logFolder],
		{ stdio: 'ignore' },
	);
	onTestFinished(() => void host.kill('SIGKILL'));
	await waitFor(() => {
		const [running] = terraform.unfinished();
		return (
			running !== undefined && readFileSync(running.record.stdoutPath, 'utf8').includes('tick 1')
		);
	}, 'the apply to begin');
	host.kill('SIGKILL');
	await waitFor(() => host.signalCode === 'SIGKILL', 'the host to die');
}

test('terraform outlives a kill -9 of its host; another process follows it to the end', async () => {
	const terraform = rootModule(chatty(5));
	await drain(terraform.plan({ out: 'p' }));
	await applyAndCrash(terraform);
	const [found] = terraform.unfinished();
	expect(found).toMatchObject({ alive: true, record: { label: 'apply' } });
	if (found === undefined) throw new Error('nothing found');
	const { events, result } = await drain(terraform.attach(found.record));
	const ticks = events.flatMap((event) =>
		event.type === 'provisioner' && event.output?.startsWith('tick') ? [event.output] : [],
	);
	expect(ticks).toEqual(['tick 1', 'tick 2', 'tick 3', 'tick 4', 'tick 5']);
	expect(result).toMatchObject({
		ok: true,
		label: 'apply',
		exitCode: undefined,
		summary: { add: 2 },
	});
	expect(isAlive(found.record)).toBe(false);
	expect(terraform.unfinished()).toEqual([]);
	expect(await terraform.stateList()).toEqual(['terraform_data.after', 'terraform_data.slow']);
	expect((await drain(terraform.plan({ out: 'q' }))).result.changes).toBe(false);
});

test('an apply that ended while nobody looked can still be read', async () => {
	const terraform = rootModule(chatty(2));
	await drain(terraform.plan({ out: 'p' }));
	await applyAndCrash(terraform);
	await waitFor(() => terraform.unfinished()[0]?.alive === false, 'the apply to end');
	const [found] = terraform.unfinished();
	if (found === undefined) throw new Error('nothing found');
	expect((await drain(terraform.attach(found.record))).result).toMatchObject({
		ok: true,
		summary: { add: 2 },
	});
});

test('an adopted apply can be interrupted, and ends as a cancel', async () => {
	const terraform = rootModule(chatty(100));
	await drain(terraform.plan({ out: 'p' }));
	await applyAndCrash(terraform);
	const stop = new AbortController();
	const later = sameModule(terraform, { signal: stop.signal });
	const [found] = later.unfinished();
	if (found === undefined) throw new Error('nothing found');
	const error = await failure(drain(later.attach(found.record), () => stop.abort()));
	expect(error.fault).toBe('cancelled');
	expect(await terraform.stateList()).toEqual(['terraform_data.slow']);
});

test('a terraform that was killed itself is a failure, not a success', async () => {
	const terraform = rootModule(chatty(100));
	await drain(terraform.plan({ out: 'p' }));
	await applyAndCrash(terraform);
	const [found] = terraform.unfinished();
	if (found === undefined) throw new Error('nothing found');
	process.kill(found.record.pid, 'SIGKILL');
	const error = await failure(drain(terraform.attach(found.record)));
	expect(error).toMatchObject({
		fault: 'command',
		message: 'terraform apply ended without saying how.',
	});
});
