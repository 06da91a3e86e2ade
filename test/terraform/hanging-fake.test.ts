import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { childEnvironment } from '../../source/engine/child-environment.ts';
import { processBirth } from '../../source/engine/process-birth.ts';
import { capture } from '../../source/terraform/capture.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { failure, rootModule, temporaryFolder } from './support.ts';

/** A fake terraform that hangs, deaf to every signal but SIGKILL, with a child that holds its output. */
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
		return pids.every((pid) => processBirth(pid) === undefined);
	});

const environment = childEnvironment({ for: 'helper', inherited: process.env });

test('a version that never comes is given up, and nothing of it is left', async () => {
	const folder = temporaryFolder();
	const binary = fakeTerraform(folder);
	const captured = await capture(binary, ['version'], {
		folder,
		environment,
		limitMs: 1_000,
		graceMs: 100,
	});
	expect(captured.lateAfterMs).toBe(1_000);
	await gone(folder);
});

test('is reported as a time-out that names the command', async () => {
	const folder = temporaryFolder();
	const terraform = rootModule('', { binary: fakeTerraform(folder), versionMs: 500 });
	const error = await failure(terraform.version());
	expect(error).toMatchObject({ fault: 'timeout', exitCode: 8 });
	expect(error.message).toContain('fake-terraform version did not end within 0.5 s.');
	await gone(folder);
});

test('ends on ctrl-c too', async () => {
	const folder = temporaryFolder();
	const stop = new AbortController();
	const binary = fakeTerraform(folder);
	const captured = capture(binary, ['version'], {
		...{ folder, environment, signal: stop.signal, graceMs: 100 },
	});
	await waitFor('the fake terraform to start', () => existsSync(join(folder, 'pids')));
	stop.abort();
	expect((await captured).cancelled).toBe(true);
	await gone(folder);
});
