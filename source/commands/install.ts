import { homedir } from 'node:os';
import { awsClients } from '../aws/clients.ts';
import type { Cloud } from '../aws/cloud.ts';
import { realCloud } from '../aws/real-cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { startedWith } from '../engine/child-environment.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Person } from '../engine/person.ts';
import { runSteps, stepsUntil } from '../engine/runner.ts';
import { readableOutputs } from '../engine/session/record.ts';
import {
	assertSessionName,
	recallRecord,
	Session,
	sessionFolders,
} from '../engine/session/session.ts';
import type { Approval, Cancellation, Outputs } from '../engine/step.ts';
import type { Services } from '../steps/services.ts';
import type { Target } from '../targets/target.ts';
import { type AnswersWanted, answersOfRun, type RunAnswers } from './answers-of-run.ts';
import { approvalOf, type CommandContext, frontEndOf } from './context.ts';
import { drive, logged } from './drive.ts';
import { shippedFolder } from './environment.ts';
import { hideSecretsOf } from './hidden-variables.ts';
import { nextCommands } from './next.ts';
import { practiceInstanceOf } from './practice-cloud.ts';

export const DEFAULT_SESSION = 'default';

/** `tfe-wizard install`, and `preflight`, which runs only the first step. */
export function installCommand(context: CommandContext, only?: { until: string }): Promise<number> {
	return drive(frontEndOf(context), context.secrets, (cancel) =>
		installRun(context, cancel, only?.until),
	);
}

async function* installRun(
	context: CommandContext,
	cancel: CancellationSource,
	only: string | undefined,
): AsyncGenerator<EngineEvent> {
	const name = context.flag('session') ?? DEFAULT_SESSION;
	assertSessionName(name);
	const until = only ?? context.flag('until');
	const approve = approvalOf(context, 'none');
	// Before the session is opened, so that an invalid answer leaves no trace.
	const answers = await answersOfRun({
		file: context.flag('answers'),
		session: name,
		record: recallRecord(context.home, name),
		steps: stepIdsUntil(until),
		replay: context.on('replay'),
		...secretsOf(context, name, cancel),
	});
	const session = Session.open({
		home: context.home,
		name,
		practice: false,
		secrets: context.secrets,
	});
	try {
		const cloud = realCloud(String(answers.answers.region));
		yield* logged(
			session,
			context.secrets,
			runSession({ context, session, cloud, answers, until, approve, cancel }),
		);
	} finally {
		session.close();
	}
}

/** The ids of the steps of a target that run before `until`; all without it. */
export function stepIdsUntil(until: string | undefined): (target: Target) => string[] {
	return ({ steps }) => stepsUntil(steps, until).map(({ id }) => id);
}

/** Options for comparing answers with secrets before the session is opened. */
export function secretsOf(
	{ home, secrets }: CommandContext,
	session: string,
	cancel: Cancellation,
): Pick<AnswersWanted, 'secrets' | 'folder' | 'signal'> {
	return { secrets, folder: sessionFolders(home, session).root, signal: cancel.gentle };
}

export interface SessionRun {
	context: CommandContext;
	session: Session;
	cloud: Cloud;
	answers: RunAnswers;
	until: string | undefined;
	approve: Approval;
	cancel: CancellationSource;
	/** Approves plans interactively; undefined in a run without prompts. */
	person?: Person;
	/** Runs only these steps; the outputs of the others come from the session. */
	only?: readonly string[];
}

/** Creates the drivers of a session for steps, checks and lookups. */
export function servicesOf(
	context: CommandContext,
	{
		target,
		cloud,
		baseFolder,
		cancel,
	}: { target: Target; cloud: Cloud; baseFolder: string; cancel: Cancellation },
): Services {
	const base = startedWith();
	const environment = cloud.practice ? cloud.childEnvironment(base) : base;
	return {
		cloud,
		aws: awsClients(cloud, cancel),
		environment,
		home: environment.HOME ?? homedir(),
		templates: shippedFolder('templates'),
		stacks: target.stacks,
		baseFolder,
		adoptState: context.on('adopt-state'),
		unlock: context.flag('unlock'),
		backUpNow: context.called.command.name === 'backup',
	};
}

/** Outputs of the last successful run of each step. */
function outputsOf({ record, name }: Session): Record<string, Outputs> {
	const command = `tfe-wizard ${record.practice ? 'practice' : 'install'} --session ${name}`;
	return Object.fromEntries(
		Object.entries(record.steps).map(([id, step]) => [id, readableOutputs(id, step, command)]),
	);
}

/** Runs the steps of an open session, for practice and real installations alike. */
export async function* runSession(run: SessionRun): AsyncGenerator<EngineEvent> {
	const { context, session, cloud, answers, until, approve, cancel } = run;
	if (answers.changes.length > 0) {
		session.journal.write('answers.replayed', { changes: answers.changes });
		const text = `replaying changed answers: ${answers.changes.join('; ')}`;
		yield { type: 'note', level: 'warning', text };
	}
	hideSecretsOf(answers.answers, session);
	const save = () => session.change({ answers: answers.answers, baseFolder: answers.baseFolder });
	// Changed answers are stored only after preflight has passed.
	if (answers.changes.length === 0) save();
	const { only } = run;
	const { target } = answers;
	const events = runSteps({
		steps: target.steps.filter(({ id }) => only?.includes(id) ?? true),
		...(only === undefined ? {} : { earlier: outputsOf(session) }),
		until,
		session,
		answers: answers.answers,
		services: {
			...servicesOf(context, { target, cloud, baseFolder: answers.baseFolder, cancel }),
			...(cloud.practice
				? { practiceMachine: () => practiceInstanceOf(session, cancel, cloud.endpoint ?? '') }
				: {}),
		},
		...(run.person === undefined ? {} : { person: run.person }),
		secrets: context.secrets,
		approve,
		cancel,
		next: (done, outputs) =>
			nextCommands({ session, target, answers: answers.answers, done, outputs, until }),
	});
	for await (const event of events) {
		if (event.type === 'step.done' && event.step === 'preflight') save();
		yield event;
	}
}
