import { createRealCloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { Session } from '../engine/session/session.ts';
import { getInstallation, type SessionRecord } from '../engine/session/session-record.ts';
import { withEventLog } from '../runs/event-log.ts';
import { loadAnswers } from '../runs/load-answers.ts';
import {
	createCloudEndedError,
	createSessionCloud,
	ensurePracticeCloud,
	hasPracticeCloudEnded,
} from '../runs/practice-cloud.ts';
import { readSession } from '../runs/read-session.ts';
import { DEFAULT_SESSION, getSecretOptions, runSession } from '../runs/run-session.ts';
import { describeStepState } from '../runs/session-status.ts';
import { type CommandContext, createFrontEnd, getApproval } from './command-context.ts';
import { runWithFrontEnd } from './run-with-front-end.ts';

/** Runs single steps of an installed session: `rekey`, `backup`. */
export function runSingleStepsCommand(
	context: CommandContext,
	only: readonly string[],
): Promise<number> {
	const name = context.flag('session') ?? DEFAULT_SESSION;
	const record = readSession(context.home, name);
	const frontEnd = createFrontEnd(context, record.practice ? 'PRACTICE' : undefined);
	return runWithFrontEnd(frontEnd, context.secrets, (cancel) =>
		partRun(context, record, only, cancel),
	);
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
	if (await hasPracticeCloudEnded(record)) throw createCloudEndedError(record);
	const answers = await loadAnswers({
		file: context.flag('answers'),
		session: name,
		record,
		steps: () => only,
		replay: context.on('replay'),
		...getSecretOptions(context, name, cancel),
	});
	assertReached(answers.answers, record);
	const session = Session.open({ home, name, practice, secrets });
	try {
		const cloud = practice
			? createSessionCloud(yield* ensurePracticeCloud(session, cancel), answers.target)
			: createRealCloud(String(answers.answers.region));
		const approve = getApproval(context, 'none');
		const run = { context, session, cloud, answers, until: undefined, approve, cancel, only };
		yield* withEventLog(session, secrets, runSession(run));
	} finally {
		session.close();
	}
}

/** @throws WizardError `usage` if nothing is installed. */
export function assertInstalled(record: SessionRecord): void {
	if (getInstallation(record) !== undefined) return;
	const command = record.practice ? 'practice' : 'install';
	const { install } = record.steps;
	const why =
		record.installed === null
			? 'no longer has an installation: everything was destroyed'
			: install === undefined
				? 'has not installed anything yet'
				: `has not installed anything yet: its last run ${endWords(describeStepState(install))} at install`;
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
