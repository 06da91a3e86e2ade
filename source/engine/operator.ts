import type { PlanCounts, PlanGroup, ResourceAction } from './events.ts';

/** The operator who can respond while steps run. Without one, `--approve` decides. */
export interface Operator {
	/**
	 * Shows a plan and waits for approval. Nothing is applied before.
	 *
	 * @throws WizardError `cancelled` when the run is stopped in the meantime.
	 */
	review(plan: PlanReview): Promise<'apply' | 'not-now'>;
}

/** A plan for the operator to review. Sensitive values are already masked. */
export interface PlanReview {
	stack: string;
	counts: PlanCounts;
	/** Grouped by purpose: network, database, storage. */
	groups: readonly PlanGroup[];
	/** In Terraform's order, without reads. */
	resources: readonly ReviewedResource[];
	/** What is destroyed, or missing and recreated: one line each, with the reason. */
	destroys: readonly string[];
	/** Warnings to read before approval. */
	warnings: readonly string[];
	/** The saved plan, and the same plan as text. */
	file: string;
	textFile: string;
	/** The text to type before a destructive plan is applied; undefined for other plans. */
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

/** Values as text on one line, as Terraform prints them. */
export interface ReviewedAttribute {
	path: string;
	before?: string;
	after?: string;
	/** This attribute forces the replacement. */
	forcesReplacement?: boolean;
}
