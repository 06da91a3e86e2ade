import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Terraform } from '../../source/terraform/driver.ts';
import { createRootModule, drainEvents, getError, getFixturePath } from './helpers.ts';

/** A recorded log as the log of an ended command. */
function recorded(terraform: Terraform, label: string, name: string) {
	mkdirSync(terraform.logFolder, { recursive: true });
	const stdoutPath = join(terraform.logFolder, name);
	copyFileSync(getFixturePath(name), stdoutPath);
	writeFileSync(`${stdoutPath}.err`, '');
	return {
		pid: process.pid,
		startedAt: 'long ago',
		label,
		stdoutPath,
		stderrPath: `${stdoutPath}.err`,
	};
}

test.each([
	['init', 'init.jsonl', false],
	['plan', 'plan.jsonl', true],
	['plan', 'plan-no-changes.jsonl', false],
	['apply', 'apply.jsonl', true],
])('recognizes the success of %s from %s', async (label, name, changes) => {
	const terraform = createRootModule('');
	const { result } = await drainEvents(terraform.attach(recorded(terraform, label, name)));
	expect(result.changes).toBe(changes);
});

test.each([
	['apply', 'apply-failed.jsonl', 'command'],
	['apply', 'apply-interrupted.jsonl', 'cancelled'],
	['apply', 'apply-stale.jsonl', 'refused'],
	['plan', 'plan-locked.jsonl', 'locked'],
	['apply', 'plan-locked.jsonl', 'locked'],
	['init', 'init-unreachable.jsonl', 'command'],
])('recognizes the failure of %s from %s', async (label, name, fault) => {
	const terraform = createRootModule('');
	const error = await getError(drainEvents(terraform.attach(recorded(terraform, label, name))));
	expect(error.fault).toBe(fault);
});

test('treats a truncated apply log as a failure', async () => {
	const terraform = createRootModule('');
	const record = recorded(terraform, 'apply', 'apply.jsonl');
	const lines = readFileSync(record.stdoutPath, 'utf8').split('\n');
	writeFileSync(record.stdoutPath, lines.slice(0, -4).join('\n'));
	expect((await getError(drainEvents(terraform.attach(record)))).message).toContain(
		'its result is unknown',
	);
});

test('yields equal diagnostics once', async () => {
	const terraform = createRootModule('');
	const record = recorded(terraform, 'apply', 'apply-interrupted.jsonl');
	const halted: string[] = [];
	await getError(
		drainEvents(terraform.attach(record), (event) => {
			if (event.type === 'diagnostic') halted.push(event.diagnostic.summary);
		}),
	);
	expect(halted).toEqual(['local-exec provisioner error', 'execution halted']);
});

test('saves a dumped state as errored.tfstate and removes it from the log', async () => {
	const terraform = createRootModule('');
	for (const round of ['first', 'again after a crash']) {
		const record = recorded(terraform, 'apply', 'apply-state-dump.jsonl');
		const error = await getError(drainEvents(terraform.attach(record)));
		expect([round, error.message]).toEqual([
			round,
			'terraform apply failed to save its state; it was written to errored.tfstate.',
		]);
		expect(readFileSync(record.stdoutPath, 'utf8')).not.toContain('canary-in-state');
	}
	const saved = join(terraform.folder, 'errored.tfstate');
	expect(statSync(saved).mode & 0o777).toBe(0o600);
	expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({ version: 4, serial: 1 });
});

test('never overwrites an existing errored.tfstate and keeps the state in the log', async () => {
	const terraform = createRootModule('');
	const saved = join(terraform.folder, 'errored.tfstate');
	writeFileSync(saved, 'older');
	const record = recorded(terraform, 'apply', 'apply-state-dump.jsonl');
	expect((await getError(drainEvents(terraform.attach(record)))).message).toContain(
		'only in its log',
	);
	expect(readFileSync(saved, 'utf8')).toBe('older');
	expect(readFileSync(record.stdoutPath, 'utf8')).toContain('canary-in-state');
});
