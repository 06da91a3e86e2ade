import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Outputs } from '../../engine/step.ts';
import type { Terraform } from '../../terraform/driver.ts';
import { initFingerprint, renderWorkspace } from '../../terraform/workspace.ts';
import type { Context } from '../services.ts';
import { announce } from './announce.ts';
import { applyPlan } from './apply.ts';
import { finishEarlierRun, pushErroredState } from './earlier.ts';
import { type StackFiles, stackFiles } from './files.ts';
import { takeUp } from './half-made.ts';
import { planStack } from './plan.ts';
import { relay } from './relay.ts';
import { stackFolder, terraformOf } from './terraform.ts';

export interface StackWishes extends StackFiles {
	/** The stack's backend from its first run on; a stack that has one keeps it. */
	backend?: string;
	/** Ephemeral variables of this stack. `apply` is called after approval, just before. */
	secrets?: {
		plan(): Promise<Readonly<Record<string, string>>>;
		apply(): Promise<Readonly<Record<string, string>>>;
	};
	/** Waits for what an interrupted run had ordered, before it is planned with. */
	ordered?(): AsyncGenerator<EngineEvent>;
	/** Called when the state has no resources, before a plan; for a stack that is expected to have some. */
	empty?(): AsyncGenerator<EngineEvent>;
}

/**
 * Brings a stack to what the answers say: renders its folder, initialises it, plans, has the plan
 * approved, applies exactly that plan, and reads the outputs. When nothing differs, nothing is
 * applied. Safe to run again after any crash.
 *
 * @throws WizardError `refused` when the plan goes further than the run may; what terraform said.
 */
export async function* convergeStack(
	context: Context,
	wishes: StackWishes,
): AsyncGenerator<EngineEvent, { outputs: Outputs; changed: boolean }> {
	const { stack } = wishes;
	const folder = stackFolder(context, stack);
	const from = (variables?: Readonly<Record<string, string>>) =>
		terraformOf(context, { stack, folder, variables });
	const bare = from();
	if (existsSync(folder)) yield* finishEarlierRun(context, bare, stack);
	yield* setUp(context, wishes, bare);
	yield* removeStaleLock(context, bare);
	yield* pushErroredState(context, bare, stack);
	const taken = yield* takeUp(context, stack, bare);
	if (taken.length > 0 && wishes.ordered !== undefined) yield* wishes.ordered();

	if (wishes.empty !== undefined && !(await hasResources(bare))) yield* wishes.empty();

	const terraform = wishes.secrets === undefined ? bare : from(await wishes.secrets.plan());
	const plan = yield* planStack(context, stack, terraform);
	if (plan === undefined) return { outputs: await readOutputs(bare), changed: false };
	const applying = wishes.secrets === undefined ? bare : from(await wishes.secrets.apply());
	const outputs = yield* applyPlan(context, stack, applying, plan);
	return { outputs: outputs ?? (await readOutputs(bare)), changed: true };
}

/**
 * The outputs of a stack that is left as it is, from its state: nothing is planned, nothing locked.
 *
 * @throws WizardError what terraform said.
 */
export async function* outputsOf(
	context: Context,
	wishes: StackWishes,
): AsyncGenerator<EngineEvent, Outputs> {
	const { stack } = wishes;
	const folder = stackFolder(context, stack);
	const terraform = terraformOf(context, { stack, folder, variables: undefined });
	yield* setUp(context, wishes, terraform);
	return readOutputs(terraform);
}

/** Renders the stack's folder, and initialises it. */
async function* setUp(
	context: Context,
	wishes: StackWishes,
	terraform: Terraform,
): AsyncGenerator<EngineEvent> {
	const { session, step } = context;
	const { stack } = wishes;
	const { folder } = terraform;
	session.note(`stack.${stack}`, { folder });
	// All but the backend, which a stack keeps from its first run on.
	const whole = { removeOthers: true, except: ['backend.tf'] };
	const rendered = renderWorkspace(folder, stackFiles(context, wishes), whole);
	if (wishes.backend !== undefined && !existsSync(join(folder, 'backend.tf'))) {
		renderWorkspace(folder, { 'backend.tf': wishes.backend });
	}
	for (const name of rendered.kept) {
		yield {
			type: 'note',
			step,
			level: 'warning',
			text: `${join(folder, name)} was changed by hand; it is kept as it is`,
		};
	}
	yield* initStack(context, stack, terraform);
}

/** Runs `init` when anything that decides what it does has changed since it last succeeded. */
export async function* initStack(
	context: Context,
	stack: string,
	terraform: Terraform,
	options: { migrateState?: boolean } = {},
): AsyncGenerator<EngineEvent> {
	const { session, outputs } = context;
	const mirror = String(outputs.preflight?.provider_mirror ?? '');
	const print = () => initFingerprint(terraform.folder, mirror);
	const known = session.record.notes[`init.${stack}`];
	const there = existsSync(join(terraform.folder, '.terraform'));
	if (options.migrateState !== true && there && known === print()) return;
	yield announce(context, terraform, 'init');
	yield* relay(context, stack, terraform.init(options));
	session.note(`init.${stack}`, print());
}

/** Only with --unlock ID, and only that very lock. */
export async function* removeStaleLock(
	context: Context,
	terraform: Terraform,
): AsyncGenerator<EngineEvent> {
	const id = context.services.unlock;
	if (id === undefined) return;
	try {
		await terraform.forceUnlock(id);
		context.session.journal.write('unlocked', { id });
		yield {
			type: 'change',
			step: context.step,
			what: `lock ${id} removed, as told by --unlock`,
			state: 'made',
		};
	} catch (thrown) {
		const words = thrown instanceof WizardError ? thrown.message : String(thrown);
		yield {
			type: 'note',
			step: context.step,
			level: 'info',
			text: `no lock ${id} to remove here: ${words}`,
		};
	}
}

/** Data sources are only read, and stay in a state whose resources were destroyed. */
async function hasResources(terraform: Terraform): Promise<boolean> {
	const addresses = await terraform.stateList();
	return addresses.some((address) => !/^(?:module\.[^.[]+(?:\[[^\]]*\])?\.)*data\./.test(address));
}

async function readOutputs(terraform: Terraform): Promise<Outputs> {
	const outputs = await terraform.outputs();
	return Object.fromEntries(
		Object.entries(outputs).flatMap(([name, { value, sensitive }]) =>
			sensitive ? [] : [[name, value]],
		),
	);
}
