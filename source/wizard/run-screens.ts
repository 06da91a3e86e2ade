import type { Diagnostic, ResourceAction } from '../engine/events.ts';
import type { PlanReview } from '../engine/operator.ts';
import type { MilestoneEvent } from '../reporters/format-event.ts';
import type { Prompt } from '../vault/ceremony/ceremony-prompts.ts';
import type { Choice } from './choice.ts';

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
	moment: Prompt;
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
	doing: string;
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
	stopping?: { words: string; since: number };
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
