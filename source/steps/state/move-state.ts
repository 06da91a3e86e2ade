import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { replaceFileAtomically } from '../../engine/durable-file.ts';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { formatCount } from '../../engine/format.ts';
import { limits } from '../../engine/limits.ts';
import { readRegularFileText } from '../../engine/regular-file.ts';
import { getResumeCommand } from '../../engine/session/session-record.ts';
import { quoteShellWord } from '../../engine/shell-quote.ts';
import type { Terraform } from '../../terraform/driver.ts';
import { parseStateSummary, type StateSummary } from '../../terraform/terraform-state.ts';
import { ensureStackInitialized, removeLockIfRequested } from '../stack/converge-stack.ts';
import { waitForInterruptedRun } from '../stack/interrupted-run.ts';
import { requireApproval } from '../stack/plan-review.ts';
import {
	createStackTerraform,
	getStackDirectory,
} from '../stack/terraform-driver-and-provider-source.ts';
import { type Context, createNoteEvent } from '../step-context.ts';
import { describeStateLocation, renderBackendFile } from './backends.ts';

/** What must be the same before and after; stored in the session to survive a crash. */
const beforeSchema = z.object({
	lineage: z.string(),
	serial: z.number(),
	resources: z.array(z.string()),
	/** Digest of the state's contents: identifies a copy, which has another lineage at first. */
	contents: z.string(),
	backend: z.string(),
	/** The backend.tf the state was in before. */
	previous: z.string(),
});
type Before = z.infer<typeof beforeSchema>;

/**
 * Moves a stack's state to the backend of the answers and verifies the result: same lineage, same
 * resources, no older serial. The source is not changed. Does nothing if the state is already there.
 *
 * @throws WizardError `refused` when the target has another state, or the moved state differs.
 */
export async function* moveState(context: Context, stack: string): AsyncGenerator<EngineEvent> {
	const folder = getStackDirectory(context, stack);
	if (!existsSync(join(folder, 'providers.tf'))) return;
	const terraform = createStackTerraform(context, stack, folder);
	const path = join(folder, 'backend.tf');
	const wanted = renderBackendFile(context, stack);
	const interruptedMove = getInterruptedMove(context, stack);
	const current = readRegularFileText(path, limits.stateBytes) ?? '';
	if (current === wanted && interruptedMove === undefined) return;

	const where = describeStateLocation(context);
	requireApproval(context, 'create', `move the ${stack} state to ${where}`);
	yield* waitForInterruptedRun(context, terraform, stack);
	yield* removeLockIfRequested(context, terraform);
	const previous = interruptedMove?.previous ?? current;
	const before =
		interruptedMove?.backend === wanted
			? interruptedMove
			: await recordStateBefore(context, stack, terraform, wanted, previous);
	yield* assertTargetFree(context, stack, before);
	context.session.note(getNoteKey(stack), before);
	replaceFileAtomically(path, wanted);
	yield* ensureStackInitialized(context, stack, terraform, { migrateState: true });
	let after = await terraform.statePull();
	if (after.lineage !== before.lineage && hasSameResources(before, after)) {
		yield* terraform.relabelState(before.lineage, before.serial);
		after = await terraform.statePull();
	}
	assertMovedState(stack, before, after, folder);
	context.session.note(getNoteKey(stack), undefined);
	const what = `state of ${stack} (${formatCount(after.resources.length, 'resource')}, serial ${after.serial}) moved to ${where} and verified`;
	yield { type: 'change', step: context.step, what, state: 'made' };
}

/**
 * Completes a move that was interrupted. Until then nothing can be planned, because `backend.tf`
 * may name a backend that Terraform was not initialized with. Does nothing otherwise.
 *
 * @throws WizardError as `moveState` does.
 */
async function* finishInterruptedMove(
	context: Context,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const interruptedMove = getInterruptedMove(context, stack);
	if (interruptedMove === undefined) return;
	if (interruptedMove.backend === renderBackendFile(context, stack)) {
		yield* moveState(context, stack);
		return;
	}
	const terraform = createStackTerraform(context, stack);
	yield* waitForInterruptedRun(context, terraform, stack);
	await pullCurrentState(terraform, interruptedMove.previous);
}

/**
 * A stack's first state must not overwrite another one: a session on another computer may use the
 * same location. With --adopt-state the existing state is adopted.
 *
 * @throws WizardError `refused` when the location has a state that is not from this session.
 */
export async function* assertNoForeignState(
	context: Context,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const { session, services } = context;
	if (services.adoptState || session.record.notes[`stack.${stack}`] !== undefined) return;
	const there = yield* pullTargetState(context, stack, renderBackendFile(context, stack));
	if (there.empty) return;
	throw new WizardError('refused', {
		message: `The location of the ${stack} state already contains a state: ${describeStateLocation(context)}.`,
		details: [
			`lineage ${there.lineage}, serial ${there.serial}, ${formatCount(there.resources.length, 'resource')}`,
		],
		expected: 'an empty location, or the session that created the state',
		next: [
			'Choose another location in the answers (state.s3.prefix, or the backend settings).',
			`${getResumeCommand(session)} --adopt-state (only if it belongs to this installation, created by a lost session)`,
		],
	});
}

