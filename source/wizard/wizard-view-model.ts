import type { CheckSeverity, CheckStatus, Diagnostic, ResourceAction } from '../engine/events.ts';
import type { PlanReview } from '../engine/operator.ts';
import type { QuestionKind } from '../engine/question.ts';
import type { SecretBytes } from '../engine/secret-bytes.ts';
import type { MilestoneEvent } from '../reporters/format-event.ts';
import type { Prompt } from '../vault/ceremony/ceremony-prompt-types.ts';

/**
 * The state of the wizard as plain data. Front ends (Ink screens, line mode) draw a model and send
 * actions, which only the `Guide` handles. A published model is immutable: the same object means the
 * same screen.
 */
export interface WizardViewModel {
	header: WizardHeader;
	stepper: readonly StepperStep[];
	screen: WizardScreen;
	/** All known answers by step, for navigation. */
	answerSummary: readonly AnswerSummaryStep[];
	/** A modal question about stopping the run. */
	stop?: StopConfirmation;
}

export interface WizardHeader {
	session?: string;
	account?: string;
	region?: string;
	practice: boolean;
}

/** done, current, open (not started) or failed. */
export interface StepperStep {
	id: string;
	title: string;
	state: 'done' | 'current' | 'open' | 'failed' | 'later';
}

/** An answer in the summary; a secret is shown by its source only. */
export interface AnswerSummaryLine {
	key: string;
	label: string;
	value: string;
	source: 'given' | 'default' | 'derived';
	/** True when the operator has already confirmed it. */
	confirmed: boolean;
	/** The group of an optional detail. */
	group?: string;
}

export interface AnswerSummaryStep {
	id: string;
	title: string;
	lines: readonly AnswerSummaryLine[];
}

export type WizardScreen =
	| WelcomeScreen
	| BusyScreen
	| QuestionScreen
	| OptionalSettingsScreen
	| ChecksScreen
	| ReviewScreen
	| PlanScreen
	| CeremonyScreen
	| ProgressScreen
	| FailureScreen
	| DoneScreen;

export interface WelcomeScreen {
	kind: 'welcome';
	/** What will happen, how long it takes and how to quit: one line each. */
	introduction: readonly string[];
	/** `resume:NAME`, `new`, `practice`. The first is the default. */
	choices: readonly Choice[];
	/** The suggested name of a new session; undefined while no name is requested. */
	namePrompt?: { suggestion: string; problem?: string };
	problem?: string;
}

/** A short operation between two screens, such as starting the practice cloud. */
export interface BusyScreen {
	kind: 'busy';
	title: string;
	lines: readonly string[];
	/** ms since the epoch. */
	since: number;
}

export interface QuestionScreen {
	kind: 'question';
	step: string;
	key: string;
	label: string;
	help: string;
	/** The rule for a value in a few words. */
	rule?: string;
	example?: string;
	/** The variable it replaces and what changed, with its label. */
	variableAlias?: string;
	valueKind: QuestionKind;
	/** The initial field value: the earlier answer or the default. */
	value: unknown;
	source: 'given' | 'default' | 'derived' | 'none';
	/** How the default is derived: "derived from the FQDN". */
	defaultSource?: string;
	/** Can be left blank. */
	optional: boolean;
	/** For choice, variant and yesno ("true", "false"). */
	options: readonly Choice[];
	/** Choices from a lookup; a custom value is always possible. */
	lookup?: LookupView;
	/** Opened from the folded details, and returns there. */
	detail: boolean;
	/** The number of the question within its step, starting at 1. */
	number: number;
	of: number;
	/** Why the last value was rejected; it is still in `value`. */
	problem?: string;
	/** The changed keys that caused this answered question to be asked again. */
	reopenedBy?: readonly string[];
}

export interface LookupView {
	state: 'looking' | 'found' | 'denied';
	/** What is looked up: "subnets of us-west-2". */
	subject: string;
	choices: readonly Choice[];
	/** Why the lookup failed. */
	reason?: string;
}

/** The optional settings of a step, grouped on one page. */
export interface OptionalSettingsScreen {
	kind: 'details';
	step: string;
	title: string;
	groups: readonly { title: string; items: readonly OptionalSetting[] }[];
}

export interface OptionalSetting {
	key: string;
	label: string;
	value: string;
	/** False when the operator changed the value. */
	isDefault: boolean;
	help: string;
}

export interface CheckItem {
	id: string;
	title: string;
	severity: CheckSeverity;
	result: CheckStatus | 'running';
	found: string;
	fix?: string;
	blockedBy?: string;
}

export interface ChecksScreen {
	kind: 'checks';
	step: string;
	/** Worst first. */
	checks: readonly CheckItem[];
	running: number;
	/** ms since the epoch; `seconds` once all have finished. */
	since: number;
	seconds?: number;
	/** The number of checks that wait for answers. */
	waiting: number;
	canContinue: boolean;
}

/** All answers and planned actions; the last screen before any change. */
export interface ReviewScreen {
	kind: 'review';
	/** The planned actions by step, one line each. */
	intent: readonly { step: string; title: string; lines: readonly string[] }[];
	/** Differences from the answers of the previous run of this session. */
	changes: readonly string[];
	/** The usual duration in words. */
	duration: string;
	/** Problems that prevent the start. */
	problems: readonly { key: string; text: string }[];
}

/** `gentle`: stop after the current operation. `hard`: stop now, with the losses listed in `lost`. */
export interface StopConfirmation {
	kind: 'gentle' | 'hard';
	message: readonly string[];
	lostResources: readonly string[];
	/** The text to type before a hard stop. */
	type?: string;
}

