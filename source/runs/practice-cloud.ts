import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import { replaceFileAtomically } from '../engine/durable-file.ts';
import { WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { getPackageProgramPath } from '../engine/find-program-files.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import { readSessionRecord, removeSessionDirectory, Session } from '../engine/session/session.ts';
import type { SessionRecord } from '../engine/session/session-record.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import {
	type PracticeInstance,
	type PracticeInstanceRecord,
	reattachPracticeInstance,
	startPracticeInstance,
	stopPracticeInstance,
} from '../practice/instance/practice-instance.ts';
import { normalizeLoopbackEndpoint } from '../practice/loopback.ts';
import { type MotoRecord, reattachMoto, startMoto, stopMoto } from '../practice/moto-server.ts';
import { createCloudForPracticeEndpoint } from '../practice/practice-cloud-settings.ts';
import type { Target } from '../targets/target.ts';
import { getCacheDirectory } from './directories.ts';

export const PRACTICE_REGION = 'us-west-2';
const CLOUD_NOTE = 'practice.cloud';
const INSTANCE_NOTE = 'practice.instance';

/** Practice cloud of a session: started by it (`own`), or external (`endpoint`). */
type CloudNote = { own: MotoRecord } | { endpoint: string };

/** Undefined if there is none, or if the note has an unknown format. */
function getCloudNote({ notes }: Pick<SessionRecord, 'notes'>): CloudNote | undefined {
	const note = notes[CLOUD_NOTE] as Partial<Record<'own' | 'endpoint', unknown>> | null | undefined;
	if (typeof note !== 'object' || note === null) return undefined;
	const { own, endpoint } = note;
	const known = typeof endpoint === 'string' || (typeof own === 'object' && own !== null);
	return known ? (note as CloudNote) : undefined;
}

/** The practice cloud that this session started, which may have ended; undefined for an external one. */
function getOwnCloud(record: Pick<SessionRecord, 'notes'>): MotoRecord | undefined {
	const note = getCloudNote(record);
	return note !== undefined && 'own' in note ? note.own : undefined;
}

/**
 * Whether the practice cloud that a session started is no longer running, which deletes its contents.
 * False for an external cloud and for a session without one.
 */
export async function hasPracticeCloudEnded(record: SessionRecord): Promise<boolean> {
	const own = getOwnCloud(record);
	return record.practice && own !== undefined && (await reattachMoto(own)) === undefined;
}

/** @throws WizardError `command` if the practice cloud of this session is no longer running. */
export async function assertPracticeCloudRuns(record: SessionRecord): Promise<void> {
	if (await hasPracticeCloudEnded(record)) throw createCloudEndedError(record);
}

/** Process group of the running practice cloud that this session started. */
export async function findPracticeCloudProcessGroup(
	record: Pick<SessionRecord, 'notes'>,
): Promise<number | undefined> {
	const own = getOwnCloud(record);
	if (own === undefined || (await reattachMoto(own)) === undefined) return undefined;
	return own.pid;
}

/** Error of a command that needs a practice cloud that is no longer running. */
export function createCloudEndedError({ name }: SessionRecord, cause?: unknown): WizardError {
	return new WizardError('command', {
		message: `The practice cloud of session ${name} is no longer running, and its contents are lost.`,
		next: [`tfe-wizard practice --session ${name} --keep`],
		cause,
	});
}

/** Removes a session whose practice cloud has ended: the cloud exists only in memory. */
export async function* removeSessionOfEndedCloud(
	{ home, secrets }: { home: string; secrets: SecretRegistry },
	name: string,
): AsyncGenerator<EngineEvent> {
	const record = readSessionRecord(home, name);
	if (record === undefined || !(await hasPracticeCloudEnded(record))) return;
	// Opening the session fails while another run has locked it.
	Session.open({ home, name, practice: true, secrets }).close();
	// The process may be alive but unresponsive, if a run was killed while starting it.
	await stopPracticeCloud({ record });
	removeSessionDirectory(home, name);
	yield {
		type: 'note',
		level: 'info',
		text: `the practice cloud of the previous session ${name} is no longer running; starting a new one`,
	};
}

/**
 * Returns the endpoint of the practice cloud of the session, and starts one if there is none.
 *
 * @param externalEndpoint Endpoint of an external practice cloud.
 */
