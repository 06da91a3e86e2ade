import { WizardError } from '../../engine/errors.ts';
import type { PlanCounts } from '../../engine/events.ts';
import { shellWord } from '../../engine/shell-word.ts';
import { type Approval, approvals } from '../../engine/step.ts';
import type { Context } from '../services.ts';

/** The minimum approval for a plan. A replacement requires the same approval as a destroy. */
export function approvalNeeded(counts: PlanCounts): Approval {
	if (counts.delete > 0 || counts.replace > 0) return 'destroy';
	if (counts.update > 0) return 'change';
	return counts.create > 0 ? 'create' : 'none';
}

export function isApproved(given: Approval, needed: Approval): boolean {
	return approvals.indexOf(given) >= approvals.indexOf(needed);
}

/** The refusal (exit 6) of a plan that exceeds the approval of the run; the plan is kept. */
export function notApproved(facts: {
	stack: string;
	given: Approval;
	needed: Approval;
	words: string;
	destroys: readonly string[];
	planFile: string;
	textFile: string;
	command: string;
}): WizardError {
	const { stack, given, needed, words, destroys, planFile, textFile, command } = facts;
	return new WizardError('refused', {
		message: `Approval required for the ${stack} plan: ${words}.`,
		expected: `--approve ${needed}${given === 'none' ? '' : ` (this run has --approve ${given})`}`,
		details: [
			...destroys.map((address) => `destroys ${address}`),
			`plan (text): ${textFile}`,
			`plan (binary): ${planFile}`,
			'nothing was applied',
		],
		next: [`less ${shellWord(textFile)}`, `${command} --approve ${needed}`],
	});
}

/**
 * Refuses (exit 6) a change outside Terraform that this run is not approved to make.
 *
 * @param what The change: "create the state bucket acme-tfe-state".
 */
export function requireApproval(context: Context, needed: Approval, what: string): void {
	const { approve, session } = context;
	if (isApproved(approve, needed)) return;
	throw new WizardError('refused', {
		message: `Approval required to ${what}; nothing was changed.`,
		expected: `--approve ${needed}${approve === 'none' ? '' : ` (this run has --approve ${approve})`}`,
		next: [`${runCommand(session)} --approve ${needed}`],
	});
}

/** The command that resumes a session. */
export function runCommand(session: Context['session']): string {
	return `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
}
