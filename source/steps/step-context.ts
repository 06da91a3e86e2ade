import type { AwsClients } from '../aws/clients.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { StepContext } from '../engine/step.ts';
import type { OperatorPrompter } from '../vault/ceremony/ceremony-prompt-types.ts';

/** The drivers every step of an AWS target works with. */
export interface Services {
	cloud: Cloud;
	aws: AwsClients;
	/** The operator's environment, as this process was given it. */
	environment: NodeJS.ProcessEnv;
	/** The operator's home directory. */
	home: string;
	/** Directory of the plain Terraform templates that ship with this program. */
	templates: string;
	/** The root modules of the target, by name, in the order they are applied. */
	stacks: readonly string[];
	/** The base directory of relative paths in answers. */
	baseFolder: string;
	/** Adopt an existing Terraform state (--adopt-state). */
	adoptState: boolean;
	/** ID of a stale state lock to remove in this run (--unlock). */
	unlock: string | undefined;
	/** Create a backup even if the newest one is recent. */
	backUpNow: boolean;
	/** Starts the practice instance if it is not running; its ssh configuration leads only to it. */
	startPracticeInstance?(): AsyncGenerator<EngineEvent, { configFile: string }>;
	/** Responds to the prompts of a rekey in an interactive run. */
	ceremonyOperator?: OperatorPrompter;
}

/** Keys of a target's answers that shared steps read; a target may lack them. */
export const targetAnswerKeys = {
	/** Bucket of the product's data. */
	dataBucket: 'settings.bucket_name',
	/** Whether the load balancer is internal. */
	internalLoadBalancer: 'settings.internal_elb',
} as const;

export type Context = StepContext<Services>;

/** A line for the operator. */
export function createNoteEvent(
	{ step }: Pick<Context, 'step'>,
	level: 'info' | 'warning',
	text: string,
): EngineEvent {
	return { type: 'note', step, level, text };
}

/** The answer as text; unanswered is ''. */
export function getAnswerText(context: Pick<Context, 'answers'>, key: string): string {
	const value = context.answers[key];
	return typeof value === 'string' ? value : value === undefined ? '' : String(value);
}

/** The answer as a list of strings; unanswered is empty. */
export function getAnswerList(context: Pick<Context, 'answers'>, key: string): string[] {
	const value = context.answers[key];
	return Array.isArray(value) ? value.map(String) : [];
}

/** An output of an earlier step as text; '' when it has none. */
export function getOutputText(
	context: Pick<Context, 'outputs'>,
	step: string,
	name: string,
): string {
	const value = context.outputs[step]?.[name];
	return typeof value === 'string' ? value : '';
}

/** Answers below `prefix` that have a value, with the prefix removed. */
export function getAnswersBelow(
	context: Pick<Context, 'answers'>,
	prefix: string,
): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(context.answers)
			.filter(([key, value]) => key.startsWith(`${prefix}.`) && value !== undefined)
			.map(([key, value]) => [key.slice(prefix.length + 1), value]),
	);
}
