import type { CheckResult, Severity } from '../events.ts';
import type { QuestionKind } from '../question.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import type {
	CeremonyScreen,
	DoneScreen,
	FailureScreen,
	PlanScreen,
	ProgressScreen,
} from './run-model.ts';

export type {
	CeremonyScreen,
	DoneScreen,
	FailureScreen,
	InFlight,
	Milestone,
	PlanScreen,
	ProgressScreen,
} from './run-model.ts';

/**
 * What a person who is guided sees, as plain data. Front ends (the Ink screens, the line mode)
 * draw a model and send actions; what follows from an action is decided behind `Guide` alone.
 * A model never changes once published: the same object means the same picture.
 */
export interface GuideModel {
	header: Header;
	rail: readonly RailStep[];
	screen: Screen;
	/** All answers known so far, by step, for the places one can go back to. */
	ticket: readonly TicketStep[];
	/** A question in the way of everything else: leave? lose something? */
	stop?: StopQuestion;
}

export interface Header {
	session?: string;
	account?: string;
	region?: string;
	practice: boolean;
}

/** done, current, open (to come), failed; `later` steps are not built yet and only named. */
export interface RailStep {
	id: string;
	title: string;
	state: 'done' | 'current' | 'open' | 'failed' | 'later';
}

/** An answer as it reads on a ticket: secrets only as where they come from. */
export interface TicketLine {
	key: string;
	label: string;
	value: string;
	source: 'given' | 'default' | 'derived';
	/** Passed by the operator already; others still have their turn. */
	confirmed: boolean;
	/** The group it is folded under, when it is an optional detail. */
	group?: string;
}

export interface TicketStep {
	id: string;
	title: string;
	lines: readonly TicketLine[];
}

export type Screen =
	| WelcomeScreen
	| BusyScreen
	| QuestionScreen
	| DetailsScreen
	| ChecksScreen
	| ReviewScreen
	| PlanScreen
	| CeremonyScreen
	| ProgressScreen
	| FailureScreen
	| DoneScreen;

/** Something that can be chosen; with `refusal` it is shown, and cannot be taken. */
export interface Choice {
	value: string;
	label: string;
	hint?: string;
	refusal?: string;
	/** The words to be read before this choice is taken; taking it asks once more. */
	warning?: string;
}

export interface WelcomeScreen {
	kind: 'welcome';
	/** What will happen, how long it takes, what leaving costs: a line each. */
	facts: readonly string[];
	/** `resume:NAME`, `new`, `practice`. The first is the default. */
	choices: readonly Choice[];
	/** The name a new session gets unless another is typed; undefined while none is asked for. */
	naming?: { suggestion: string; problem?: string };
	problem?: string;
}

/** Short work between two screens: starting the practice cloud, opening a session. */
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
	/** In a few words, what a value must be. */
	rule?: string;
	example?: string;
	/** The name of the 2018 variable, and what changed since. */
	since2018?: string;
	valueKind: QuestionKind;
	/** What stands in the field to begin with: the earlier answer, or the default. */
	value: unknown;
	source: 'given' | 'default' | 'derived' | 'none';
	/** Where the default comes from, in words: "follows from the FQDN". */
	defaultWords?: string;
	/** May be left blank. */
	optional: boolean;
	/** For choice, variant and yesno ("true", "false"). */
	options: readonly Choice[];
	/** Choices looked up live; a free entry is always possible beside them. */
	lookup?: LookupView;
	/** Reached from the folded details: taking it leads back there. */
	detail: boolean;
	/** Of the questions this step asks one by one; counts from 1. */
	number: number;
	of: number;
	/** Why the last value was not taken; the value itself is still in `value`. */
	problem?: string;
	/** It was answered before, and is asked again because these keys changed. */
	because?: readonly string[];
}

export interface LookupView {
	state: 'looking' | 'found' | 'denied';
	/** What is looked up: "subnets of us-west-2". */
	what: string;
	choices: readonly Choice[];
	/** Why nothing could be looked up. */
	words?: string;
}

/** The optional settings of a step, folded: nobody walks through forty of them. */
export interface DetailsScreen {
	kind: 'details';
	step: string;
	title: string;
	groups: readonly { title: string; items: readonly DetailItem[] }[];
}

export interface DetailItem {
	key: string;
	label: string;
	value: string;
	/** False when the operator gave a value of their own. */
	isDefault: boolean;
	help: string;
}

export interface CheckLine {
	id: string;
	title: string;
	severity: Severity;
	result: CheckResult | 'running';
	found: string;
	fix?: string;
	blockedBy?: string;
}

export interface ChecksScreen {
	kind: 'checks';
	step: string;
	/** Worst first. */
	checks: readonly CheckLine[];
	running: number;
	/** ms since the epoch; `seconds` once all have finished. */
	since: number;
	seconds?: number;
	/** How many wait for answers that are not known yet. */
	waiting: number;
	canGoOn: boolean;
}

/** All answers, and what will happen: the last screen on which nothing has been changed. */
export interface ReviewScreen {
	kind: 'review';
	/** A line for each thing that will be done, by step. */
	intent: readonly { step: string; title: string; lines: readonly string[] }[];
	/** What differs from the answers an earlier run of this session used. */
	changes: readonly string[];
	/** How long it usually takes, in words. */
	duration: string;
	/** Why it cannot begin as it is. */
	problems: readonly { key: string; text: string }[];
}

/** `gentle`: stop after what runs. `hard`: drop everything, which loses what `lost` names. */
export interface StopQuestion {
	kind: 'gentle' | 'hard';
	words: readonly string[];
	lost: readonly string[];
	/** To be typed before a hard stop. */
	type?: string;
}

/** All a person can do. What a screen does not offer is ignored there. */
export type Action =
	| { type: 'choose'; value: string }
	| { type: 'name'; name: string }
	/** Takes a value for the question on screen; undefined leaves it blank. */
	| { type: 'answer'; value: unknown }
	/** Gives a detail its default back. */
	| { type: 'reset'; key: string }
	| { type: 'back' }
	/** To any question, from anywhere but a run. */
	| { type: 'go'; key: string }
	/** On: from details, checks and review. */
	| { type: 'on' }
	/** Checks again: all, or one. */
	| { type: 'recheck'; id?: string }
	| { type: 'look-up-again' }
	| { type: 'apply' }
	| { type: 'not-now' }
	| { type: 'save-plan' }
	/** At a ceremony: yes, with the word that was asked for where one was; ready; written down. */
	| { type: 'agree'; typed?: string }
	/** Hands a secret over; the guide wipes `again`, and `secret` too unless it takes it. */
	| { type: 'give'; secret: SecretBytes; again?: SecretBytes }
	| { type: 'decide'; value: string }
	/** Ctrl-C, a signal, or the terminal gone. */
	| { type: 'interrupt' }
	| { type: 'stop-answer'; stop: boolean }
	| { type: 'leave' };

export interface Guide {
	model(): GuideModel;
	/** Calls back after each new model; returns how to end that. */
	subscribe(listener: () => void): () => void;
	act(action: Action): void;
	/** What is wrong with a value for the question on screen, or undefined. Pure and quick. */
	problemOf(value: unknown): string | undefined;
	/** Resolves with the exit code once the guide has ended; front ends then take themselves away. */
	readonly ended: Promise<GuideEnd>;
}

export interface GuideEnd {
	exitCode: number;
	/** Lines to leave on the terminal, for pasting into a ticket. */
	parting: readonly string[];
}
