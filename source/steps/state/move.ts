import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { limits } from '../../engine/limits.ts';
import { readOwnText } from '../../engine/own-file.ts';
import { shellWord } from '../../engine/shell-word.ts';
import type { Terraform } from '../../terraform/driver.ts';
import { type StateSummary, summariseState } from '../../terraform/state.ts';
import { replaceFile } from '../../terraform/workspace.ts';
import type { Context } from '../services.ts';
import { requireApproval, runCommand } from '../stack/approval.ts';
import { initStack, removeStaleLock } from '../stack/converge.ts';
import { finishEarlierRun } from '../stack/earlier.ts';
import { relay } from '../stack/relay.ts';
import { stackFolder, terraformOf } from '../stack/terraform.ts';
import { stateWords, wantedBackend } from './backend.ts';

/** What must be the same before and after; kept in the session, so a crash does not lose it. */
const beforeSchema = z.object({
	lineage: z.string(),
	serial: z.number(),
	resources: z.array(z.string()),
	/** Digest of what the state says: tells a copy of it, which has another lineage at first. */
	contents: z.string(),
	backend: z.string(),
	/** The backend.tf the state was in before. */
	previous: z.string(),
});
type Before = z.infer<typeof beforeSchema>;

/**
 * Moves a stack's state to the backend the answers want, and proves it arrived: same lineage,
 * same resources, no older serial. The source is left as it was. Does nothing when it is there.
 *
 * @throws WizardError `refused` when something else lies at the target, or what arrived differs.
 */
export async function* moveState(context: Context, stack: string): AsyncGenerator<EngineEvent> {
	const folder = stackFolder(context, stack);
	if (!existsSync(join(folder, 'providers.tf'))) return;
	const terraform = terraformOf(context, { stack, folder });
	const path = join(folder, 'backend.tf');
	const wanted = wantedBackend(context, stack);
	const begun = begunMove(context, stack);
	const current = readOwnText(path, limits.stateBytes) ?? '';
	if (current === wanted && begun === undefined) return;

	requireApproval(context, 'create', `move the state of ${stack} to ${stateWords(context)}`);
	yield* finishEarlierRun(context, terraform, stack);
	yield* removeStaleLock(context, terraform);
	const before =
		begun?.backend === wanted
			? begun
			: await lookBefore(context, stack, terraform, wanted, begun?.previous ?? current);
	yield* assertTargetFree(context, stack, before);
	context.session.note(noteOf(stack), before);
	replaceFile(path, wanted);
	yield* initStack(context, stack, terraform, { migrateState: true });
	let after = await terraform.statePull();
	if (after.lineage !== before.lineage && sameResources(before, after)) {
		yield* relay(context, stack, terraform.relabelState(before.lineage, before.serial));
		after = await terraform.statePull();
	}
	assertArrived(stack, before, after, folder);
	context.session.note(noteOf(stack), undefined);
	yield {
		type: 'change',
		step: context.step,
		what: `state of ${stack} (${after.resources.length} resources, serial ${after.serial}) moved to ${stateWords(context)}, and compared`,
		state: 'made',
	};
}

/**
 * Ends what a move that was cut off has left half done: until then nothing can be planned, for
 * `backend.tf` may name a place that terraform has not gone to. Does nothing without one.
 *
 * @throws WizardError as `moveState` does.
 */
export async function* finishMove(context: Context, stack: string): AsyncGenerator<EngineEvent> {
	const begun = begunMove(context, stack);
	if (begun === undefined) return;
	if (begun.backend === wantedBackend(context, stack)) {
		yield* moveState(context, stack);
		return;
	}
	const terraform = terraformOf(context, { stack, folder: stackFolder(context, stack) });
	yield* finishEarlierRun(context, terraform, stack);
	await pullWhereItIs(terraform, begun.previous);
}

/**
 * A stack's very first state must not land on somebody else's: another session, on another
 * machine, may have chosen the same place. With --adopt-state it is taken over knowingly.
 *
 * @throws WizardError `refused` when a state lies there and this session has never had it.
 */
export async function* assertPlaceFree(
	context: Context,
	stack: string,
): AsyncGenerator<EngineEvent> {
	const { session, services } = context;
	if (services.adoptState || session.record.notes[`stack.${stack}`] !== undefined) return;
	const there = yield* lookAtTarget(context, stack, { backend: wantedBackend(context, stack) });
	if (there.empty) return;
	throw new WizardError('refused', {
		message: `A state lies already where the state of ${stack} is to go: ${stateWords(context)}.`,
		details: [
			`lineage ${there.lineage}, serial ${there.serial}, ${there.resources.length} resources`,
		],
		expected: 'an empty place, or the session that made it',
		next: [
			'Choose another place in the answers (state.s3.prefix, or the settings of the backend).',
			`${runCommand(session)} --adopt-state (only when it is this installation, made by a session that is lost)`,
		],
	});
}

/**
 * Where the state of a stack lies that a session made which is lost, with --adopt-state: the stack is
 * begun there, and not with an empty state of its own, which would make everything a second time.
 *
 * @returns The stack's `backend.tf`; undefined without --adopt-state, or when this session has begun it.
 * @throws WizardError `refused` when no state lies there.
 */
