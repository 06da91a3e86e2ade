import { resolve } from 'node:path';
import type { Session } from '../engine/session/session.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import type { DoneScreen, FailureScreen } from './wizard-view-model.ts';

/** Lines left on the terminal after the wizard: a summary and the next commands. */
export function formatExitMessage(options: {
	session: Session;
	done: DoneScreen | undefined;
	failure: FailureScreen | undefined;
	flagHome: string | undefined;
}): string[] {
	const { session, done, failure, flagHome } = options;
	const home = flagHome === undefined ? '' : ` --home ${quoteShellWord(resolve(flagHome))}`;
	if (done !== undefined) return doneLines(session.name, done);
	const command = `tfe-wizard${home} --session ${session.name}`;
	return [
		`Session ${session.name} is saved: ${failure === undefined ? 'resume it at any time' : failure.message}`,
		`next  ${command}`,
		...(session.record.practice
			? [
					`or    tfe-wizard practice --stop${home} --session ${session.name} (stops the practice cloud)`,
				]
			: []),
	];
}

function doneLines(name: string, done: DoneScreen): string[] {
	const width = Math.max(0, ...done.outputs.map((output) => output.name.length));
	return [
		`Session ${name} is done.`,
		...done.summaries.map(({ title, text }) => `  ${title}: ${text}`),
		...done.outputs.map((output) => `  ${output.name.padEnd(width)}  ${output.value}`),
		`  terraform  ${done.workspace}`,
		...done.next.map((command, index) => `${index === 0 ? 'next' : '    '}  ${command}`),
		`repeat  ${done.command}`,
	];
}
