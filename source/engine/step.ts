import type { CheckEvent, EngineEvent } from './events.ts';
import type { Operator } from './operator.ts';
import type { Answers, CrossAnswerRule, Question } from './question.ts';
import type { SecretRegistry } from './secret-registry.ts';
import type { Session } from './session/session.ts';

/** What an unattended run may apply without confirmation. Each level includes the previous ones. */
export const approvalLevels = ['none', 'create', 'change', 'destroy'] as const;
export type ApprovalLevel = (typeof approvalLevels)[number];

/** First `gentle` (finish the current operation, then stop), then `hard` (stop now). */
export interface CancellationSignals {
	gentle: AbortSignal;
	hard: AbortSignal;
}

export type StepOutputs = Readonly<Record<string, unknown>>;

/** The input of a step. `S` is the type of the services (drivers), which the engine only passes on. */
export interface StepContext<S> {
	/** Id of the step, for its events. */
	step: string;
	/** All resolved answers of the target, including defaults and derived values. */
	answers: Answers;
	/** Outputs of earlier steps, by step id. */
	outputs: Readonly<Record<string, StepOutputs>>;
	session: Session;
	services: S;
	secrets: SecretRegistry;
	approve: ApprovalLevel;
	cancel: CancellationSignals;
	/** Reviews plans in an interactive run; `approve` then covers only changes without a plan. */
	operator?: Operator;
}

export interface StepResult {
	/** One line that describes the result. */
	summary: string;
	outputs: StepOutputs;
}

/** A unit of work of an installation, with its questions, rules and checks. */
export interface Step<S> {
	id: string;
	title: string;
	/** What the step does, in one sentence. */
	summary: string;
	/** Ids of the steps whose outputs or effects it depends on. */
	needs: readonly string[];
	/** True: success of this step means that the target is installed, which the session records. */
	installs?: true;
	questions: readonly Question[];
	rules: readonly CrossAnswerRule[];
	/** Lookups of possible answers. */
	lookups?: readonly Lookup<S>[];
	/** What it would do, one line each: commands, resources, objects. For previews and docs. */
	intent(answers: Answers): readonly string[];
	/** Returns the result when nothing is left to do. Steps that converge omit it. */
	done?(context: StepContext<S>): Promise<StepResult | undefined>;
	/**
	 * Runs read-only checks with the answers so far. A check that needs a missing answer (`NotAnswered`)
	 * is reported as unknown, blocked by `answers`.
	 *
	 * @param only Ids of the checks to run; all when not given.
	 */
	checks?(context: StepContext<S>, only?: readonly string[]): AsyncGenerator<CheckEvent>;
	/** Runs the step. Must converge: running it again after a crash leads to the same state. */
	run(context: StepContext<S>): AsyncGenerator<EngineEvent, StepResult>;
}

/** A possible answer found by a lookup. */
export interface LookupChoice {
	/** The value for the answers file. */
	value: string;
	/** A readable name, such as a name tag or a domain; the value when not given. */
	label?: string;
	/** Distinguishing details: zone, CIDR, date. */
	hint?: string;
	/** Why it cannot be selected; it is shown anyway. */
	refusal?: string;
}

/** Looks up possible answers to a question. `S`: the services (drivers). */
export interface Lookup<S> {
	/** Key of the question. */
	key: string;
	/** Answers that the lookup depends on; when one changes, the question is asked again. */
	needs: readonly string[];
	/** A description of what is looked up: "subnets of us-west-2". */
	what(answers: Answers): string;
	/**
	 * Finds choices, best first. Read-only.
	 *
	 * @throws any error; the reason is shown, and the operator enters the value.
	 */
	find(asked: {
		answers: Answers;
		services: S;
		signal: AbortSignal;
	}): Promise<readonly LookupChoice[]>;
}
