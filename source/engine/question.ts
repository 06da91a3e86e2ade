import type { z } from 'zod';

/** Answers by key path (`settings.fqdn`), flat. The key of a variant has the selected option. */
export type Answers = Readonly<Record<string, unknown>>;

/** A reference to a secret in answers; the value is never stored. */
export type SecretReference =
	| { env: string }
	| { file: string }
	| { command: string | string[] }
	| { generate: { length?: number } };

/** Input of derived defaults other than answers. */
export interface DerivationSessionInfo {
	session: string;
}

interface QuestionOption {
	value: string;
	label: string;
	/** A short note beside the option: what it means, what it costs. */
	hint?: string;
	/** A warning to confirm before this option is selected. */
	warning?: string;
}

/**
 * text      one line
 * multiline several lines (a script)
 * number, yesno, choice (one of `options`), list (of strings), map (string to JSON value)
 * secret    a SecretReference, never a value
 * variant   one of `options`; questions below `KEY.OPTION.` belong to that option.
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

/** A variable of an earlier Terraform module. `label` says which ("2018 variable"). */
export interface ReplacedTerraformVariable {
	label: string;
	name: string;
	changed?: string;
}

/** A file, directory or program on the operator's computer that an answer names. */
export interface LocalReference {
	/** Its path below the answer: `['on-call']` for an entry of a map. */
	path: readonly PropertyKey[];
	kind: 'file' | 'directory' | 'program';
	/** As given: a path, or the name of a program on PATH. */
	name: string;
	/**
	 * Checks the content. Returns a clause or undefined, or throws a WizardError. Called when it exists.
	 *
	 * @param path Absolute.
	 */
	inspect?(path: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** An answer that a step needs. The file schema, template, screens and docs are generated from it. */
export interface Question {
	/** Key path in the answers file; segments in snake_case. */
	key: string;
	/** A noun or a question. */
	label: string;
	/** What the value is, then why it matters. Plain sentences. */
	help: string;
	kind: QuestionKind;
	/** Validates and normalises a value. Omitted for `secret` and `variant`, whose schemas are built in. */
	schema?: z.ZodType;
	/** The rule in a few words, shown when a value is rejected ("letters, digits, - _ : /"). */
	rule?: string;
	/**
	 * Checks one text in the value (itself, a list item, a key or a value of a map) at `path` below it.
	 * Returns a clause or undefined. Usually set by the target: see `buildCatalogue`.
	 */
	textProblem?(text: string, path: readonly PropertyKey[]): string | undefined;
	/** What a value names on the operator's computer. For `secret` it follows from the reference. */
	localReferences?(value: unknown): readonly LocalReference[];
	/** For `secret`: the problem of a resolved value as a clause. Never quotes the value. */
	secretProblem?(secret: string): string | undefined;
	example?: unknown;
	options?: readonly QuestionOption[];
	/** The answer when none is given. */
	default?: unknown;
	/** A default derived from other answers; takes precedence over `default`. Pure. */
	derive?(answers: Answers, facts: DerivationSessionInfo): unknown;
	/** How `derive` computes its value, for the docs and the template. */
	derived?: string;
	/** Asked only when true; questions below a variant also depend on their option. */
	when?(answers: Answers): boolean;
	/** When it is asked, for the docs: "when settings.local_db is false". */
	asked?: string;
	/** True: may stay unanswered without a default. */
	optional?: boolean;
	/** The title under which optional questions are grouped on screens, in the template and in the docs. */
	group?: string;
	/** The variable of an earlier Terraform module that it replaces, and what changed. */
	variableAlias?: ReplacedTerraformVariable;
}

/** A rule across answers. A violation is shown at `keys[0]`. */
export interface CrossAnswerRule {
	id: string;
	keys: readonly string[];
	/** The rule as a sentence, for the docs. */
	text: string;
	/** What is wrong, or undefined. Called with all known answers, including defaults. */
	check(answers: Answers): string | undefined;
}

/** All questions and rules in order, with the step they belong to. */
export interface QuestionCatalogue {
	/** Names the install target. */
	target: string;
	steps: readonly { id: string; title: string; summary: string }[];
	questions: readonly (Question & { step: string })[];
	rules: readonly (CrossAnswerRule & { step: string })[];
}