/**
 * Finishes an interrupted move of the state of a stack. With --adopt-state, the stack starts from the
 * state of a lost session instead of an empty one, which would create every resource a second time.
 *
 * @returns The `backend.tf` with the adopted state; undefined without --adopt-state, or if this
 * session started the stack.
 * @throws WizardError as `moveState` does; `refused` when there is no state to adopt.
 */
export async function* finishMoveOrAdoptState(
	context: Context,
	stack: string,
): AsyncGenerator<EngineEvent, string | undefined> {
	const { session, services } = context;
	yield* finishInterruptedMove(context, stack);
	if (!services.adoptState || session.record.notes[`stack.${stack}`] !== undefined)
		return undefined;
	const backend = renderBackendFile(context, stack);
	const { empty, resources, serial } = yield* pullTargetState(context, stack, backend);
	const where = describeStateLocation(context);
	if (empty)
		throw new WizardError('refused', {
			message: `There is no ${stack} state to adopt in ${where}.`,
			expected: 'the location in which the lost session stored its state (state in the answers)',
			next: ['Fix state in the answers.', `without --adopt-state: ${getResumeCommand(session)}`],
		});
	const text = `adopting the ${stack} state (${formatCount(resources.length, 'resource')}, serial ${serial}) in ${where}`;
	yield createNoteEvent(context, 'info', text);
	return backend;
}

function getNoteKey(stack: string): string {
	return `moving.${stack}`;
}

function getInterruptedMove(context: Context, stack: string): Before | undefined {
	return beforeSchema.safeParse(context.session.record.notes[getNoteKey(stack)]).data;
}

async function recordStateBefore(
	context: Context,
	stack: string,
	terraform: Terraform,
	backend: string,
	previous: string,
): Promise<Before> {
	const { lineage, serial, resources, contents } = await pullCurrentState(terraform, previous);
	context.session.journal.write('state.move', {
		stack,
		lineage,
		serial,
		resources: resources.length,
	});
	return { lineage, serial, resources: [...resources].sort(), contents, backend, previous };
}

/** Terraform cannot read a backend that it was never initialized with; then restore the previous one. */
async function pullCurrentState(terraform: Terraform, previous: string): Promise<StateSummary> {
	try {
		return await terraform.statePull();
	} catch (thrown) {
		const path = join(terraform.folder, 'backend.tf');
		const current = readRegularFileText(path, limits.stateBytes) ?? '';
		if (current === previous) throw thrown;
		if (previous === '') rmSync(path);
		else replaceFileAtomically(path, previous);
		return terraform.statePull();
	}
}

/**
 * `init` overwrites any state at the target, so check first: it may be empty or contain this same
 * state, from an interrupted move.
 */
async function* assertTargetFree(
	context: Context,
	stack: string,
	before: Before,
): AsyncGenerator<EngineEvent> {
	const there = yield* pullTargetState(context, stack, before.backend);
	// An older state of the same lineage is an earlier copy of this one; a newer one has other changes.
	const older = there.lineage === before.lineage && there.serial <= before.serial;
	if (there.empty || older || there.contents === before.contents) return;
	throw new WizardError('refused', {
		message: `The target location of the ${stack} state contains another state; nothing was moved.`,
		details: [
			`target: lineage ${there.lineage}, serial ${there.serial}, ${formatCount(there.resources.length, 'resource')}`,
			`source: lineage ${before.lineage}, serial ${before.serial}, ${formatCount(before.resources.length, 'resource')}`,
		],
		expected: 'an empty location',
		next: [
			'Choose another location (state.s3.prefix, or the backend settings), then run with --replay.',
		],
	});
}

async function* pullTargetState(
	context: Context,
	stack: string,
	backend: string,
): AsyncGenerator<EngineEvent, StateSummary> {
	if (backend.includes('backend "local"')) {
		const file = join(getStackDirectory(context, stack), 'terraform.tfstate');
		return parseStateSummary(readRegularFileText(file, limits.stateBytes) ?? '');
	}
	// Terraform executes files in this directory, so it must not be in a shared temporary directory.
	const folder = mkdtempSync(join(context.session.folders.root, 'look-'));
	try {
		replaceFileAtomically(join(folder, 'backend.tf'), backend);
		const terraform = createStackTerraform(context, `${stack}-target`, folder);
		yield* terraform.init();
		yield* removeLockIfRequested(context, terraform);
		return await terraform.statePull();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function hasSameResources(before: Before, after: StateSummary): boolean {
	return isDeepStrictEqual(before.resources, [...after.resources].sort());
}

function assertMovedState(
	stack: string,
	before: Before,
	after: StateSummary,
	folder: string,
): void {
	const resources = [...after.resources].sort();
	const gone = before.resources.filter((address) => !resources.includes(address));
	const strange = resources.filter((address) => !before.resources.includes(address));
	const problems = [
		...gone.map((address) => `missing from the target: ${address}`),
		...strange.map((address) => `only in the target: ${address}`),
		...(after.serial < before.serial
			? [`serial decreased from ${before.serial} to ${after.serial}`]
			: []),
		...(after.lineage !== before.lineage && before.lineage !== ''
			? [`lineage changed from ${before.lineage} to ${after.lineage}`]
			: []),
	];
	if (problems.length === 0) return;
	throw new WizardError('refused', {
		message: `The moved ${stack} state differs from the source. The source is unchanged.`,
		details: problems.slice(0, 20),
		next: [
			`terraform -chdir=${quoteShellWord(folder)} state pull`,
			'Compare it with the source before you run anything else.',
		],
	});
}
