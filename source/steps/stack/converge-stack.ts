import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findNameOfSecretInValue } from '../../engine/answers/find-registered-secrets.ts';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { WizardError } from '../../engine/errors.ts';
import { escapeLine } from '../../engine/escape-for-terminal.ts';
import type { EngineEvent, PlanCounts } from '../../engine/events.ts';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import type { StepOutputs } from '../../engine/step.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { PlannedChange } from '../../terraform/json-messages.ts';
import { countChanges, formatPlan, type PlanSummary } from '../../terraform/plan-summary.ts';
import { getInitFingerprint, syncStackFiles } from '../../terraform/stack-directory.ts';
import type { TerraformEnvironmentVariables } from '../../terraform/terraform-process.ts';
import { type Context, createNoteEvent } from '../step-context.ts';
import {
	CreationTracker,
	clearInterruptedResources,
	getInterruptedResources,
	pushErroredState,
	treatCompletionAsCreate,
	untaintInterruptedResources,
	waitForInterruptedRun,
} from './interrupted-run.ts';
import {
	createApprovalError,
	createPlanReview,
	getDestroyedAddresses,
	getPlanWarnings,
	getRequiredApproval,
	groupChangesByResourceCategory,
	isApproved,
} from './plan-review.ts';
import { createStackTerraform } from './terraform-driver-and-provider-source.ts';
import { renderWorkspaceFiles, type WorkspaceOptions } from './workspace-files.ts';

export interface StackOptions extends WorkspaceOptions {
	/** The backend for the first run of the stack; an existing backend is kept. */
	backend?: string;
	/** Ephemeral variables of this stack. `apply` is called after approval, just before the apply. */
	secrets?: {
		plan: TerraformEnvironmentVariables;
		apply(): Promise<TerraformEnvironmentVariables>;
	};
	/** Waits for resources that an interrupted run started to create, before planning. */
	waitForResources?(): AsyncGenerator<EngineEvent>;
	/** Called before the plan of a stack that should have resources, if its state has none. */
	handleEmptyState?(): AsyncGenerator<EngineEvent>;
}

/**
 * Makes a stack match the answers: renders its directory, initializes it, plans, gets the plan
 * approved, applies exactly that plan, and reads the outputs. Without differences nothing is
 * applied. Safe to run again after a crash.
 *
 * @throws WizardError `refused` when the plan exceeds the approval of the run; terraform's errors.
 */
export async function* convergeStack(
	context: Context,
	options: StackOptions,
): AsyncGenerator<EngineEvent, { outputs: StepOutputs; changed: boolean }> {
	const { stack } = options;
	const terraform = createStackTerraform(context, stack);
	if (existsSync(terraform.folder)) yield* waitForInterruptedRun(context, terraform, stack);
	yield* prepareWorkspace(context, options, terraform);
	yield* removeLockIfRequested(context, terraform);
	yield* pushErroredState(context, terraform, stack);
	const taken = yield* untaintInterruptedResources(context, stack, terraform);
	if (taken.length > 0 && options.waitForResources !== undefined) yield* options.waitForResources();

	if (options.handleEmptyState !== undefined && !(await hasResources(terraform)))
		yield* options.handleEmptyState();

	const plan = yield* planStack(context, stack, terraform, options.secrets?.plan);
	if (plan === undefined) return { outputs: await terraform.outputs(), changed: false };
	const variables = await options.secrets?.apply();
	const outputs = yield* applyPlan(context, stack, terraform, plan, variables);
	return { outputs: outputs ?? (await terraform.outputs()), changed: true };
}

/**
 * The outputs of an unchanged stack, from its state: nothing is planned or locked.
 *
 * @throws WizardError terraform's errors.
 */
export async function* readStackOutputs(
	context: Context,
	options: StackOptions,
): AsyncGenerator<EngineEvent, StepOutputs> {
	const terraform = createStackTerraform(context, options.stack);
	yield* prepareWorkspace(context, options, terraform);
	return terraform.outputs();
}

