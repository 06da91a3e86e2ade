import { type ApprovalLevel, approvalLevels } from '../engine/step.ts';
import { createJsonReporter } from '../reporters/json-reporter.ts';
import { writeLines } from '../reporters/output.ts';
import { createPlainReporter } from '../reporters/plain-reporter.ts';
import type { EventReporter, OutputStreams } from '../reporters/reporter-types.ts';
import type { CommandLineContext } from '../runs/run-session.ts';

/** A flag; parsing, `--help` and docs/commands.md are derived from it. */
export interface CommandFlag {
	/** Long name without dashes. */
	name: string;
	short?: string;
	/** Name of its value in help; undefined for a switch. */
	value?: string;
	/** Allowed values. */
	oneOf?: readonly string[];
	help: string;
}

interface CommandOperand {
	name: string;
	/** Allowed values. */
	oneOf?: readonly string[];
	help: string;
}

export interface Command {
	/** As typed: `install`, `answers check`. */
	name: string;
	/** Required positional arguments, as shown in help. */
	operands?: readonly CommandOperand[];
	/** One line in the list of commands. */
	summary: string;
	/** Paragraph in its own help. */
	about: string;
	flags: readonly CommandFlag[];
	examples?: readonly string[];
	/** Loads the command and runs it; returns the exit code. */
	run(context: CommandContext): Promise<number>;
}

/** All commands, for those that describe them: the table itself loads the commands. */
export interface CommandTable {
	commands: readonly Command[];
	flagsWithoutCommand: readonly CommandFlag[];
}

/** Passed to every command. */
export interface CommandContext extends CommandLineContext {
	/** Value of --session, or its default. */
	session: string;
	operands: readonly string[];
	streams: OutputStreams;
	json: boolean;
	/** Adds --home to a command in a line, so that it works when pasted. */
	addHome(line: string): string;
	/** Adds the flags of this run to the next commands of a failure. */
	addRunFlags(lines: readonly string[]): readonly string[];
	eraseFirstFrame(): void;
}

/** Creates the front end selected by the flags, with flags of the run added to the commands that it prints. */
export function createFrontEnd(
	{
		streams,
		json,
		addHome,
		addRunFlags,
	}: Pick<CommandContext, 'streams' | 'json' | 'addHome' | 'addRunFlags'>,
	practice: boolean,
): EventReporter {
	const createReporter = json ? createJsonReporter : createPlainReporter;
	const { show, end } = createReporter(streams, practice);
	return {
		show: (event) => {
			if (event.type === 'note') show({ ...event, text: addHome(event.text) });
			else if (event.type === 'run.done') show({ ...event, next: event.next.map(addHome) });
			else if (event.type === 'run.failed') show({ ...event, next: addRunFlags(event.next) });
			else show(event);
		},
		end,
	};
}

/** Writes the output lines of a command, with --home added to the commands in them. */
export function writeLinesWithHomeFlag(
	{ streams, addHome }: Pick<CommandContext, 'streams' | 'addHome'>,
	lines: readonly string[],
): void {
	writeLines(streams.out, lines.map(addHome));
}

export function getApprovalLevel(context: CommandContext, fallback: ApprovalLevel): ApprovalLevel {
	return approvalLevels.find((level) => level === context.flag('approve')) ?? fallback;
}
