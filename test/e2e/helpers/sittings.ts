import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Executions, recordExecutions } from './executions.ts';
import { type GuidedOptions, openGuided } from './guided.ts';
import type { Haystack } from './hunt.ts';
import type { TestTerminal } from './terminal.ts';
import { watchFiles } from './watch-files.ts';

/**
 * Opens terminals in which one session is led, one after the other, with a temporary folder of their
 * own. Keeps what is left in each when it is closed, and what was in that folder in the meantime.
 *
 * @param traced Those that are `recorded` record every program that is started, which slows them.
 */
export function sittings(home: string, size: GuidedOptions, { traced = false } = {}) {
	const TMPDIR = join(home, 'tmp');
	mkdirSync(TMPDIR);
	const temporary = watchFiles(TMPDIR);
	const executions: Executions | undefined = traced
		? recordExecutions('what a rekey in the wizard starts')
		: undefined;
	const left: Haystack[] = [];
	const printed: Haystack[] = [];
	const open = async (more: GuidedOptions): Promise<TestTerminal> => {
		const terminal = await openGuided(home, {
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
			open({ argv, before: executions?.beforeWithErrors() ?? [] }),
		/** Undefined unless traced. */
		executions,
		temporary,
		/** What is left in terminals, in files, among processes: nothing secret may be. */
		left: () => [...left, ...temporary.seen(), ...(executions?.haystacks() ?? [])],
		/** All that was ever printed: shares too, each to its custodian alone. */
		printed: () => printed,
		end() {
			temporary.stop();
			executions?.end();
		},
	};
}
export type Sittings = ReturnType<typeof sittings>;
