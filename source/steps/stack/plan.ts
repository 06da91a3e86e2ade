import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent, PlanCounts } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import { planText } from '../../terraform/plan-text.ts';
import { replaceFile } from '../../terraform/workspace.ts';
import type { Context } from '../services.ts';
import { approvalNeeded, isApproved, notApproved } from './approval.ts';
import { countChanges, destroyed, groupChanges, type PlannedChange } from './groups.ts';
import { asApproved, forgetHalfMade, type HalfMade, halfMade } from './half-made.ts';
import { relay } from './relay.ts';

export interface ApprovedPlan {
	file: string;
	counts: PlanCounts;
}

/**
 * Plans a stack and has the plan approved. Undefined: there is nothing to change.
 *
 * @throws WizardError `refused` when the approval of this run does not reach; the plan is kept.
 */
export async function* planStack(
	context: Context,
	stack: string,
	terraform: Terraform,
): AsyncGenerator<EngineEvent, ApprovedPlan | undefined> {
	const { session, step, approve } = context;
	const file = join(session.folders.plans, `${stack}.tfplan`);
	const textFile = join(session.folders.plans, `${stack}.txt`);
	const changes: PlannedChange[] = [];
	const outcome = yield* relay(context, stack, terraform.plan({ out: file }), (event) => {
		if (event.type === 'planned') changes.push(event);
	});
	const counts = countChanges(changes);
	const begun = halfMade(context, stack);
	const needed = approvalNeeded(countChanges(changes.map((one) => asApproved(one, begun))));
	const destroys = destroyed(changes);
	const approved = isApproved(approve, needed);
	yield {
		type: 'plan',
		step,
		stack,
		counts,
		groups: groupChanges(changes),
		destroys,
		file,
		...(needed !== 'none' && approved ? { approvedBy: `--approve ${approve}` } : {}),
	};
	for (const text of [...consequences(changes), ...madeAnew(changes, begun)])
		yield { type: 'note', step, level: 'warning', text };
	if (!outcome.changes) {
		forgetHalfMade(context, stack);
		rmSync(file, { force: true });
		return undefined;
	}
	if (approved) return { file, counts };
	const summary = await terraform.show(file);
	replaceFile(textFile, `${context.secrets.mask(planText(summary).join('\n'))}\n`);
	session.journal.write('plan.refused', { stack, counts, file });
	throw notApproved({
		stack,
		given: approve,
		needed,
		words: words(counts),
		destroys,
		planFile: file,
		textFile,
		command: `tfe-wizard ${session.record.practice ? 'practice' : 'install'} --session ${session.name}`,
	});
}

/** Why resources are replaced though nobody changed them. */
function madeAnew(changes: readonly PlannedChange[], begun: HalfMade): string[] {
	const again = changes.filter(
		(change) => change.action === 'replace' && asApproved(change, begun) !== change,
	);
	if (again.length === 0) return [];
	return [
		`made anew, for an earlier run had begun and not finished them: ${again.map(({ address }) => address).join(', ')}`,
	];
}

/** What a plan leads to that its actions do not show. */
function consequences(changes: readonly PlannedChange[]): string[] {
	const launches = changes.some(
		({ resourceType, action }) => resourceType === 'aws_launch_template' && action === 'update',
	);
	if (!launches) return [];
	return [
		'a changed launch template replaces the instance: the product is down meanwhile, and after a rekey its Vault has to be unsealed by hand',
	];
}

function words({ create, update, replace, delete: gone }: PlanCounts): string {
	const parts: [number, string][] = [
		[create, 'to create'],
		[update, 'to change'],
		[replace, 'to replace'],
		[gone, 'to destroy'],
	];
	return parts.flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`])).join(', ');
}
