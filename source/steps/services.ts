import type { AwsClients } from '../aws/clients.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { StepContext } from '../engine/step.ts';

/** The drivers every step of an AWS target works with. */
export interface Services {
	cloud: Cloud;
	aws: AwsClients;
	/** The operator's environment, as this process was given it. */
	environment: NodeJS.ProcessEnv;
	/** The operator's home folder. */
	home: string;
	/** Folder of the plain Terraform templates that ship with this program. */
	templates: string;
	/** The root modules of the target, by name, in the order they are applied. */
	stacks: readonly string[];
	/** The folder that relative paths in answers start from. */
	baseFolder: string;
	/** The operator said to go on with a state that is there already. */
	adoptState: boolean;
	/** Id of a stale state lock the operator told to remove, for this run. */
	unlock: string | undefined;
	/** Make a backup even when the newest one is young. */
	backUpNow: boolean;
	/** Starts the practice machine where it does not run; its ssh configuration leads nowhere else. */
	practiceMachine?(): AsyncGenerator<EngineEvent, { configFile: string }>;
}

export type Context = StepContext<Services>;

/** The answer as text; unanswered is ''. */
export function text(context: Pick<Context, 'answers'>, key: string): string {
	const value = context.answers[key];
	return typeof value === 'string' ? value : value === undefined ? '' : String(value);
}

/** The answer as a list of strings; unanswered is empty. */
export function texts(context: Pick<Context, 'answers'>, key: string): string[] {
	const value = context.answers[key];
	return Array.isArray(value) ? value.map(String) : [];
}

/** An output of an earlier step as text; '' when it has none. */
export function outputText(context: Pick<Context, 'outputs'>, step: string, name: string): string {
	const value = context.outputs[step]?.[name];
	return typeof value === 'string' ? value : '';
}

/** Answers below `prefix` that have a value, without the prefix. */
export function answersBelow(
	context: Pick<Context, 'answers'>,
	prefix: string,
): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(context.answers)
			.filter(([key, value]) => key.startsWith(`${prefix}.`) && value !== undefined)
			.map(([key, value]) => [key.slice(prefix.length + 1), value]),
	);
}
