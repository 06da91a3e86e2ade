import { WizardError } from '../../engine/errors.ts';
import type { PlanCounts } from '../../engine/events.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import { type ApprovalLevel, approvalLevels } from '../../engine/step.ts';
import type { Context } from '../services.ts';

/** The minimum approval for a plan. A replacement requires the same approval as a destroy. */
export function getRequiredApproval(counts: PlanCounts): ApprovalLevel {
	if (counts.delete > 0 || counts.replace > 0) return 'destroy';
	if (counts.update > 0) return 'change';
	return counts.create > 0 ? 'create' : 'none';
}

export function isApproved(given: ApprovalLevel, needed: ApprovalLevel): boolean {
	return approvalLevels.indexOf(given) >= approvalLevels.indexOf(needed);
}

/** The refusal (exit 6) of a plan that exceeds the approval of the run; the plan is kept. */
export function createApprovalError(options: {
	stack: string;
	given: ApprovalLevel;
	needed: ApprovalLevel;
	words: string;
	destroys: readonly string[];
	planFile: string;
	textFile: string;
	command: string;
}): WizardError {
	const { stack, given, needed, words, destroys, planFile, textFile, command } = options;
	return new WizardError('refused', {
		message: `Approval required for the ${stack} plan: ${words}.`,
		expected: `--approve ${needed}${given === 'none' ? '' : ` (this run has --approve ${given})`}`,
		details: [
			...destroys.map((address) => `destroys ${address}`),
			`plan (text): ${textFile}`,
			`plan (binary): ${planFile}`,
			'nothing was applied',
		],
		next: [`less ${quoteShellWord(textFile)}`, `${command} --approve ${needed}`],
	});
}

/**
 * Refuses (exit 6) a change outside Terraform that this run is not approved to make.
 *
 * @param change The change: "create the state bucket acme-tfe-state".
 */
export function requireApproval(context: Context, needed: ApprovalLevel, change: string): void {
	const { approve, session } = context;
	if (isApproved(approve, needed)) return;
	throw new WizardError('refused', {
		message: `Approval required to ${change}; nothing was changed.`,
		expected: `--approve ${needed}${approve === 'none' ? '' : ` (this run has --approve ${approve})`}`,
		next: [`${getRunCommand(session)} --approve ${needed}`],
	});
}

/** The command that resumes a session. */
export function getRunCommand(session: Context['session']): string {
	return `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
}
