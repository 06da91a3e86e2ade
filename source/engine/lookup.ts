import type { Answers } from './question.ts';

/** Something found that could be an answer. */
export interface Found {
	/** The answer, as the answers file would hold it. */
	value: string;
	/** What a person knows it by: a name tag, a domain. Without one, the value. */
	label?: string;
	/** Facts that tell it from the others: zone, CIDR, date. */
	hint?: string;
	/** Why it cannot be taken; it is shown nevertheless. */
	refusal?: string;
}

/** How the possible answers to a question are looked up in the world. `S`: the bag of drivers. */
export interface Lookup<S> {
	/** Key of the question. */
	key: string;
	/** Answers it starts from; when one changes it is done again, and its question asked again. */
	needs: readonly string[];
	/** What is looked up, in words: "subnets of us-west-2". */
	what(answers: Answers): string;
	/**
	 * Looks. Best first. Must change nothing.
	 *
	 * @throws anything; the operator is told why, and types the value.
	 */
	find(asked: { answers: Answers; services: S; signal: AbortSignal }): Promise<readonly Found[]>;
}
