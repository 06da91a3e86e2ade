import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Terraform } from '../../terraform/driver.ts';
import type { StateSummary } from '../../terraform/state.ts';
import { replaceFile } from '../../terraform/workspace.ts';
import type { Context } from '../services.ts';
import { initStack } from '../stack/converge.ts';
import { finishEarlierRun } from '../stack/earlier.ts';
import { relay } from '../stack/relay.ts';
import { type Stack, stackFolder, terraformOf } from '../stack/terraform.ts';
import { stateWords, wantedBackend } from './backend.ts';

/** What must be the same before and after; kept in the session, so a crash does not lose it. */
const beforeSchema = z.object({
	lineage: z.string(),
	serial: z.number(),
	resources: z.array(z.string()),
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
export async function* moveState(context: Context, stack: Stack): AsyncGenerator<EngineEvent> {
	const folder = stackFolder(context, stack);
	if (!existsSync(join(folder, 'providers.tf'))) return;
	const terraform = terraformOf(context, { stack, folder });
	const path = join(folder, 'backend.tf');
	const wanted = wantedBackend(context, stack);
	const note = `moving.${stack}`;
	const begun = beforeSchema.safeParse(context.session.record.notes[note]);
	const current = existsSync(path) ? readFileSync(path, 'utf8') : '';
	if (current === wanted && !begun.success) return;

	yield* finishEarlierRun(context, terraform, stack);
	const before =
		begun.success && begun.data.backend === wanted
			? begun.data
			: await lookBefore(
					context,
					stack,
					terraform,
					wanted,
					begun.success ? begun.data.previous : current,
				);
	yield* assertTargetFree(context, stack, before);
	context.session.note(note, before);
	replaceFile(path, wanted);
	yield* initStack(context, stack, terraform, { migrateState: true });
	let after = await terraform.statePull();
	if (after.lineage !== before.lineage && sameResources(before, after)) {
		yield* relay(context, stack, terraform.relabelState(before.lineage, before.serial));
		after = await terraform.statePull();
	}
	assertArrived(stack, before, after, folder);
	context.session.note(note, undefined);
	yield {
		type: 'change',
		step: context.step,
		what: `state of ${stack} (${after.resources.length} resources, serial ${after.serial}) moved to ${stateWords(context)}, and compared`,
		state: 'made',
	};
}

async function lookBefore(
	context: Context,
	stack: Stack,
	terraform: Terraform,
	backend: string,
	previous: string,
): Promise<Before> {
	// A move that was begun towards somewhere else never took place: start from where it stood.
	if (previous !== '') replaceFile(join(terraform.folder, 'backend.tf'), previous);
	const { lineage, serial, resources } = await terraform.statePull();
	context.session.journal.write('state.move', {
		stack,
		lineage,
		serial,
		resources: resources.length,
	});
	return { lineage, serial, resources: [...resources].sort(), backend, previous };
}

/**
 * `init` copies over whatever lies at the target, so look first: nothing, or this very state
 * (a move that was cut off), may be there.
 */
async function* assertTargetFree(
	context: Context,
	stack: Stack,
	before: Before,
): AsyncGenerator<EngineEvent> {
	const folder = mkdtempSync(join(tmpdir(), 'tfe-wizard-look-'));
	try {
		// A local target is a file in the stack's own folder, which is where the state is now.
		if (before.backend.includes('backend "local"')) return;
		replaceFile(join(folder, 'backend.tf'), before.backend);
		const terraform = terraformOf(context, { stack: `${stack}-target`, folder });
		yield* relay(context, stack, terraform.init());
		const there = await terraform.statePull();
		if (there.empty || there.lineage === before.lineage) return;
		throw new WizardError('refused', {
			message: `Another state lies where the state of ${stack} is to go; nothing was moved.`,
			details: [
				`lineage there: ${there.lineage}, ${there.resources.length} resources`,
				`lineage here: ${before.lineage}`,
			],
			expected: 'an empty place',
			next: [
				'Choose another place (state.s3.prefix, or the settings of the backend), then run with --replay.',
			],
		});
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function sameResources(before: Before, after: StateSummary): boolean {
	return isDeepStrictEqual(before.resources, [...after.resources].sort());
}

function assertArrived(stack: Stack, before: Before, after: StateSummary, folder: string): void {
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
			`terraform -chdir=${folder} state pull`,
			'Compare it with the source before anything else is run.',
		],
	});
}
