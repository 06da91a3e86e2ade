import type { CheckEvent, EngineEvent } from './events.ts';
import type { Lookup } from './lookup.ts';
import type { Person } from './person.ts';
import type { Answers, Question, Rule } from './question.ts';
import type { SecretRegistry } from './secrets.ts';
import type { Session } from './session/session.ts';

/** How far an unattended run may go without asking. Each includes the ones before it. */
export const approvals = ['none', 'create', 'change', 'destroy'] as const;
export type Approval = (typeof approvals)[number];

/** First `gentle` (finish what runs, then stop), then `hard` (the operator insists). */
export interface Cancellation {
	gentle: AbortSignal;
	hard: AbortSignal;
}

export type Outputs = Readonly<Record<string, unknown>>;

/** What a step is given. `S` is the bag of drivers, which the engine only hands through. */
export interface StepContext<S> {
	/** Id of the step itself, for its events. */
	step: string;
	/** All answers of the target, resolved: defaults and derived values included. */
	answers: Answers;
	/** What earlier steps put out, by step id. */
	outputs: Readonly<Record<string, Outputs>>;
	session: Session;
	services: S;
	secrets: SecretRegistry;
	approve: Approval;
	cancel: Cancellation;
	/** Who judges plans, where somebody is there; `approve` then only covers what has no plan. */
	person?: Person;
}

export interface StepResult {
	/** One line: what is true now. */
	summary: string;
	outputs: Outputs;
}

/** One thing the operator gets done, with its whole contract in one place. */
export interface Step<S> {
	id: string;
	title: string;
	/** One sentence: what the step gets done. */
	summary: string;
	/** Ids of the steps whose outputs or effects it builds on. */
	needs: readonly string[];
	/** When it succeeds, something is installed: the session records it as a fact. */
	installs?: true;
	questions: readonly Question[];
	rules: readonly Rule[];
	/** How possible answers are looked up, for the questions where that can be. */
	lookups?: readonly Lookup<S>[];
	/** What it would do, a line each: commands, resources, objects. For dry runs and docs. */
	intent(answers: Answers): readonly string[];
	/** Looks at reality and says so when nothing is left to do. Steps that converge leave it out. */
	done?(context: StepContext<S>): Promise<StepResult | undefined>;
	/**
	 * Looks at the world alone, with whatever is answered so far: checks that need an answer which
	 * is not there yet (`NotAnswered`) come as unknown, blocked by `answers`. Changes nothing.
	 *
	 * @param only Ids of the checks to make; all without it.
	 */
	checks?(context: StepContext<S>, only?: readonly string[]): AsyncGenerator<CheckEvent>;
	/** Gets it done. Must converge: run again after any crash, it ends in the same state. */
	run(context: StepContext<S>): AsyncGenerator<EngineEvent, StepResult>;
}
