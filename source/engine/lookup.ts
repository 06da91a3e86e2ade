import type { Answers } from './question.ts';

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
