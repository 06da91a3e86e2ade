import { constants, createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { openOwnFile } from '../engine/own-file.ts';

const NAME = 'events.jsonl';
const EARLIER = 'events-1.jsonl';

/**
 * Opens `events.jsonl` of a session to append the events of a run. One that is too large becomes
 * `events-1.jsonl` first, in place of an earlier one: between runs only, so that the events of a run
 * stay in one file.
 *
 * @param logFolder `logs/` of the session, which this run has locked.
 * @returns undefined where the system does not allow it: what a run does is recorded in the journal,
 *   and the log is only a convenience.
 * @throws WizardError `refused` for anything but a regular file.
 */
export function openEventLog(
	logFolder: string,
	mostBytes: number = limits.eventLogBytes,
): WriteStream | undefined {
	const path = join(logFolder, NAME);
	try {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (stat?.isFile() && stat.size > mostBytes) renameSync(path, join(logFolder, EARLIER));
		const { O_WRONLY, O_APPEND, O_CREAT } = constants;
		const file = createWriteStream(path, { fd: openOwnFile(path, O_WRONLY | O_APPEND | O_CREAT) });
		// A full disk is reported where it matters, by the journal and the session.
		file.on('error', () => {});
		return file;
	} catch (thrown) {
		if (thrown instanceof WizardError) throw thrown;
		return undefined;
	}
}
