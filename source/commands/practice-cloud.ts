import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationSource } from '../engine/cancellation.ts';
import type { EngineEvent } from '../engine/events.ts';
import { recallRecord, removeSessionFolder, Session } from '../engine/session/session.ts';
import { practiceAnswers } from '../practice/answers.ts';
import { loopbackEndpoint } from '../practice/loopback.ts';
import { adoptMoto, type MotoRecord, startMoto, stopMoto } from '../practice/moto.ts';
import { seedPracticeCloud } from '../practice/seed.ts';
import { replaceFile } from '../terraform/workspace.ts';
import type { CommandContext } from './context.ts';
import { cacheFolder } from './environment.ts';

export const PRACTICE_REGION = 'us-west-2';
const CLOUD_NOTE = 'practice.cloud';

/** Where a session's practice cloud is: ours to stop, or somebody's we only use. */
type CloudNote = { own: MotoRecord } | { endpoint: string };

/** The cloud lives in memory: a session whose cloud has ended has nothing left to go on with. */
export async function* forgetEndedCloud(
	context: Pick<CommandContext, 'home' | 'secrets'>,
	name: string,
): AsyncGenerator<EngineEvent> {
	const record = recallRecord(context.home, name);
	if (record?.practice !== true) return;
	const note = record.notes[CLOUD_NOTE] as CloudNote | undefined;
	if (note === undefined || 'endpoint' in note) return;
	if ((await adoptMoto(note.own)) !== undefined) return;
	// Opened and closed once: this refuses while another run still has it.
	Session.open({ home: context.home, name, practice: true, secrets: context.secrets }).close();
	// It may live and not answer: a run that was killed while it started leaves one like that.
	await stopMoto(note.own);
	removeSessionFolder(context.home, name);
	yield {
		type: 'note',
		level: 'info',
		text: `the practice cloud of the earlier session ${name} has ended, and all that was in it; a new one begins`,
	};
}

/**
 * Where the session's practice cloud is; it is started when there is none.
 *
 * @param given Address of one that runs already.
 */
export async function* practiceCloudOf(
	session: Session,
	cancel: CancellationSource,
	given?: string,
): AsyncGenerator<EngineEvent, string> {
	if (given !== undefined) {
		const endpoint = loopbackEndpoint(given);
		session.note(CLOUD_NOTE, { endpoint } satisfies CloudNote);
		return endpoint;
	}
	const note = session.record.notes[CLOUD_NOTE] as CloudNote | undefined;
	if (note !== undefined) {
		const endpoint = 'own' in note ? note.own.endpoint : note.endpoint;
		yield { type: 'note', level: 'info', text: `goes on with the practice cloud at ${endpoint}` };
		return endpoint;
	}
	const progress: string[] = [];
	const starting = startMoto({
		cacheDir: cacheFolder(),
		logPath: join(session.folders.logs, 'practice-cloud.log'),
		environment: process.env,
		progress: (words) => progress.push(words),
		signal: cancel.gentle,
		// Noted as soon as it runs: a crash must not leave a server nobody knows of.
		onProcess: (own) => session.note(CLOUD_NOTE, { own } satisfies CloudNote),
	});
	// Said as it comes: a first start may have to install moto, which takes a while.
	let server: Awaited<typeof starting> | undefined;
	while (server === undefined) {
		server = await Promise.race([starting, sleep(250, undefined)]);
		for (const text of progress.splice(0)) yield { type: 'note', level: 'info', text };
	}
	const text = `practice cloud (moto, ${server.how}) at ${server.endpoint}`;
	yield { type: 'note', level: 'info', text };
	return server.endpoint;
}

/** Written into the session, so that one can read what was answered. */
export async function bundledAnswers(session: Session, endpoint: string): Promise<string> {
	const path = join(session.folders.root, 'answers.yaml');
	if (existsSync(path)) return path;
	const seeds = await seedPracticeCloud(endpoint, PRACTICE_REGION);
	replaceFile(path, practiceAnswers(seeds));
	return path;
}

/** Ends the cloud of a session. Returns whether there was one of ours to stop. */
export async function stopPracticeCloud(session: Session): Promise<boolean> {
	const note = session.record.notes[CLOUD_NOTE] as CloudNote | undefined;
	if (note === undefined || !('own' in note)) return false;
	const ran = (await adoptMoto(note.own)) !== undefined;
	await stopMoto(note.own);
	return ran;
}
