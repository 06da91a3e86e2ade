import type { EngineEvent } from '../engine/events.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import type { FrontEnd, OutputStreams } from '../reporters/front-end.ts';
import { writeLines } from '../reporters/output.ts';
import { commands } from './command-table.ts';

/**
 * Adds --home to the commands that a front end prints, so that they work when pasted.
 *
 * @param home Value of --home; undefined if it was not given.
 */
export function addHomeToPrintedCommands(frontEnd: FrontEnd, home: string | undefined): FrontEnd {
	if (home === undefined) return frontEnd;
	return {
		show: (event) => frontEnd.show(completed(event, home)),
		end: () => frontEnd.end(),
	};
}

/** Adds --home to a tfe-wizard command in a line; other text is unchanged. */
export function addHomeFlag(line: string, home: string | undefined): string {
	if (home === undefined || line.includes('--home')) return line;
	const commandsWithHome = commands.filter(({ flags }) =>
		flags.some(({ name }) => name === 'home'),
	);
	const names = commandsWithHome.map(({ name }) => name).join('|');
	return line.replace(
		new RegExp(`\\btfe-wizard (?:${names})(?![\\w-])`),
		// A function, because `$&` in a replacement string would have a special meaning.
		(command) => `${command} --home ${quoteShellWord(home)}`,
	);
}

/** Writes the output lines of a command, with --home added to the commands in them. */
export function writeCommandLines(
	{ streams, flag }: { streams: OutputStreams; flag(name: string): string | undefined },
	lines: readonly string[],
): void {
	const home = flag('home');
	writeLines(
		streams.out,
		lines.map((line) => addHomeFlag(line, home)),
	);
}

function completed(event: EngineEvent, home: string): EngineEvent {
	if (event.type === 'note') return { ...event, text: addHomeFlag(event.text, home) };
	if (event.type !== 'run.done' && event.type !== 'run.failed') return event;
	return { ...event, next: event.next.map((line) => addHomeFlag(line, home)) };
}
