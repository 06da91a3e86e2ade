import type { InstanceCommandResult } from './ami-commands.ts';
import { getInstanceLayout } from './instance-layout.ts';
import { requestDaemonTask } from './status-and-task-server.ts';

// Modules that only some commands need are imported on demand, because users wait for them.

/**
 * The program of the practice instance: `serve FOLDER` is its daemon, the others are run by its
 * commands (`atlas-backup`, `systemctl`, …).
 *
 * @param script Its own path, to start itself again.
 * @returns The exit code.
 */
export async function runPracticeInstanceCli(
	argv: readonly string[],
	script: string,
): Promise<number> {
	const [verb = '', folder = '', word] = argv;
	try {
		if (verb === 'serve') {
			const { runPracticeInstanceDaemon } = await import('./daemon.ts');
			await runPracticeInstanceDaemon(folder, [process.execPath, script]);
			return 0;
		}
		const { code, words } = await runInstanceCommand(verb, folder, word);
		const stream = code === 0 ? process.stdout : process.stderr;
		if (words !== '') stream.write(`${words}\n`);
		return code;
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		return 1;
	}
}

async function runInstanceCommand(
	verb: string,
	folder: string,
	word: string | undefined,
): Promise<InstanceCommandResult> {
	const layout = getInstanceLayout(folder);
	if (verb === 'ask') {
		const { ok, words } = await requestDaemonTask(layout, word ?? '');
		// systemctl(1): 3 for a unit that is not running.
		return { code: ok ? 0 : 3, words };
	}
	const ami = await import('./ami-commands.ts');
	if (verb === 'backup') return await ami.createBackup(layout);
	if (verb === 'restore') return await ami.restoreBackup(layout, word);
	if (verb === 'support') return await ami.createSupportBundle(layout);
	return { code: 2, words: 'usage: practice-instance serve|backup|restore|support|ask FOLDER' };
}
