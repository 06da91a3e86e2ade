import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ExecutionRecorder, recordExecutions } from './execution-recorder.ts';
import type { SearchTarget } from './find-secrets.ts';
import type { TestTerminal } from './terminal.ts';
import { watchFiles } from './watch-files.ts';
import { openWizardTerminal, type WizardTerminalOptions } from './wizard-terminal.ts';

/**
 * Opens terminals in which one session is led, one after the other, with a temporary folder of their
 * own. Keeps what is left in each when it is closed, and what was in that folder in the meantime.
 *
 * @param traced Those that are `recorded` record every program that is started, which slows them.
 */
export function createTerminalRecorder(
	home: string,
	size: WizardTerminalOptions,
	{ traced = false } = {},
) {
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const executions: ExecutionRecorder | undefined = traced
		? recordExecutions('what a rekey in the wizard starts')
		: undefined;
	const left: SearchTarget[] = [];
	const printed: SearchTarget[] = [];
	const open = async (more: WizardTerminalOptions): Promise<TestTerminal> => {
		const terminal = await openWizardTerminal(home, {
			...size,
			...more,
			env: { TMPDIR, XDG_RUNTIME_DIR: '' },
		});
		return {
			...terminal,
			async [Symbol.asyncDispose]() {
				const where = `terminal ${left.length + 1}`;
				left.push({ where, bytes: Buffer.from(terminal.history().join('\n')) });
				printed.push({ where, bytes: Buffer.from(terminal.bytes()) });
				await terminal.close();
			},
		};
	};
	return {
		open,
		recorded: (argv: readonly string[]) =>
			open({ argv, commandPrefix: executions?.getPrefixKeepingStderr() ?? [] }),
		/** Undefined unless traced. */
		executions,
		temporary,
		/** What is left in terminals, in files, among processes: nothing secret may be. */
		left: () => [...left, ...temporary.seen(), ...(executions?.listSearchTargets() ?? [])],
		/** All that was ever printed: shares too, each to its custodian alone. */
		printed: () => printed,
		end() {
			temporary.stop();
			executions?.stop();
		},
	};
}
export type TerminalRecorder = ReturnType<typeof createTerminalRecorder>;
