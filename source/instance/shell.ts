import type { RemoteCommand } from './contract.ts';

/** Words a POSIX shell would not take as the name of a command (POSIX.1-2017, XCU 2.4). */
const reserved = new Set(
	'case do done elif else esac fi for if in then until while function select time coproc'.split(
		' ',
	),
);

/**
 * One word as a POSIX shell takes it, whatever is in it.
 *
 * @throws Error for a zero byte, which no command line can carry.
 */
export function quoteWord(word: string): string {
	if (word.includes('\0')) throw new Error('a command line cannot hold a zero byte');
	if (/^[\w/.:@%+,-]+$/.test(word) && !reserved.has(word)) return word;
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words of each stage; most commands have one. */
export function stagesOf(command: RemoteCommand): readonly (readonly string[])[] {
	const stages = 'pipeline' in command ? command.pipeline : [command];
	if (stages.length === 0 || stages.some((stage) => stage.length === 0)) {
		throw new Error('a remote command needs at least one word a stage');
	}
	return stages;
}

/** A command as a person would type it, for plans and messages. */
export function commandText(command: RemoteCommand): string {
	return stagesOf(command)
		.map((stage) => stage.map(quoteWord).join(' '))
		.join(' | ');
}
