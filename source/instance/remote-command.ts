import type { RemoteCommand } from './instance-types.ts';

/** Words that a POSIX shell would not accept as a command name (POSIX.1-2017, XCU 2.4). */
const reservedWords = new Set(
	'case do done elif else esac fi for if in then until while function select time coproc'.split(
		' ',
	),
);

/**
 * Quotes one word for a POSIX shell.
 *
 * @throws Error for a NUL byte, which a command line cannot contain.
 */
export function quoteRemoteWord(word: string): string {
	if (word.includes('\0')) throw new Error('a command line cannot contain a NUL byte');
	if (/^[\w/.:@%+,-]+$/.test(word) && !reservedWords.has(word)) return word;
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words of each pipeline stage; most commands have one stage. */
export function getPipelineStages(command: RemoteCommand): readonly (readonly string[])[] {
	const stages = 'pipeline' in command ? command.pipeline : [command];
	if (stages.length === 0 || stages.some((stage) => stage.length === 0)) {
		throw new Error('a remote command needs at least one word per stage');
	}
	return stages;
}

/** Formats a command as an operator would type it, for plans and messages. */
export function formatRemoteCommandForDisplay(command: RemoteCommand): string {
	return getPipelineStages(command)
		.map((stage) => stage.map(quoteRemoteWord).join(' '))
		.join(' | ');
}
