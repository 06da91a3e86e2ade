import { WizardError } from '../engine/errors.ts';
import { SecretRegistry } from '../engine/secrets.ts';
import { checkHome } from '../engine/session/home.ts';
import { type Approval, approvals } from '../engine/step.ts';
import type { FrontEnd, Streams } from '../headless/front-end.ts';
import { jsonLines } from '../headless/json-lines.ts';
import { plainText } from '../headless/plain.ts';
import { homeFolder } from './environment.ts';
import type { Invocation } from './parse.ts';
import { withHome } from './printed-commands.ts';
import type { Command } from './table.ts';

export type Called = Invocation & { command: Command };

/** Passed to every command. */
export interface CommandContext {
	called: Called;
	home: string;
	secrets: SecretRegistry;
	streams: Streams;
	json: boolean;
	flag(name: string): string | undefined;
	on(name: string): boolean;
}

export function commandContext(called: Called): CommandContext {
	const { flags } = called;
	const home = homeFolder(flags.home);
	if (called.command.flags.some(({ name }) => name === 'home')) checkHome(home);
	return {
		called,
		home,
		secrets: new SecretRegistry(),
		streams: { out: process.stdout, err: process.stderr },
		json: flags.output === 'json',
		flag: (name) => (typeof flags[name] === 'string' ? flags[name] : undefined),
		on: (name) => flags[name] === true,
	};
}

/** Creates the front end selected by the flags. `mark` prefixes every line in practice mode. */
export function frontEndOf(context: CommandContext, mark?: string): FrontEnd {
	const { streams, json } = context;
	const frontEnd = json
		? jsonLines(streams, mark === undefined ? {} : { practice: true })
		: plainText({ ...streams, mark });
	return withHome(frontEnd, context.flag('home'));
}

export function approvalOf(context: CommandContext, otherwise: Approval): Approval {
	const given = context.flag('approve');
	if (given === undefined) return otherwise;
	const approval = approvals.find((one) => one === given);
	if (approval !== undefined) return approval;
	throw new WizardError('usage', {
		message: `Invalid value "${given}" for --approve.`,
		expected: approvals.join(', '),
	});
}
