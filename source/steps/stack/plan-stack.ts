import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findSecretInValue } from '../../engine/answers/find-secrets-in-answers.ts';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent, PlanCounts } from '../../engine/events.ts';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import { escapeLine } from '../../engine/terminal-escape.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { PlannedChange } from '../../terraform/json-messages.ts';
import { countChanges, formatPlan, type PlanSummary } from '../../terraform/plan-summary.ts';
import { type Context, createNoteEvent } from '../services.ts';
import {
	clearInterruptedResources,
	getInterruptedResources,
	toApprovedChange,
} from './interrupted-run.ts';
import {
	createApprovalError,
	createPlanReview,
	getDestroyedAddresses,
	getPlanWarnings,
	getRequiredApproval,
	groupChanges,
	isApproved,
} from './plan-review.ts';

export interface ApprovedPlan {
	file: string;
	counts: PlanCounts;
}

/**
 * Plans a stack and gets the plan approved. Undefined: there are no changes.
 *
 * @throws WizardError `refused` when the approval of this run is insufficient; the plan is kept.
 */
export async function* planStack(
	context: Context,
	stack: string,
	terraform: Terraform,
): AsyncGenerator<EngineEvent, ApprovedPlan | undefined> {
	const { session, step, approve } = context;
	const file = join(session.folders.plans, `${stack}.tfplan`);
	const textFile = join(session.folders.plans, `${stack}.txt`);
	yield terraform.announce('plan');
	const outcome = yield* terraform.plan(file);
	const { planned: changes, missing } = outcome;
	const counts = countChanges(changes);
	const interrupted = getInterruptedResources(context, stack);
	const lost = changes.filter(({ action, address }) => action === 'create' && missing.has(address));
	const needed =
		lost.length > 0
			? 'destroy'
			: getRequiredApproval(countChanges(changes.map((one) => toApprovedChange(one, interrupted))));
	const destroys = [
		...getDestroyedAddresses(changes),
		...lost.map(({ address }) => `${address} (no longer exists in AWS; will be recreated)`),
	];
	const { operator } = context;
	const approved = operator === undefined && isApproved(approve, needed);
	const warnings = getPlanWarnings(changes, interrupted);
	yield {
		type: 'plan',
		step,
		stack,
		counts,
		groups: groupChanges(changes),
		updates: changes.flatMap(({ action, address }) => (action === 'update' ? [address] : [])),
		destroys,
		file,
		...(needed !== 'none' && approved ? { approvedBy: `--approve ${approve}` } : {}),
	};
	for (const text of warnings) yield createNoteEvent(context, 'warning', text);
	if (!outcome.changes) {
		clearInterruptedResources(context, stack);
		rmSync(file, { force: true });
		return undefined;
	}
	const first = context.secrets.size > 0 && !wasStackApplied(context, stack);
	const shown = first || !approved ? await terraform.show(file) : undefined;
	if (first && shown !== undefined) assertNoSecretInPlan(context, stack, shown);
	if (approved || shown === undefined) {
		replaceFileAtomically(textFile, formatChangeList(changes));
		return { file, counts };
	}
	const lines = formatPlan(shown).map((line) => context.secrets.mask(line));
	replaceFileAtomically(textFile, formatPlanFile(lines));
	const plan = { stack, counts, destroys, warnings, file, textFile };
	if (operator !== undefined) {
		const word = await operator.review({
			...context.secrets.maskShown(createPlanReview(plan, shown)),
			// These paths are opened, not only shown, so they must not be masked.
			file,
			textFile,
		});
		session.journal.write('plan.judged', { stack, counts, file, word });
		if (word === 'apply') return { file, counts };
	}
	session.journal.write('plan.refused', { stack, counts, file });
	throw createApprovalError(plan, approve, needed, getResumeCommand(session));
}

/** Operators may print the file with `cat`, so terminal control sequences are escaped. */
const formatPlanFile = (lines: readonly string[]): string =>
	`${lines.map(escapeLine).join('\n')}\n`;

/** Every change by address, as a record of what was approved. */
function formatChangeList(changes: readonly PlannedChange[]): string {
	const lines = changes
		.filter(({ action }) => action !== 'read' && action !== 'noop')
		.map(({ action, address }) => `${action.padEnd(8)} ${address}`);
	return lines.length === 0 ? '' : formatPlanFile(lines.sort());
}

/**
 * Runs before a stack is applied for the first time: a secret that is part of a planned name would
 * permanently be in outputs and logs of the installation.
 *
 * @throws WizardError `answers` with the secret's key and where it occurs, never its value.
 */
export function assertNoSecretInPlan(context: Context, stack: string, plan: PlanSummary): void {
	const { secrets, session } = context;
	const planned = [
		...plan.outputs.map(({ name, after }) => ({ place: `output ${name}`, value: after })),
		...plan.changes.flatMap(({ address, attributes }) =>
			attributes.map(({ path, after }) => ({ place: `${address} ${path}`, value: after })),
		),
	];
	const found = planned.flatMap(({ place, value }) => {
		const secret = findSecretInValue(value, secrets);
		return secret === undefined ? [] : [{ place, secret }];
	});
	const [first] = found;
	if (first === undefined) return;
	throw new WizardError('answers', {
		message: `The ${stack} plan contains the value of ${first.secret}; nothing was applied.`,
		expected: 'a secret that is not part of any resource name',
		details: found.map(({ place }) => secrets.mask(place)),
		next: [`Choose another secret, then run: ${getResumeCommand(session)}`],
	});
}

/** Whether an apply of the stack was ever started in this session. */
function wasStackApplied({ session }: Pick<Context, 'session'>, stack: string): boolean {
	return session.journal.read().some((entry) => entry.kind === 'apply' && entry.stack === stack);
}
