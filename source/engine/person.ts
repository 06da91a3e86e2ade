import type { PlanCounts, PlanGroup, ResourceAction } from './events.ts';
import type { Moment, MomentReply } from './moment.ts';

/** Somebody who can be asked while steps run. Without one, `--approve` decides. */
export interface Person {
	/**
	 * Shows a plan and waits for the word. Nothing is applied before it has come.
	 *
	 * @throws WizardError `cancelled` when the run is stopped meanwhile.
	 */
	review(plan: PlanReview): Promise<'apply' | 'not-now'>;
	/**
	 * Shows a moment of a ceremony and waits for its reply.
	 *
	 * @throws WizardError `cancelled` when the run is stopped meanwhile; the screen is cleared then.
	 */
	moment(moment: Moment): Promise<MomentReply>;
}

/** A plan as a person is to judge it. Sensitive values are masked already. */
export interface PlanReview {
	stack: string;
	counts: PlanCounts;
	/** By what it is for: network, database, storage. */
	groups: readonly PlanGroup[];
	/** In terraform's order; reads are left out. */
	resources: readonly ReviewedResource[];
	/** What goes away, or is gone and would be made anew: a line each, with the reason. */
	destroys: readonly string[];
	/** What the operator should know before saying yes. */
	warnings: readonly string[];
	/** The plan as terraform reads it, and as a person does. */
	file: string;
	textFile: string;
	/** What must be typed before a plan that destroys is applied; undefined for one that does not. */
	confirm?: string;
}

export interface ReviewedResource {
	address: string;
	/** Title of its group in `PlanReview.groups`. */
	group: string;
	action: ResourceAction;
	/** Why it is replaced, or where it was moved from. */
	reason?: string;
	attributes: readonly ReviewedAttribute[];
}

/** Values as text, on one line, as terraform would print them. */
export interface ReviewedAttribute {
	path: string;
	before?: string;
	after?: string;
	/** It is this attribute that forces a replacement. */
	forcesReplacement?: boolean;
}
