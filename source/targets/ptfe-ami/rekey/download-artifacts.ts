import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { type Context, createNoteEvent } from '../../../steps/services.ts';
import type { CeremonyStorage } from '../../../vault/ceremony/ceremony-ports.ts';
import type { CeremonyRecord } from '../../../vault/ceremony/ceremony-record.ts';

/**
 * Downloads the files of a ceremony that this computer lacks: if the ceremony was started on another
 * computer, only the bucket has the encrypted shares, and key holders decrypt local files. Missing
 * files are reported; only the stage that needs them fails.
 */
export async function* downloadMissingArtifacts(
	context: Pick<Context, 'step'>,
	storage: Pick<CeremonyStorage, 'read'>,
	record: Pick<CeremonyRecord, 'kept' | 'escrow'> | undefined,
): AsyncGenerator<EngineEvent> {
	const { kept = [], escrow } = record ?? {};
	for (const { name, sha256 } of escrow === undefined ? kept : [...kept, escrow]) {
		try {
			await storage.read(name, sha256);
		} catch (thrown) {
			if (!(thrown instanceof WizardError)) throw thrown;
			yield createNoteEvent(context, 'warning', thrown.message);
		}
	}
}
