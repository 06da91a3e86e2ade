import { WizardError } from '../../engine/errors.ts';
import type { PlanCounts } from '../../engine/events.ts';
import { shellWord } from '../../engine/shell-word.ts';
import { type Approval, approvals } from '../../engine/step.ts';
import type { Context } from '../services.ts';

/** The least approval a plan needs. Replacing destroys, so it needs the same as destroying. */
export function approvalNeeded(counts: PlanCounts): Approval {
	if (counts.delete > 0 || counts.replace > 0) return 'destroy';
	if (counts.update > 0) return 'change';
	return counts.create > 0 ? 'create' : 'none';
}

export function isApproved(given: Approval, needed: Approval): boolean {
	return approvals.indexOf(given) >= approvals.indexOf(needed);
}

/** The refusal (exit 6) of a plan that goes further than the run may; the plan is kept. */
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
		message: `The plan of ${stack} goes further than this run may: ${words}.`,
		expected: `--approve ${needed}${given === 'none' ? '' : ` (this run has --approve ${given})`}`,
		details: [
			...destroys.map((address) => `destroys ${address}`),
			`plan, as text: ${textFile}`,
			`plan, as terraform reads it: ${planFile}`,
			'nothing was applied',
		],
		next: [`less ${shellWord(textFile)}`, `${command} --approve ${needed}`],
	});
}

/**
 * Refuses (exit 6) a change outside Terraform that this run may not make.
 *
 * @param what The change in words: "make the bucket acme-tfe-state".
 */
export function requireApproval(context: Context, needed: Approval, what: string): void {
	const { approve, session } = context;
	if (isApproved(approve, needed)) return;
	throw new WizardError('refused', {
		message: `This run may not ${what}; nothing was changed.`,
		expected: `--approve ${needed}${approve === 'none' ? '' : ` (this run has --approve ${approve})`}`,
		next: [`${runCommand(session)} --approve ${needed}`],
	});
}

/** The command that goes on with a session. */
export function runCommand(session: Context['session']): string {
	return `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`;
}
