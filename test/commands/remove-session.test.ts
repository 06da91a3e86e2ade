import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { parseCommandLine } from '../../source/commands/parse-command-line.ts';
import { removeSessionCommand } from '../../source/commands/remove-session.ts';
import { createCommandContext } from '../../source/commands/run-command-line.ts';
import { buildChildEnvironment } from '../../source/engine/child-environment.ts';
import { SecretRegistry } from '../../source/engine/secret-registry.ts';
import { Session } from '../../source/engine/session/session.ts';
import { buildSessionPaths } from '../../source/engine/session/session-directories.ts';
import { spawnDetached } from '../../source/terraform/terraform-process.ts';
import { createDirectoryForEachTest } from '../helpers/temporary-directory.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { getError } from '../terraform/helpers.ts';

const NAME = 'doomed';
const home = createDirectoryForEachTest();

beforeEach(() => {
	onTestFinished(() => rmSync(home, { recursive: true, force: true }));
	Session.open({ home, name: NAME, practice: false, secrets: new SecretRegistry() }).close();
});

function stackFile(stack: string, name: string, text: string): string {
	const folder = join(buildSessionPaths(home, NAME).workspace, stack);
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, name), text);
	return join(folder, name);
}

function remove(...flags: string[]): Promise<number> {
	const argv = ['sessions', 'remove', NAME, '--home', home, ...flags];
	const context = createCommandContext(parseCommandLine(argv));
	const quiet = { ...context.streams, out: { write: () => true } as never };
	return removeSessionCommand({ ...context, streams: quiet });
}

test('a session with unsaved Terraform state is not removed without --with-state', async () => {
	stackFile('network', 'terraform.tfstate', '{"resources":[]}');
	const unsaved = stackFile('access', 'errored.tfstate', '{"resources":[');
	const error = await getError(remove('--confirm', NAME));
	expect(error).toMatchObject({ fault: 'refused', facts: { details: [unsaved] } });
	expect(existsSync(unsaved)).toBe(true);
	expect(await remove('--confirm', NAME, '--with-state')).toBe(0);
	expect(existsSync(buildSessionPaths(home, NAME).root)).toBe(false);
});

test('a session with a running terraform process is not removed', async () => {
	const logFolder = join(buildSessionPaths(home, NAME).logs, 'install');
	mkdirSync(logFolder, { recursive: true });
	writeFileSync(join(buildSessionPaths(home, NAME).logs, 'a-file'), '');
	const environment = buildChildEnvironment({ for: 'helper', inherited: process.env });
	const running = await spawnDetached({
		...{ binary: 'sleep', argv: ['600'], folder: home, environment, label: 'apply' },
		...{
			stdoutPath: join(logFolder, 'x.jsonl'),
			stderrPath: join(logFolder, 'x.stderr'),
			mayBeKilled: false,
			room: 0,
		},
	});
	onTestFinished(() => running.interrupt());

	const error = await getError(remove('--confirm', NAME, '--with-state'));
	expect(error.fault).toBe('locked');
	expect(error.facts.details).toEqual([
		`terraform apply of install, process ${running.record.pid}`,
	]);
	expect(error.facts.next?.[0]).toContain(`tfe-wizard install --session ${NAME}`);
	expect(existsSync(logFolder)).toBe(true);

	running.interrupt();
	await waitFor('terraform to end', () => running.ended());
	expect(await remove('--confirm', NAME)).toBe(0);
	expect(existsSync(buildSessionPaths(home, NAME).root)).toBe(false);
});
