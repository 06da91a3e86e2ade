import { WizardError } from '../engine/errors.ts';
import { SecretRegistry } from '../engine/secret-registry.ts';
import { assertUsableHome } from '../engine/session/home-directory.ts';
import { type ApprovalLevel, approvalLevels } from '../engine/step.ts';
import type { FrontEnd, OutputStreams } from '../reporters/front-end.ts';
import { createJsonReporter } from '../reporters/json-reporter.ts';
import { createPlainReporter } from '../reporters/plain-reporter.ts';
import { getHomeDirectory } from '../runs/directories.ts';
import type { RunContext } from '../runs/run-context.ts';
import type { Command } from './command-table.ts';
import type { ParsedCommandLine } from './parse-command-line.ts';
import { addHomeToPrintedCommands } from './printed-commands.ts';

export type CommandInvocation = ParsedCommandLine & { command: Command };

/** Passed to every command. */
export interface CommandContext extends RunContext {
	called: CommandInvocation;
	streams: OutputStreams;
	json: boolean;
}

/** @param secrets Masks what the command prints. */
export function createCommandContext(
	invocation: CommandInvocation,
	secrets = new SecretRegistry(),
): CommandContext {
	const { flags } = invocation;
	const home = getHomeDirectory(flags.home);
	if (invocation.command.flags.some(({ name }) => name === 'home')) assertUsableHome(home);
	return {
		called: invocation,
		home,
		secrets,
		streams: { out: process.stdout, err: process.stderr },
		json: flags.output === 'json',
		backUpNow: invocation.command.name === 'backup',
		flag: (name) => (typeof flags[name] === 'string' ? flags[name] : undefined),
		on: (name) => flags[name] === true,
	};
}

/** Creates the front end selected by the flags. `mark` prefixes every line in practice mode. */
export function createFrontEnd(context: CommandContext, prefix?: string): FrontEnd {
	const { streams, json } = context;
	const frontEnd = json
		? createJsonReporter(streams, prefix === undefined ? {} : { practice: true })
		: createPlainReporter({ ...streams, mark: prefix });
	return addHomeToPrintedCommands(frontEnd, context.flag('home'));
}

export function getApproval(context: CommandContext, fallback: ApprovalLevel): ApprovalLevel {
	const given = context.flag('approve');
	if (given === undefined) return fallback;
	const approval = approvalLevels.find((one) => one === given);
	if (approval !== undefined) return approval;
	throw new WizardError('usage', {
		message: `Invalid value "${given}" for --approve.`,
		expected: approvalLevels.join(', '),
	});
}
