import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildChildEnvironment } from '../../source/engine/child-environment.ts';
import { getProcessStartTime } from '../../source/engine/process-start-time.ts';
import {
	listPendingWaits,
	registerWait,
	reportLongWaits,
} from '../../source/engine/wait-registry.ts';
import { captureOutput } from '../../source/terraform/short-command-runner.ts';
import { createTemporaryDirectory } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createRootModule, drainEvents, getError } from './helpers.ts';

/**
 * A fake terraform that hangs and ignores every signal but SIGKILL, with a child that holds its
 * output.
 */
function fakeTerraform(folder: string): string {
	const path = join(folder, 'fake-terraform');
	const pids = join(folder, 'pids');
	const lines = [
		"trap '' INT TERM HUP",
		`echo $$ >> '${pids}'`,
		'sleep 600 &',
		`echo $! >> '${pids}'`,
	];
	writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\nwhile :; do wait; done\n`);
	chmodSync(path, 0o755);
	return path;
}

const gone = (folder: string) =>
	waitFor('the fake terraform and what it started to end', () => {
		const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
		return pids.every((pid) => getProcessStartTime(pid) === undefined);
	});

const environment = buildChildEnvironment({ for: 'helper', inherited: process.env });

test('times out a version command that hangs, and leaves no process', async () => {
	const folder = createTemporaryDirectory();
	const binary = fakeTerraform(folder);
	const captured = await captureOutput(binary, ['version'], {
		...{ folder, environment, limitMs: 1_000, mostBytes: 1_000, graceMs: 100 },
	});
	expect(captured.stopped).toBe('late');
	await gone(folder);
});

test('reports a timeout that names the command', async () => {
	const folder = createTemporaryDirectory();
	const terraform = createRootModule('', {
		binary: fakeTerraform(folder),
		...{ versionMs: 500, graceMs: 100 },
	});
	const error = await getError(terraform.version());
	expect(error).toMatchObject({ fault: 'timeout', exitCode: 8 });
	expect(error.message).toContain('fake-terraform version did not finish within 0.5 s.');
	await gone(folder);
});

test('ends a hanging command on Ctrl-C', async () => {
	const folder = createTemporaryDirectory();
	const stop = new AbortController();
	const binary = fakeTerraform(folder);
	const captured = captureOutput(binary, ['version'], {
		...{ folder, environment, signal: stop.signal },
		...{ limitMs: 60_000, mostBytes: 1_000, graceMs: 100 },
	});
	await waitFor('the fake terraform to start', () => existsSync(join(folder, 'pids')));
	stop.abort();
	expect((await captured).stopped).toBe('cancelled');
	await gone(folder);
});

test('stops a command with endless output at the limit, with its children', async () => {
	const folder = createTemporaryDirectory();
	const path = join(folder, 'fake-terraform');
	const pids = join(folder, 'pids');
	// The writer is a child that ignores SIGINT and SIGTERM, as that of a wrapper may.
	const script = `#!/bin/sh\ntrap '' INT TERM\necho $$ > '${pids}'\nyes &\necho $! >> '${pids}'\nwait\n`;
	writeFileSync(path, script, { mode: 0o755 });
	const error = await getError(createRootModule('', { binary: path }).version());
	expect(error).toMatchObject({ fault: 'command', exitCode: 5 });
	expect(error.message).toContain(
		'fake-terraform version printed more than 1 MiB and was stopped.',
	);
	await gone(folder);
});

const longCommands = ['init', 'plan', 'apply'] as const;
type LongCommand = (typeof longCommands)[number];

function start(terraform: ReturnType<typeof createRootModule>, command: LongCommand) {
	if (command === 'init') return terraform.init();
	return command === 'plan' ? terraform.plan('a.tfplan') : terraform.apply('a.tfplan');
}

test.each(['init', 'plan'] as const)(
	'kills terraform %s on the second Ctrl-C if it ignores SIGINT',
	async (command) => {
		const folder = createTemporaryDirectory();
		const stop = new AbortController();
		const options = { binary: fakeTerraform(folder), signal: stop.signal, graceMs: 100 };
		const terraform = createRootModule('', options);
		const failed = getError(drainEvents(start(terraform, command)));
		await waitFor('the fake terraform to hang', () => lines(folder, 'pids').length === 2);
		stop.abort();
		terraform.interrupt();
		terraform.interrupt();
		const error = await failed;
		expect(error).toMatchObject({ fault: 'cancelled', exitCode: 130 });
		expect(error.facts.details?.join()).toContain('was killed; a lock it held may remain');
		await gone(folder);
	},
);

test.each([
	['apply', (terraform: ReturnType<typeof createRootModule>) => terraform.apply('a.tfplan')],
	['init that copies a state', (terraform) => terraform.init({ migrateState: true })],
] satisfies [
	string,
	(terraform: ReturnType<typeof createRootModule>) => ReturnType<typeof start>,
][])('never kills terraform %s', async (_, begin) => {
	const folder = createTemporaryDirectory();
	const path = join(folder, 'fake-terraform');
	// Ends when released, after the second interrupt; a kill would come earlier.
	const script = `#!/bin/sh
trap 'echo int >> ${folder}/said' INT
echo started >> ${folder}/said
until [ "$(grep -c int ${folder}/said)" = 2 ]; do sleep 0.05; done
until [ -e ${folder}/gate ]; do sleep 0.05; done
echo 'by itself' >> ${folder}/said
exit 1
`;
	writeFileSync(path, script, { mode: 0o755 });
	const terraform = createRootModule('', { binary: path, graceMs: 0 });
	const failed = getError(drainEvents(begin(terraform)));
	await waitFor('the fake terraform to start', () => lines(folder, 'said').length === 1);
	terraform.interrupt();
	await waitFor('the first interrupt', () => lines(folder, 'said').length === 2);
	terraform.interrupt();
	await waitFor('the second interrupt', () => lines(folder, 'said').length === 3);
	writeFileSync(join(folder, 'gate'), '');
	await failed;
	expect(lines(folder, 'said')).toEqual(['started', 'int', 'int', 'by itself']);
});

test.each(longCommands)('names a terraform %s that prints nothing', async (command) => {
	const folder = createTemporaryDirectory();
	const terraform = createRootModule('', { binary: fakeTerraform(folder) });
	const named: string[] = [];
	const times = { firstMs: 20, everyMs: 60_000 };
	const stop = reportLongWaits(({ what }) => named.push(what), times);
	const failed = getError(drainEvents(start(terraform, command)));
	await waitFor('the command to be named', () => named.includes(`terraform ${command}`));
	await waitFor('the fake terraform to hang', () => lines(folder, 'pids').length === 2);
	for (const pid of lines(folder, 'pids')) process.kill(Number(pid), 'SIGKILL');
	await failed;
	stop();
	expect(listPendingWaits()).toEqual([]);
});

test('does not name a terraform command while it shows progress', async () => {
	const named: string[] = [];
	const wait = registerWait('a command that shows progress');
	wait.reportProgress();
	const stop = reportLongWaits(({ what }) => named.push(what), { firstMs: 1, everyMs: 60_000 });
	const other = registerWait('another, which does not');
	await waitFor('the other to be named', () => named.length > 0);
	for (const one of [wait, other]) one.close();
	stop();
	expect(named).toEqual(['another, which does not']);
});

function lines(folder: string, name: string): string[] {
	const path = join(folder, name);
	return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
