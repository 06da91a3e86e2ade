import { constants, createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { limits } from '../engine/limits.ts';
import { openRegularFile } from '../engine/regular-file.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import type { Session } from '../engine/session/session.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { createJsonReporter } from '../reporters/json-reporter.ts';

const NAME = 'events.jsonl';
const EARLIER = 'events-1.jsonl';

/**
 * Opens `events.jsonl` of a session to append the events of a run. A log that is too large is first
 * renamed to `events-1.jsonl`, replacing an earlier one. This happens only between runs, so that the
 * events of a run stay in one file.
 *
 * @param logDirectory `logs/` of the session, which is locked by this run.
 * @returns undefined if the file cannot be opened: the journal is the record of a run, and the log
 *   is optional.
 * @throws WizardError `refused` for anything but a regular file.
 */
export function openEventLog(
	logDirectory: string,
	maxBytes: number = limits.eventLogBytes,
): WriteStream | undefined {
	const path = join(logDirectory, NAME);
	try {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (stat?.isFile() && stat.size > maxBytes) renameSync(path, join(logDirectory, EARLIER));
		const { O_WRONLY, O_APPEND, O_CREAT } = constants;
		const file = createWriteStream(path, {
			fd: openRegularFile(path, O_WRONLY | O_APPEND | O_CREAT),
		});
		// A full disk is reported by the journal and the session.
		file.on('error', () => {});
		return file;
	} catch (thrown) {
		if (thrown instanceof WizardError) throw thrown;
		return undefined;
	}
}

/**
 * Forwards events and also writes them to `logs/events.jsonl` of the session, including the failure
 * that ends the run.
 */
export async function* withEventLog(
	session: Session,
	secrets: SecretRegistry,
	events: AsyncGenerator<EngineEvent>,
): AsyncGenerator<EngineEvent> {
	const file = openEventLog(session.folders.logs);
	const out = file ?? { write() {} };
	const log = createJsonReporter({ out }, session.record.practice);
	try {
		for await (const event of events) {
			log.show(event);
			yield event;
		}
	} catch (thrown) {
		const error: WizardError = toWizardError(thrown);
		log.show(secrets.maskShown(createRunFailedEvent(error)));
		throw error;
	} finally {
		file?.end();
	}
}
