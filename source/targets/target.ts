import type { AwsClients } from '../aws/clients.ts';
import type { SourceLocation } from '../engine/errors.ts';
import type { Answers, Question, QuestionCatalogue } from '../engine/question.ts';
import { buildCatalogue } from '../engine/question-catalogue.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import type { ApprovalLevel, Step, StepOutputs } from '../engine/step.ts';
import type { Check } from '../steps/preflight/checks.ts';
import type { Services } from '../steps/step-context.ts';

/** One installable product: its steps and everything else that only it has. */
export interface TargetDefinition {
	/** The value of the answers key `target`. */
	id: string;
	/** The choice in the question `target`. */
	label: string;
	/** Shown beside the label. */
	hint: string;
	/** In the order they run. The question `target` comes before those of the first one. */
	steps: readonly Step<Services>[];
	/** The names of its Terraform root modules, in the order they are applied. */
	stacks: readonly string[];
	/** What preflight checks, for the docs. */
	checks: readonly Check[];
	/** Finds problems in the strings of a question's value, for all questions. */
	textProblemOf?(question: Question): Question['textProblem'];
	/** Names that occur in every installation; no secret may be part of them. */
	fixedNames: Readonly<Record<string, string>>;
	/** The variables of earlier Terraform modules that its answers replace. */
	variableAliases?: FormerVariables;
	/** The answers most operators give: what the steps page describes. */
	usualAnswers: Answers;
	/** How long a run takes, for the review. */
	duration(run: { answers: Answers; practice: boolean; only?: readonly string[] }): string;
	/** Commands and actions that follow a finished run, the likeliest first. */
	nextCommands(run: {
		session: string;
		answers: Answers;
		outputs: Readonly<Record<string, StepOutputs>>;
	}): string[];
	/** The approval an unattended run with these answers needs. */
	approval(answers: Answers): ApprovalLevel;
	/** What an unattended run with these answers still requires an operator for. */
	attended?(answers: Answers): string | undefined;
	/**
	 * For a run of some steps of a finished installation: the question to answer first, or
	 * undefined when the run can start.
	 */
	questionBefore?(only: readonly string[], answers: Answers): string | undefined;
	/** Why the instance must not restart now, with the command that ends that state. */
	restartWarning?(session: Pick<SessionRecord, 'name' | 'notes'>): RestartBlocker | undefined;
	/** Reads the variables of the Terraform modules that this target replaces. */
	importVariables?(text: string, file: string): ImportedVariables;
	/** Backups of the product. */
	backups?: TargetBackups;
	practice: TargetPractice;
}

export interface Target extends TargetDefinition {
	catalogue: QuestionCatalogue;
}

export type RestartBlocker = { reason: string; command: string } | 'unreadable';

/** Answers from Terraform variables. Notes and problems never quote a secret. */
export interface ImportedVariables {
	/** Answers by key path, ready for an answers file. */
	answers: Record<string, unknown>;
	/** The import result of each variable; line 0 if it is not in the file. */
	notes: readonly { line: number; name: string; what: string; text: string; key?: string }[];
	/** Problems to fix in the file. */
	problems: readonly { place: SourceLocation; name?: string; text: string }[];
}

/** Variables of earlier Terraform modules, by the key of the answer. */
export interface FormerVariables {
	/** Names the modules, for example "2018 variable". */
	label: string;
	variables: Readonly<Record<string, { name: string; changed?: string }>>;
}

export interface TargetBackups {
	/** The prefix of the backups in the bucket of the installation, with its final slash. */
	prefix: string;
	/** Newest first. */
	list(s3: AwsClients['s3'], bucket: string): Promise<{ key: string; bytes: number; at: Date }[]>;
	/** Which key unseals the Vault in a backup created at an ISO time. */
	openedBy(record: SessionRecord, at: string): string;
	/** The checklist of a restore; without a session its names are placeholders. */
	restoreGuide(session?: { record: SessionRecord; outputs: StepOutputs }): string[];
}

/** The practice data of a target. */
export interface TargetPractice {
	/** Creates the resources that must exist before an install, and returns a matching answers file. */
	answers(cloud: PracticeAnswersInput): Promise<string>;
	/** Terraform blocks that work around limits of the practice cloud, by stack. */
	overrides: Readonly<Record<string, readonly string[]>>;
}

export interface PracticeAnswersInput {
	endpoint: string;
	region: string;
	/** The directory of the session; what the answers refer to is stored below it. */
	folder: string;
	/** Whether an operator is at a terminal. */
	attended: boolean;
	/** Path of a program that ships with this one. */
	program(name: string): string;
}

/**
 * Completes a definition with the question `target` and the catalogue.
 *
 * @param all Every target, the recommended one first.
 */
export function createTarget(
	definition: TargetDefinition,
	all: readonly TargetDefinition[],
): Target {
	const [first, ...others] = definition.steps;
	if (first === undefined) throw new Error(`target ${definition.id} has no steps`);
	const asked = [{ ...first, questions: [targetQuestion(all), ...first.questions] }, ...others];
	const steps = asked.map((step) => ({
		...step,
		questions: step.questions.map((question) => addAlias(question, definition.variableAliases)),
	}));
	const catalogue = buildCatalogue(definition.id, steps, definition.textProblemOf);
	return { ...definition, steps, catalogue };
}

function targetQuestion(all: readonly TargetDefinition[]): Question {
	return {
		key: 'target',
		label: 'Target',
		help: 'The product release to install. It determines which steps follow and which templates are used.',
		kind: 'choice',
		options: all.map(({ id, label, hint }) => ({ value: id, label, hint })),
		default: all[0]?.id,
	};
}

function addAlias(question: Question, aliases: FormerVariables | undefined): Question {
	const found = aliases?.variables[question.key];
	if (aliases === undefined || found === undefined) return question;
	const { name, changed } = found;
	return { ...question, variableAlias: { label: aliases.label, name, changed } };
}
