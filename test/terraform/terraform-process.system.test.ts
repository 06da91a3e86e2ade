import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Terraform } from '../../source/terraform/driver.ts';
import { isProcessRunning } from '../../source/terraform/terraform-process.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createDriverFor, createRootModule, drainEvents, getError } from './helpers.ts';

/**
 * Prints `tick 1`, then waits for the file `go` in its directory (or its removal), then continues.
 */
const chatty = `resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo tick 1; until [ -e go ] || [ ! -e main.tf ]; do sleep 0.1; done; for i in 2 3 4 5; do echo tick $i; done"
  }
}
resource "terraform_data" "after" {
  input = terraform_data.slow.id
}
`;

/** Starts the apply in a separate process and kills that process with -9 while the apply runs. */
async function applyAndCrash(terraform: Terraform): Promise<void> {
	const script = fileURLToPath(new URL('host.ts', import.meta.url));
	const host: ChildProcess = spawn(
		process.execPath,
		[script, terraform.folder, terraform.logFolder],
		{ stdio: 'ignore' },
	);
	onTestFinished(() => void host.kill('SIGKILL'));
	await waitFor('the apply to begin', () => {
		const [running] = terraform.unfinished();
		return (
			running !== undefined && readFileSync(running.record.stdoutPath, 'utf8').includes('tick 1')
		);
	});
	host.kill('SIGKILL');
	await waitFor('the host to die', () => host.signalCode === 'SIGKILL');
}

const letGo = (terraform: Terraform) => writeFileSync(join(terraform.folder, 'go'), '');

test('terraform survives kill -9 of its parent, and another process follows it to the end', async () => {
	const terraform = createRootModule(chatty);
	await drainEvents(terraform.plan('p'));
	await applyAndCrash(terraform);
	const [found] = terraform.unfinished();
	expect(found).toMatchObject({ alive: true, record: { label: 'apply' } });
	if (found === undefined) throw new Error('nothing found');
	const { events, result } = await drainEvents(terraform.attach(found.record), () =>
		letGo(terraform),
	);
	const phases = events.flatMap((event) =>
		event.type === 'resource' && event.phase !== 'progress'
			? [`${event.address} ${event.phase}`]
			: [],
	);
	expect(phases).toEqual([
		'terraform_data.slow started',
		'terraform_data.slow done',
		'terraform_data.after started',
		'terraform_data.after done',
	]);
	expect(readFileSync(result.log, 'utf8')).toContain('tick 5');
	expect(result).toMatchObject({ summary: { add: 2 } });
	expect(isProcessRunning(found.record)).toBe(false);
	expect(terraform.unfinished()).toEqual([]);
	expect(await terraform.stateList()).toEqual(['terraform_data.after', 'terraform_data.slow']);
	expect((await drainEvents(terraform.plan('q'))).result.changes).toBe(false);
});

test('reads an apply that ended unobserved', async () => {
	const terraform = createRootModule(chatty);
	await drainEvents(terraform.plan('p'));
	await applyAndCrash(terraform);
	letGo(terraform);
	await waitFor('the apply to end', () => terraform.unfinished()[0]?.alive === false);
	const [found] = terraform.unfinished();
	if (found === undefined) throw new Error('nothing found');
	expect((await drainEvents(terraform.attach(found.record))).result).toMatchObject({
		summary: { add: 2 },
	});
});

test('interrupts an attached apply, which ends as cancelled', async () => {
	const terraform = createRootModule(chatty);
	await drainEvents(terraform.plan('p'));
	await applyAndCrash(terraform);
	const stop = new AbortController();
	const later = createDriverFor(terraform, { signal: stop.signal });
	const [found] = later.unfinished();
	if (found === undefined) throw new Error('nothing found');
	const error = await getError(drainEvents(later.attach(found.record), () => stop.abort()));
	expect(error.fault).toBe('cancelled');
	expect(await terraform.stateList()).toEqual(['terraform_data.slow']);
});

test('reports a killed terraform as a failure', async () => {
	const terraform = createRootModule(chatty);
	await drainEvents(terraform.plan('p'));
	await applyAndCrash(terraform);
	const [found] = terraform.unfinished();
	if (found === undefined) throw new Error('nothing found');
	process.kill(found.record.pid, 'SIGKILL');
	const error = await getError(drainEvents(terraform.attach(found.record)));
	expect(error).toMatchObject({
		fault: 'command',
		message: 'terraform apply ended, but its result is unknown.',
	});
});
