import type { EngineEvent } from '../engine/events.ts';
import { shellWord } from '../engine/shell-word.ts';
import type { FrontEnd } from '../headless/front-end.ts';
import { writeLines } from '../headless/output.ts';
import type { CommandContext } from './context.ts';
import { commands } from './table.ts';

/**
 * A front end whose printed commands work as they stand: a run told where sessions lie by --home
 * prints commands that say so too.
 *
 * @param home As given on the command line; undefined when it was not.
 */
export function withHome(frontEnd: FrontEnd, home: string | undefined): FrontEnd {
	if (home === undefined) return frontEnd;
	return {
		show: (event) => frontEnd.show(completed(event, home)),
		end: () => frontEnd.end(),
	};
}

/** `tfe-wizard status --session x` with the home folder in it; other text as it is. */
export function commandWithHome(line: string, home: string | undefined): string {
	if (home === undefined || line.includes('--home')) return line;
	const takesHome = commands.filter(({ flags }) => flags.some(({ name }) => name === 'home'));
	const names = takesHome.map(({ name }) => name).join('|');
	return line.replace(
		new RegExp(`\\btfe-wizard (?:${names})(?![\\w-])`),
		// A function: in a replacement text `$&` and the like of the path would mean something.
		(command) => `${command} --home ${shellWord(home)}`,
	);
}

/** Writes lines of a command; the commands in them are complete. */
export function writeCommandLines(
	{ streams, flag }: Pick<CommandContext, 'streams' | 'flag'>,
	lines: readonly string[],
): void {
	const home = flag('home');
	writeLines(
		streams.out,
		lines.map((line) => commandWithHome(line, home)),
	);
}

function completed(event: EngineEvent, home: string): EngineEvent {
	if (event.type === 'note') return { ...event, text: commandWithHome(event.text, home) };
	if (event.type !== 'run.done' && event.type !== 'run.failed') return event;
	return { ...event, next: event.next.map((line) => commandWithHome(line, home)) };
}
