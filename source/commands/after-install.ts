import { realCloud } from '../aws/real-cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { installedOf, type SessionRecord } from '../engine/session/record.ts';
import { Session } from '../engine/session/session.ts';
import { practiceCloud } from '../practice/cloud.ts';
import { loopbackEndpoint } from '../practice/loopback.ts';
import { answersOfRun } from './answers-of-run.ts';
import { approvalOf, type CommandContext, frontEndOf } from './context.ts';
import { drive, logged } from './drive.ts';
import { DEFAULT_SESSION, runSession, secretsOf } from './install.ts';
import {
	cloudEnded,
	PRACTICE_REGION,
	practiceCloudEnded,
	practiceCloudOf,
} from './practice-cloud.ts';
import { readSession } from './read-session.ts';
import { stateWord } from './standing.ts';

/** Runs single steps of an installed session: `rekey`, `backup`. */
export function partCommand(context: CommandContext, only: readonly string[]): Promise<number> {
	const name = context.flag('session') ?? DEFAULT_SESSION;
	const record = readSession(context.home, name);
	const frontEnd = frontEndOf(context, record.practice ? 'PRACTICE' : undefined);
	return drive(frontEnd, context.secrets, (cancel) => partRun(context, record, only, cancel));
}

async function* partRun(
	context: CommandContext,
	record: SessionRecord,
	only: readonly string[],
	cancel: CancellationSource,
): AsyncGenerator<EngineEvent> {
	const { home, secrets } = context;
	const { name, practice } = record;
	assertInstalled(record);
	if (await practiceCloudEnded(record)) throw cloudEnded(record);
	const answers = await answersOfRun({
		file: context.flag('answers'),
		session: name,
		record,
		steps: () => only,
		replay: context.on('replay'),
		...secretsOf(context, name, cancel),
	});
	assertReached(answers.answers, record);
	const session = Session.open({ home, name, practice, secrets });
	try {
		const cloud = practice
			? practiceCloud(
					loopbackEndpoint(yield* practiceCloudOf(session, cancel)),
					PRACTICE_REGION,
					answers.target.practice.overrides,
				)
			: realCloud(String(answers.answers.region));
		const approve = approvalOf(context, 'none');
		const run = { context, session, cloud, answers, until: undefined, approve, cancel, only };
		yield* logged(session, secrets, runSession(run));
	} finally {
		session.close();
	}
}

/** @throws WizardError `usage` if nothing is installed. */
export function assertInstalled(record: SessionRecord): void {
	if (installedOf(record) !== undefined) return;
	const command = record.practice ? 'practice' : 'install';
	const { install } = record.steps;
	const why =
		record.installed === null
			? 'no longer has an installation: everything was destroyed'
			: install === undefined
				? 'has not installed anything yet'
				: `has not installed anything yet: its last run ${endWords(stateWord(install))} at install`;
	throw new WizardError('usage', {
		message: `Session ${record.name} ${why}.`,
		next: [`tfe-wizard ${command} --session ${record.name}`],
	});
}

const endWords = (state: string): string => (state === 'failed' ? state : `was ${state}`);

function assertReached(answers: Readonly<Record<string, unknown>>, record: SessionRecord): void {
	if (answers.instance === 'ssh') return;
	throw new WizardError('answers', {
		message: 'The answers do not allow SSH access to the instance (instance: none).',
		expected: 'instance: ssh',
		next: [
			`tfe-wizard answers export --session ${record.name} > answers.yaml`,
			'Set instance: ssh in it, then run the same command with --answers answers.yaml --replay.',
		],
	});
}
