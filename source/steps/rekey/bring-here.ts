import { WizardError } from '../../engine/errors.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { CeremonyKeeping } from '../../vault/ceremony/ports.ts';
import type { CeremonyRecord } from '../../vault/ceremony/record.ts';
import { note } from '../instance/reach.ts';
import type { Context } from '../services.ts';

/**
 * Fetches what a ceremony has kept and this machine lacks: where it was begun elsewhere, the bucket
 * alone has the encrypted shares, and custodians and their commands open files. What is nowhere any
 * more is told, and missed only by the stage that needs it.
 */
export async function* bringHere(
	context: Pick<Context, 'step'>,
	keeping: Pick<CeremonyKeeping, 'read'>,
	record: Pick<CeremonyRecord, 'kept' | 'escrow'> | undefined,
): AsyncGenerator<EngineEvent> {
	const { kept = [], escrow } = record ?? {};
	for (const { name, sha256 } of escrow === undefined ? kept : [...kept, escrow]) {
		try {
			await keeping.read(name, sha256);
		} catch (thrown) {
			if (!(thrown instanceof WizardError)) throw thrown;
			yield note(context, 'warning', thrown.message);
		}
	}
}