/** Applies exactly this plan and returns the non-sensitive outputs that terraform reports. */
async function* applyPlan(
	context: Context,
	stack: string,
	terraform: Terraform,
	plan: ApprovedPlan,
	variables: TerraformEnvironmentVariables | undefined,
): AsyncGenerator<EngineEvent, StepOutputs | undefined> {
	const { session, step } = context;
	session.journal.write('apply', { stack, counts: plan.counts, approve: context.approve });
	yield terraform.announce('apply');
	const creations = new CreationTracker();
	try {
		const outcome = yield* creations.watch(terraform.apply(plan.file, variables));
		clearInterruptedResources(context, stack);
		const { add = 0, change = 0, remove = 0 } = outcome.summary ?? {};
		session.journal.write('applied', { stack, add, change, remove });
		const text = `applied: ${add} created, ${change} changed, ${remove} destroyed`;
		yield { type: 'note', step, level: 'info', text, log: outcome.log };
		return outcome.outputs;
	} catch (thrown) {
		creations.note(context, stack);
		throw thrown;
	} finally {
		// A plan file contains the state and every variable, and is stale after any apply.
		rmSync(plan.file, { force: true });
	}
}

/** Renders the stack's directory and initializes it. */
async function* prepareWorkspace(
	context: Context,
	options: StackOptions,
	terraform: Terraform,
): AsyncGenerator<EngineEvent> {
	const { stack } = options;
	const { folder } = terraform;
	context.session.note(`stack.${stack}`, { folder });
	// Everything except the backend, which a stack keeps after its first run.
	const whole = { removeOthers: true, except: ['backend.tf'] };
	const rendered = syncStackFiles(folder, renderWorkspaceFiles(context, options), whole);
	if (options.backend !== undefined && !existsSync(join(folder, 'backend.tf'))) {
		syncStackFiles(folder, { 'backend.tf': options.backend });
	}
	for (const name of rendered.kept) {
		const text = `${join(folder, name)} was edited manually and is not overwritten`;
		yield createNoteEvent(context, 'warning', text);
	}
	yield* ensureStackInitialized(context, stack, terraform);
}

/** Runs `init` if any of its inputs changed since it last succeeded. */
export async function* ensureStackInitialized(
	context: Context,
	stack: string,
	terraform: Terraform,
	options: { migrateState?: boolean } = {},
): AsyncGenerator<EngineEvent> {
	const { session, outputs } = context;
	const mirror = String(outputs.preflight?.provider_mirror ?? '');
	const print = () => getInitFingerprint(terraform.folder, mirror);
	const known = session.record.notes[`init.${stack}`];
	const there = existsSync(join(terraform.folder, '.terraform'));
	if (options.migrateState !== true && there && known === print()) return;
	yield terraform.announce('init');
	yield* terraform.init(options);
	session.note(`init.${stack}`, print());
}

/** Only with --unlock ID, and only that lock. */
export async function* removeLockIfRequested(
	context: Context,
	terraform: Terraform,
): AsyncGenerator<EngineEvent> {
	const id = context.services.unlock;
	if (id === undefined) return;
	try {
		await terraform.forceUnlock(id);
		context.session.journal.write('unlocked', { id });
		const what = `lock ${id} removed (--unlock)`;
		yield { type: 'change', step: context.step, what, state: 'made' };
	} catch (thrown) {
		const words = thrown instanceof WizardError ? thrown.message : String(thrown);
		yield createNoteEvent(context, 'info', `lock ${id} was not removed: ${words}`);
	}
}

/** Data sources do not count: they stay in the state after all resources are destroyed. */
async function hasResources(terraform: Terraform): Promise<boolean> {
	const addresses = await terraform.stateList();
	return addresses.some((address) => !/^(?:module\.[^.[]+(?:\[[^\]]*\])?\.)*data\./.test(address));
}

interface ApprovedPlan {
	file: string;
	counts: PlanCounts;
}

/**
 * Plans a stack and gets the plan approved. Undefined: there are no changes.
 *
 * @throws WizardError `refused` when the approval of this run is insufficient; the plan is kept.
 */
async function* planStack(
	context: Context,
	stack: string,
	terraform: Terraform,
	variables: TerraformEnvironmentVariables | undefined,
): AsyncGenerator<EngineEvent, ApprovedPlan | undefined> {
	const { session, step, approve } = context;
	const file = join(session.folders.plans, `${stack}.tfplan`);
	const textFile = join(session.folders.plans, `${stack}.txt`);
	yield terraform.announce('plan');
	const outcome = yield* terraform.plan(file, variables);
	const { planned: changes, missing } = outcome;
	const counts = countChanges(changes);
	const interrupted = getInterruptedResources(context, stack);
	const lost = changes.filter(({ action, address }) => action === 'create' && missing.has(address));
	const needed =
		lost.length > 0
			? 'destroy'
			: getRequiredApproval(
					countChanges(changes.map((one) => treatCompletionAsCreate(one, interrupted))),
				);
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
		groups: groupChangesByResourceCategory(changes),
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
		const secret = findNameOfSecretInValue(value, secrets);
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
