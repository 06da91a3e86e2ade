import { homedir } from 'node:os';
import { createAwsClients } from '../aws/clients.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Operator } from '../engine/operator.ts';
import { findPackageDirectory } from '../engine/program-files.ts';
import { getSessionDirectories } from '../engine/session/home-directory.ts';
import type { Session } from '../engine/session/session.ts';
import { guardWithheldOutputs } from '../engine/session/session-record.ts';
import type { ApprovalLevel, Cancellation, StepOutputs } from '../engine/step.ts';
import { runSteps, selectStepsUntil } from '../engine/step-runner.ts';
import type { Services } from '../steps/services.ts';
import type { Target } from '../targets/target.ts';
import type { CeremonyOperator } from '../vault/ceremony/ceremony-prompts.ts';
import { hideAndStoreVariables } from './hide-secret-variables.ts';
import type { LoadAnswersOptions, LoadedAnswers } from './load-answers.ts';
import { getNextCommands } from './next-commands.ts';
import { ensurePracticeInstance } from './practice-cloud.ts';
import type { RunContext } from './run-context.ts';

export const DEFAULT_SESSION = 'default';
export const DEFAULT_PRACTICE_SESSION = 'practice';

/** The ids of the steps of a target that run before `until`; all without it. */
export function stepIdsUntil(until: string | undefined): (target: Target) => string[] {
	return ({ steps }) => selectStepsUntil(steps, until).map(({ id }) => id);
}

/** Options for comparing answers with secrets before the session is opened. */
export function getSecretOptions(
	{ home, secrets }: RunContext,
	session: string,
	cancel: Cancellation,
): Pick<LoadAnswersOptions, 'secrets' | 'folder' | 'signal'> {
	return { secrets, folder: getSessionDirectories(home, session).root, signal: cancel.gentle };
}

interface RunSessionOptions {
	context: RunContext;
	session: Session;
	cloud: Cloud;
	answers: LoadedAnswers;
	until: string | undefined;
	approve: ApprovalLevel;
	cancel: CancellationSource;
	/** Approves plans and responds to prompts; undefined in a run without an operator. */
	operator?: Operator & CeremonyOperator;
	/** Runs only these steps; the outputs of the others come from the session. */
	only?: readonly string[];
}

/** Creates the drivers of a session for steps, checks and lookups. */
export function createServices(
	context: RunContext,
	{
		target,
		cloud,
		baseFolder,
		cancel,
	}: { target: Target; cloud: Cloud; baseFolder: string; cancel: Cancellation },
): Services {
	const base = getInitialEnvironment();
	const environment = cloud.practice ? cloud.childEnvironment(base) : base;
	return {
		cloud,
		aws: createAwsClients(cloud, cancel),
		environment,
		home: environment.HOME ?? homedir(),
		templates: findPackageDirectory('templates'),
		stacks: target.stacks,
		baseFolder,
		adoptState: context.on('adopt-state'),
		unlock: context.flag('unlock'),
		backUpNow: context.backUpNow,
	};
}

/** Outputs of the last successful run of each step. */
function outputsOf({ record, name }: Session): Record<string, StepOutputs> {
	const command = `tfe-wizard ${record.practice ? 'practice' : 'install'} --session ${name}`;
	return Object.fromEntries(
		Object.entries(record.steps).map(([id, step]) => [id, guardWithheldOutputs(id, step, command)]),
	);
}

/** Runs the steps of an open session, for practice and real installations alike. */
export async function* runSession(options: RunSessionOptions): AsyncGenerator<EngineEvent> {
	const { context, session, cloud, answers, until, approve, cancel } = options;
	if (answers.changes.length > 0) {
		session.journal.write('answers.replayed', { changes: answers.changes });
		const text = `replaying changed answers: ${answers.changes.join('; ')}`;
		yield { type: 'note', level: 'warning', text };
	}
	hideAndStoreVariables(answers.answers, session);
	const save = () => session.change({ answers: answers.answers, baseFolder: answers.baseFolder });
	// Changed answers are stored only after preflight has passed.
	if (answers.changes.length === 0) save();
	const { only, operator } = options;
	const { target } = answers;
	const events = runSteps({
		steps: target.steps.filter(({ id }) => only?.includes(id) ?? true),
		...(only === undefined ? {} : { earlier: outputsOf(session) }),
		until,
		session,
		answers: answers.answers,
		services: {
			...createServices(context, { target, cloud, baseFolder: answers.baseFolder, cancel }),
			startPracticeInstance: cloud.practice
				? () => ensurePracticeInstance(session, cancel, cloud.endpoint ?? '')
				: undefined,
			...(operator === undefined ? {} : { ceremonyOperator: operator }),
		},
		...(operator === undefined ? {} : { operator }),
		secrets: context.secrets,
		approve,
		cancel,
		next: (done, outputs) =>
			getNextCommands({ session, target, answers: answers.answers, done, outputs, until }),
	});
	for await (const event of events) {
		if (event.type === 'step.done' && event.step === 'preflight') save();
		yield event;
	}
}