/** All actions of the operator. A screen ignores actions that it does not offer. */
export type WizardAction =
	| { type: 'choose'; value: string }
	| { type: 'name'; name: string }
	/** Sets the value of the current question; undefined leaves it blank. */
	| { type: 'answer'; value: unknown }
	/** Resets a detail to its default. */
	| { type: 'reset'; key: string }
	| { type: 'back' }
	/** Navigates to any question, except during a run. */
	| { type: 'go'; key: string }
	/** Continues from details, checks and review. */
	| { type: 'on' }
	/** Repeats all checks or one. */
	| { type: 'recheck'; id?: string }
	| { type: 'look-up-again' }
	| { type: 'apply' }
	| { type: 'not-now' }
	| { type: 'save-plan' }
	/** Rekey: confirms, with the typed text if required. */
	| { type: 'agree'; typed?: string }
	/** Submits a secret; the guide wipes `again`, and also `secret` unless it accepts it. */
	| { type: 'give'; secret: SecretBytes; again?: SecretBytes }
	| { type: 'decide'; value: string }
	/** Ctrl-C, a signal or a closed terminal. */
	| { type: 'interrupt' }
	| { type: 'stop-answer'; stop: boolean }
	| { type: 'leave' };

export interface WizardController {
	model(): WizardViewModel;
	/** Calls the listener after each new model; returns a function that unsubscribes. */
	subscribe(listener: () => void): () => void;
	act(action: WizardAction): void;
	/** Validates a value for the current question; undefined when valid. Pure and fast. */
	validate(value: unknown): string | undefined;
	/** The problems of single items of a list for the current question, by position. */
	validateItems(items: readonly string[]): ReadonlyMap<number, string>;
	/** Resolves when the wizard has ended; front ends then unmount. */
	readonly ended: Promise<WizardExit>;
}

export interface WizardExit {
	exitCode: number;
	/** Lines to print on the terminal at the end. */
	lines: readonly string[];
}

/** A choice; with `refusal` it is shown but cannot be selected. */
export interface Choice {
	value: string;
	label: string;
	hint?: string;
	refusal?: string;
	/** A warning; selecting this choice asks for confirmation. */
	warning?: string;
}

// The screens of a run: plan, rekey, progress, failure and result.

export interface PlanScreen {
	kind: 'plan';
	step: string;
	plan: PlanReview;
	/** Path of the saved plan text. */
	savedAs?: string;
}

/** A prompt of a rekey, for which the run waits. */
export interface CeremonyScreen {
	kind: 'ceremony';
	step: string;
	prompt: Prompt;
	/** The number of the prompt within a run, to distinguish identical prompts. */
	number: number;
	/** The number of rejected replies, and why the last one was rejected. The typed text is discarded. */
	refused: number;
	problem?: string;
}

export interface ProgressScreen {
	kind: 'progress';
	step: string;
	title: string;
	/** The current activity: "terraform plan in network". */
	activity: string;
	/** The current command, if it is one of Terraform. */
	terraform?: { command: string; stack: string };
	/** Start of the run and of the current activity, in ms since the epoch. */
	runSince: number;
	since: number;
	/** Number of resources in the current plan; 0 without a plan. */
	total: number;
	finished: number;
	failed: number;
	inFlight: readonly ResourceInProgress[];
	/** The latest milestones: finished steps, changes outside Terraform, notes. */
	milestones: readonly Milestone[];
	diagnostics: readonly Diagnostic[];
	/** The log that the `l` key shows. */
	log?: string;
	/** Set after the operator requested a stop: the pending operation. */
	stopping?: { message: string; since: number };
}

export interface ResourceInProgress {
	address: string;
	action: ResourceAction;
	/** ms since the epoch. */
	since: number;
	/** The usual duration in seconds, from and to, if known. */
	usualSeconds?: readonly [number, number];
}

export interface Milestone {
	/** ms since the epoch. */
	at: number;
	event: MilestoneEvent;
}

export interface FailureScreen {
	kind: 'failure';
	step?: string;
	stepTitle?: string;
	/** cancelled: stopped on request; others: see `ErrorKind`. */
	errorKind: 'yours' | 'ours' | 'outside' | 'cancelled';
	message: string;
	expected?: string;
	details: readonly string[];
	/** The complete Terraform diagnostics of this run. */
	diagnostics: readonly Diagnostic[];
	done: readonly string[];
	notDone: readonly string[];
	log?: string;
	next: readonly string[];
	/** `fix:KEY`, `answers`, `retry`, `leave`. The first is the default. */
	choices: readonly Choice[];
}

export interface DoneScreen {
	kind: 'done';
	seconds: number;
	summaries: readonly { step: string; title: string; text: string }[];
	outputs: readonly { name: string; value: string }[];
	next: readonly string[];
	/** The command that repeats the run non-interactively, and its answers file. */
	command: string;
	/** What that command still requires the operator for, if anything. */
	stillAsks?: string;
	/** What was done, if only some steps ran: "Rekey done". */
	part?: string;
	answersFile: string;
	/** The directory with the plain Terraform modules. */
	workspace: string;
}

/** First lines of the welcome screen. */
export const WELCOME_LINES = [
	'Answer questions while lookups and checks run in the background; nothing changes.',
	'Review each plan before it is applied; exactly that plan is applied.',
	'Questions take about 10 minutes, the installation 25 to 40, mostly the database.',
	'Press ctrl-c to quit at any time; progress is saved and the next run resumes.',
	'The result is plain Terraform in your own directory that you can manage yourself.',
] as const;
