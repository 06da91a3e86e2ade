import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { StepOutputs } from '../../engine/step.ts';
import type { Terraform } from '../../terraform/driver.ts';
import { getInitFingerprint, renderWorkspace } from '../../terraform/workspace.ts';
import { type Context, createNoteEvent } from '../services.ts';
import { createStackTerraform, getStackDirectory } from './create-terraform.ts';
import {
	CreationTracker,
	clearInterruptedResources,
	pushErroredState,
	untaintInterruptedResources,
	waitForInterruptedRun,
} from './interrupted-run.ts';
import { type ApprovedPlan, planStack } from './plan-stack.ts';
import { renderWorkspaceFiles, type WorkspaceOptions } from './workspace-files.ts';

export interface StackOptions extends WorkspaceOptions {
	/** The backend for the first run of the stack; an existing backend is kept. */
	backend?: string;
	/** Ephemeral variables of this stack. `apply` is called after approval, just before the apply. */
	secrets?: {
		plan(): Promise<Readonly<Record<string, string>>>;
		apply(): Promise<Readonly<Record<string, string>>>;
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
	const folder = getStackDirectory(context, stack);
	const from = (variables?: Readonly<Record<string, string>>) =>
		createStackTerraform(context, { stack, folder, variables });
	const bare = from();
	if (existsSync(folder)) yield* waitForInterruptedRun(context, bare, stack);
	yield* prepareWorkspace(context, options, bare);
	yield* removeStaleLock(context, bare);
	yield* pushErroredState(context, bare, stack);
	const taken = yield* untaintInterruptedResources(context, stack, bare);
	if (taken.length > 0 && options.waitForResources !== undefined) yield* options.waitForResources();

	if (options.handleEmptyState !== undefined && !(await hasResources(bare)))
		yield* options.handleEmptyState();

	const terraform = options.secrets === undefined ? bare : from(await options.secrets.plan());
	const plan = yield* planStack(context, stack, terraform);
	if (plan === undefined) return { outputs: await bare.outputs(), changed: false };
	const applying = options.secrets === undefined ? bare : from(await options.secrets.apply());
	const outputs = yield* applyPlan(context, stack, applying, plan);
	return { outputs: outputs ?? (await bare.outputs()), changed: true };
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
	const { stack } = options;
	const folder = getStackDirectory(context, stack);
	const terraform = createStackTerraform(context, { stack, folder, variables: undefined });
	yield* prepareWorkspace(context, options, terraform);
	return terraform.outputs();
}

/** Applies exactly this plan and returns the non-sensitive outputs that terraform reports. */
async function* applyPlan(
	context: Context,
	stack: string,
	terraform: Terraform,
	plan: ApprovedPlan,
): AsyncGenerator<EngineEvent, StepOutputs | undefined> {
	const { session, step } = context;
	session.journal.write('apply', { stack, counts: plan.counts, approve: context.approve });
	yield terraform.announce('apply');
	const creations = new CreationTracker();
	try {
		const outcome = yield* creations.watch(terraform.apply(plan.file));
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
	const rendered = renderWorkspace(folder, renderWorkspaceFiles(context, options), whole);
	if (options.backend !== undefined && !existsSync(join(folder, 'backend.tf'))) {
		renderWorkspace(folder, { 'backend.tf': options.backend });
	}
	for (const name of rendered.kept) {
		const text = `${join(folder, name)} was edited manually and is not overwritten`;
		yield createNoteEvent(context, 'warning', text);
	}
	yield* initStack(context, stack, terraform);
}

/** Runs `init` if any of its inputs changed since it last succeeded. */
export async function* initStack(
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
export async function* removeStaleLock(
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
