import type { z } from 'zod';

/** Answers by key path (`settings.fqdn`), flat. A variant's own key holds the chosen option. */
export type Answers = Readonly<Record<string, unknown>>;

/** How a secret is named in answers; its value is never written down. */
export type SecretReference =
	| { env: string }
	| { file: string }
	| { command: string | string[] }
	| { generate: { length?: number } };

/** Facts a default may be derived from that are no answers. */
export interface AskingFacts {
	session: string;
}

export interface Option {
	value: string;
	label: string;
	/** A few words beside the choice: what it means, what it costs. */
	hint?: string;
	/** The words the operator is shown before this choice is taken. */
	warning?: string;
}

/**
 * text      one line
 * multiline several lines (a script)
 * number, yesno, choice (one of `options`), list (of strings), map (string to JSON value)
 * secret    a SecretReference, never a value
 * variant   a fork: the value is one of `options`; questions below `KEY.OPTION.` belong to it.
 *           In the file: `KEY: OPTION`, or `KEY: { OPTION: { ...its questions } }`.
 */
export type QuestionKind =
	| 'text'
	| 'multiline'
	| 'number'
	| 'yesno'
	| 'choice'
	| 'list'
	| 'map'
	| 'secret'
	| 'variant';

/** One answer a step needs. The file schema, the template, the forms and the docs derive from it. */
export interface Question {
	/** Key path in the answers file; segments in snake_case. */
	key: string;
	/** A full sentence or a noun, as a person is asked. */
	label: string;
	/** The rule, and why it is there. Plain sentences. */
	help: string;
	kind: QuestionKind;
	/** Checks and normalises a value. For `secret` and `variant` leave it out: the engine has them. */
	schema?: z.ZodType;
	/** The rule in a few words, shown when a value is refused ("letters, digits, - _ : /"). */
	rule?: string;
	/**
	 * What is wrong with one text in the value (itself, an item, a key or a value of a map) at `path`
	 * below it, whatever the question is; a clause, or undefined. The target sets it: see `catalogueOf`.
	 */
	textProblem?(text: string, path: readonly PropertyKey[]): string | undefined;
	example?: unknown;
	options?: readonly Option[];
	/** The answer when nobody gives one. */
	default?: unknown;
	/** A default that follows from other answers; wins over `default`. Pure. */
	derive?(answers: Answers, facts: AskingFacts): unknown;
	/** In words, how `derive` comes by its value, for the docs and the template. */
	derived?: string;
	/** Asked only when true; questions below a variant are further tied to their option. */
	when?(answers: Answers): boolean;
	/** In words, when it is asked. */
	asked?: string;
	/** True: may stay unanswered though it has no default. */
	optional?: boolean;
	/** Folds optional questions under a title on screens, in the template and in the docs. */
	group?: string;
	/** The name of the 2018 terraform variable it carries, where there was one, and what changed. */
	since2018?: { name: string; changed?: string };
}

/** A rule over several answers. `keys[0]` is where a breach is shown. */
export interface Rule {
	id: string;
	keys: readonly string[];
	/** The rule as a sentence, for the docs. */
	text: string;
	/** What is wrong, or undefined. Called with all answers known so far, defaults included. */
	check(answers: Answers): string | undefined;
}

/** All that can be asked, in order, with the step each question belongs to. */
export interface Catalogue {
	/** Names the install target. */
	target: string;
	steps: readonly { id: string; title: string; summary: string }[];
	questions: readonly (Question & { step: string })[];
	rules: readonly (Rule & { step: string })[];
}