export async function* adoptedBackend(
	context: Context,
	stack: string,
): AsyncGenerator<EngineEvent, string | undefined> {
	const { session, services, step } = context;
	if (!services.adoptState || session.record.notes[`stack.${stack}`] !== undefined)
		return undefined;
	const backend = wantedBackend(context, stack);
	const { empty, resources, serial } = yield* lookAtTarget(context, stack, { backend });
	const where = stateWords(context);
	if (empty)
		throw new WizardError('refused', {
			message: `There is no state of ${stack} to take over in ${where}.`,
			expected: 'the place where the session that is lost kept its state (state in the answers)',
			next: ['correct state in the answers', `without --adopt-state: ${runCommand(session)}`],
		});
	const text = `takes over the state of ${stack} (${resources.length} resources, serial ${serial}) in ${where}`;
	yield { type: 'note', step, level: 'info', text };
	return backend;
}

function noteOf(stack: string): string {
	return `moving.${stack}`;
}

function begunMove(context: Context, stack: string): Before | undefined {
	return beforeSchema.safeParse(context.session.record.notes[noteOf(stack)]).data;
}

async function lookBefore(
	context: Context,
	stack: string,
	terraform: Terraform,
	backend: string,
	previous: string,
): Promise<Before> {
	const { lineage, serial, resources, contents } = await pullWhereItIs(terraform, previous);
	context.session.journal.write('state.move', {
		stack,
		lineage,
		serial,
		resources: resources.length,
	});
	return { lineage, serial, resources: [...resources].sort(), contents, backend, previous };
}

/** Terraform refuses to read where `backend.tf` says when it never went there: then step back. */
async function pullWhereItIs(terraform: Terraform, previous: string): Promise<StateSummary> {
	try {
		return await terraform.statePull();
	} catch (thrown) {
		const path = join(terraform.folder, 'backend.tf');
		const current = readOwnText(path, limits.stateBytes) ?? '';
		if (current === previous) throw thrown;
		if (previous === '') rmSync(path);
		else replaceFile(path, previous);
		return terraform.statePull();
	}
}

/**
 * `init` copies over whatever lies at the target, so look first: nothing, or this very state
 * (a move that was cut off), may be there.
 */
async function* assertTargetFree(
	context: Context,
	stack: string,
	before: Before,
): AsyncGenerator<EngineEvent> {
	const there = yield* lookAtTarget(context, stack, before);
	// An older state of the same lineage is where this one has been before; a newer one is somebody's work.
	const older = there.lineage === before.lineage && there.serial <= before.serial;
	if (there.empty || older || there.contents === before.contents) return;
	throw new WizardError('refused', {
		message: `Another state lies where the state of ${stack} is to go; nothing was moved.`,
		details: [
			`lineage there: ${there.lineage}, ${there.resources.length} resources`,
			`lineage here: ${before.lineage}`,
			`serial there: ${there.serial}, here: ${before.serial}`,
		],
		expected: 'an empty place',
		next: [
			'Choose another place (state.s3.prefix, or the settings of the backend), then run with --replay.',
		],
	});
}

async function* lookAtTarget(
	context: Context,
	stack: string,
	before: Pick<Before, 'backend'>,
): AsyncGenerator<EngineEvent, StateSummary> {
	if (before.backend.includes('backend "local"')) {
		const file = join(stackFolder(context, stack), 'terraform.tfstate');
		return summariseState(readOwnText(file, limits.stateBytes) ?? '');
	}
	// Terraform runs what is in it: not in a temporary folder, which others may write to.
	const folder = mkdtempSync(join(context.session.folders.root, 'look-'));
	try {
		replaceFile(join(folder, 'backend.tf'), before.backend);
		const terraform = terraformOf(context, { stack: `${stack}-target`, folder });
		yield* relay(context, stack, terraform.init());
		yield* removeStaleLock(context, terraform);
		return await terraform.statePull();
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function sameResources(before: Before, after: StateSummary): boolean {
	return isDeepStrictEqual(before.resources, [...after.resources].sort());
}

function assertArrived(stack: string, before: Before, after: StateSummary, folder: string): void {
	const resources = [...after.resources].sort();
	const gone = before.resources.filter((address) => !resources.includes(address));
	const strange = resources.filter((address) => !before.resources.includes(address));
	const problems = [
		...gone.map((address) => `missing at the target: ${address}`),
		...strange.map((address) => `at the target only: ${address}`),
		...(after.serial < before.serial
			? [`serial went back from ${before.serial} to ${after.serial}`]
			: []),
		...(after.lineage !== before.lineage && before.lineage !== ''
			? [`lineage changed from ${before.lineage} to ${after.lineage}`]
			: []),
	];
	if (problems.length === 0) return;
	throw new WizardError('refused', {
		message: `The state of ${stack} did not arrive as it was. The source still holds it.`,
		details: problems.slice(0, 20),
		next: [
			`terraform -chdir=${shellWord(folder)} state pull`,
			'Compare it with the source before anything else is run.',
		],
	});
}
