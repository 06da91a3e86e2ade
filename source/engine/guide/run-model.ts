import type { Diagnostic, ResourceAction } from '../events.ts';
import type { Moment } from '../moment.ts';
import type { PlanReview } from '../person.ts';
import type { Choice } from './model.ts';

// The screens of a run: what it would do, what it does, and what came of it.

export interface PlanScreen {
	kind: 'plan';
	step: string;
	plan: PlanReview;
	/** Path of the plan as text, once saved. */
	savedAs?: string;
}

/** A moment of a ceremony: the run waits for the people in the room. */
export interface CeremonyScreen {
	kind: 'ceremony';
	step: string;
	moment: Moment;
	/** Counts the moments of a run: another number is another moment, however alike they look. */
	number: number;
	/** How many replies to it were not taken, and why the last one was not; what was typed is gone. */
	refused: number;
	problem?: string;
}

export interface ProgressScreen {
	kind: 'progress';
	step: string;
	title: string;
	/** What is being done right now: "terraform plan of network". */
	doing: string;
	/** ms since the epoch: when the run began, and when what is being done began. */
	runSince: number;
	since: number;
	/** Resources of the plan under way; 0 while there is none. */
	total: number;
	finished: number;
	failed: number;
	inFlight: readonly InFlight[];
	/** The last few milestones: steps done, changes outside terraform, notes. */
	milestones: readonly Milestone[];
	diagnostics: readonly Diagnostic[];
	/** The log the `l` key follows. */
	log?: string;
	/** Set once the operator told to stop: what is waited for. */
	stopping?: { words: string; since: number };
}

export interface InFlight {
	address: string;
	action: ResourceAction;
	/** ms since the epoch. */
	since: number;
	/** From and to, in seconds, where it is known how long it usually takes. */
	usualSeconds?: readonly [number, number];
}

export interface Milestone {
	/** ms since the epoch. */
	at: number;
	level: 'done' | 'info' | 'warning';
	step?: string;
	text: string;
}

export interface FailureScreen {
	kind: 'failure';
	step?: string;
	stepTitle?: string;
	/** cancelled: stopped as told; yours, outside, ours: see `ErrorKind`. */
	errorKind: 'yours' | 'ours' | 'outside' | 'cancelled';
	message: string;
	expected?: string;
	details: readonly string[];
	/** Terraform's own diagnostics of this run, whole. */
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
	/** The command line that would have done the same without a question, and its file. */
	command: string;
	/** What that command would still need a person for, where there is such a thing. */
	stillAsks?: string;
	/** What was done, where it was a part of the steps only: "Rekey done". */
	part?: string;
	answersFile: string;
	/** The workspace with plain Terraform. */
	workspace: string;
}
