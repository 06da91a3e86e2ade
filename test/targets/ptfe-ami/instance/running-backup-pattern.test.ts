import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RUNNING_BACKUP_PATTERN } from '../../../../source/targets/ptfe-ami/instance/create-backup.ts';
import { createTemporaryDirectory } from '../../../helpers/temporary-directory.ts';

describe('the pattern of a running backup, with the real pgrep', () => {
	const found = (commandLine: string) =>
		spawnSync('grep', ['-E', RUNNING_BACKUP_PATTERN], { input: commandLine }).status === 0;

	it.each([
		'atlas-backup',
		'/usr/local/bin/atlas-backup --full',
		'/bin/bash /usr/local/bin/atlas-backup',
		'/bin/sh -c /usr/local/bin/atlas-backup',
		'sudo -n atlas-backup',
		'/usr/bin/python3 -u /usr/local/bin/atlas-backup',
	])('matches "%s"', (commandLine) => expect(found(commandLine)).toBe(true));

	it.each([
		'vim /usr/local/bin/atlas-backup',
		'journalctl -f -u atlas-backup',
		'tail -f /var/log/atlas-backup.log',
		'/usr/local/bin/atlas-backup-list',
		`pgrep -f ${RUNNING_BACKUP_PATTERN}`,
		`sh -c { ( pgrep -f '${RUNNING_BACKUP_PATTERN}' ); printf }`,
	])('does not match "%s"', (commandLine) => expect(found(commandLine)).toBe(false));

	it('matches a script, but not the search itself', async () => {
		const folder = createTemporaryDirectory();
		const script = join(folder, 'atlas-backup');
		writeFileSync(script, '#!/bin/sh\nread -r line\n', { mode: 0o700 });
		const running = spawn(script, { stdio: ['pipe', 'ignore', 'ignore'] });
		try {
			await once(running, 'spawn');
			const seen = spawnSync('pgrep', ['-f', RUNNING_BACKUP_PATTERN]).stdout.toString().split('\n');
			expect(seen).toContain(String(running.pid));
		} finally {
			running.kill('SIGKILL');
		}
	});
});