export async function* ensurePracticeCloud(
	session: Session,
	cancel: CancellationSource,
	externalEndpoint?: string,
): AsyncGenerator<EngineEvent, string> {
	if (externalEndpoint !== undefined) {
		const endpoint = normalizeLoopbackEndpoint(externalEndpoint);
		session.note(CLOUD_NOTE, { endpoint } satisfies CloudNote);
		return endpoint;
	}
	const note = getCloudNote(session.record);
	if (note !== undefined) {
		const { endpoint } = 'own' in note ? note.own : note;
		yield { type: 'note', level: 'info', text: `using the practice cloud at ${endpoint}` };
		return endpoint;
	}
	const server = yield* withProgress((progress) =>
		startMoto({
			cacheDir: getCacheDirectory(),
			logPath: join(session.folders.logs, 'practice-cloud.log'),
			environment: getInitialEnvironment(),
			progress,
			signal: cancel.gentle,
			// Recorded immediately, so that a crash does not leave an unknown server.
			onProcess: (own) => session.note(CLOUD_NOTE, { own } satisfies CloudNote),
		}),
	);
	const text = `practice cloud (moto, ${server.how}) at ${server.endpoint}`;
	yield { type: 'note', level: 'info', text };
	return server.endpoint;
}

/**
 * Returns the practice instance, which is reached over SSH. Starts it with its previous disk if it is
 * not running.
 *
 * @param endpoint Endpoint of the practice cloud, which stores its backups.
 */
export async function* ensurePracticeInstance(
	session: Session,
	cancel: Pick<CancellationSource, 'gentle'>,
	endpoint: string,
): AsyncGenerator<EngineEvent, PracticeInstance> {
	const note = session.record.notes[INSTANCE_NOTE] as PracticeInstanceRecord | undefined;
	const running = note === undefined ? undefined : await reattachPracticeInstance(note);
	if (running !== undefined) return running;
	// It may be alive but not ready, or its Vault may still be running.
	if (note !== undefined) await stopPracticeInstance(note);
	const instance = yield* withProgress((progress) =>
		startPracticeInstance({
			folder: join(session.folders.root, 'instance'),
			logPath: join(session.folders.logs, 'practice-instance.log'),
			...{ endpoint, region: PRACTICE_REGION },
			...{ environment: getInitialEnvironment(), signal: cancel.gentle, progress },
			onProcess: (record) => session.note(INSTANCE_NOTE, record),
		}),
	);
	const text = `practice instance available over SSH at 127.0.0.1:${instance.ports.ssh}; to log in: ssh -F ${quoteShellWord(instance.configFile)} ${instance.host}`;
	yield { type: 'note', level: 'info', text };
	return instance;
}

/** Yields the progress messages of `work` as notes until it finishes. */
async function* withProgress<T>(
	work: (progress: (words: string) => void) => Promise<T>,
): AsyncGenerator<EngineEvent, T> {
	const progress: string[] = [];
	const working = work((words) => progress.push(words));
	const done = working.then((value) => ({ value }));
	for (;;) {
		const ended = await Promise.race([done, sleep(250, undefined)]);
		for (const text of progress.splice(0)) yield { type: 'note', level: 'info', text };
		if (ended !== undefined) return ended.value;
	}
}

/**
 * Returns the recorded endpoint of the practice cloud.
 *
 * @throws WizardError `usage` if the session has none.
 */
export function getPracticeEndpoint(record: SessionRecord): string {
	const note = getCloudNote(record);
	if (note !== undefined) return ('own' in note ? note.own : note).endpoint;
	throw new WizardError('usage', {
		message: `Session ${record.name} has no practice cloud.`,
		next: [`tfe-wizard practice --session ${record.name}`],
	});
}

/**
 * Writes the answers file of a practice session, and returns its path.
 *
 * @param attended Whether key holders are at the terminal.
 */
export async function ensurePracticeAnswersFile(
	session: Session,
	target: Target,
	endpoint: string,
	attended: boolean,
): Promise<string> {
	const path = join(session.folders.root, 'answers.yaml');
	if (existsSync(path)) return path;
	const text = await target.practice.answers({
		...{ endpoint, region: PRACTICE_REGION, folder: session.folders.root, attended },
		program: getPackageProgramPath,
	});
	replaceFileAtomically(path, text);
	return path;
}

/** Stops the practice cloud and instance of a session. Returns whether one of them was running. */
export async function stopPracticeCloud(session: Pick<Session, 'record'>): Promise<boolean> {
	const { record } = session;
	let ran = false;
	const instance = record.notes[INSTANCE_NOTE] as PracticeInstanceRecord | null | undefined;
	if (typeof instance === 'object' && instance !== null) {
		ran = (await reattachPracticeInstance(instance)) !== undefined;
		await stopPracticeInstance(instance);
	}
	const cloud = getOwnCloud(record);
	if (cloud !== undefined) {
		ran = (await reattachMoto(cloud)) !== undefined || ran;
		await stopMoto(cloud);
	}
	return ran;
}

/**
 * The cloud of a practice session, with what its target needs.
 *
 * @throws WizardError `refused` if the endpoint is not on loopback.
 */
export function createPracticeSessionCloud(endpoint: string, target: Target): Cloud {
	const { overrides } = target.practice;
	return createCloudForPracticeEndpoint(
		normalizeLoopbackEndpoint(endpoint),
		PRACTICE_REGION,
		overrides,
	);
}
