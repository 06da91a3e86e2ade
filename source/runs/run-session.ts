import { constants, createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createAwsClients } from '../aws/clients.ts';
import { type Cloud, createRealCloud } from '../aws/cloud.ts';
import type { CancellationSource } from '../engine/cancellation.ts';
import { getInitialEnvironment } from '../engine/child-environment.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { getPackageSubdirectory } from '../engine/find-program-files.ts';
import { limits } from '../engine/limits.ts';
import type { Operator } from '../engine/operator.ts';
import { openRegularFile } from '../engine/regular-file.ts';
import type { SecretRegistry } from '../engine/secret-registry.ts';
import { Session } from '../engine/session/session.ts';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import {
	getResumeCommand,
	guardReadsOfWithheldOutputs,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import type { ApprovalLevel, CancellationSignals, StepOutputs } from '../engine/step.ts';
import { runSteps, selectStepsBefore } from '../engine/step-runner.ts';
import { createRunFailedEvent } from '../reporters/format-failure.ts';
import { createJsonReporter } from '../reporters/json-reporter.ts';
import type { Services } from '../steps/step-context.ts';
import type { Target } from '../targets/target.ts';
import type { OperatorPrompter } from '../vault/ceremony/ceremony-prompt-types.ts';
import {
	excludeAndRecordVariableNames,
	type LoadAnswersOptions,
	type LoadedAnswers,
	loadAnswers,
} from './load-answers.ts';
import {
	createPracticeSessionCloud,
	ensurePracticeCloud,
	ensurePracticeInstance,
} from './practice-cloud.ts';

/** What a run needs from the command line. */
export interface CommandLineContext {
	/** Directory that contains the sessions. */
	home: string;
	secrets: SecretRegistry;
	/** The value of a flag; undefined without the flag. */
	flag(name: string): string | undefined;
	/** Whether a flag without a value was given. */
	on(name: string): boolean;
}

/** The ids of the steps of a target that run before `until`; all without it. */
export function createStepsBeforeSelector(until: string | undefined): (target: Target) => string[] {
	return ({ steps }) => selectStepsBefore(steps, until).map(({ id }) => id);
}

/** Options of `loadAnswers` that follow from the command line. */
export function getLoadAnswersOptions(
	{ home, secrets, flag, on }: CommandLineContext,
	session: string,
	cancel: CancellationSignals,
): Omit<LoadAnswersOptions, 'record' | 'steps'> {
	const folder = buildSessionPaths(home, session).root;
	const flags = { file: flag('answers'), replay: on('replay') };
	return { ...flags, session, secrets, folder, signal: cancel.gentle };
}

interface RunSessionOptions {
	context: CommandLineContext;
	session: Session;
	cloud: Cloud;
	answers: LoadedAnswers;
	until?: string;
	approve: ApprovalLevel;
	cancel: CancellationSource;
	/** Approves plans and responds to prompts; undefined in a run without an operator. */
	operator?: Operator & OperatorPrompter;
	/** Runs only these steps; the outputs of the others come from the session. */
	only?: readonly string[];
}

/** Creates the drivers of a session for steps, checks and lookups. */
export function createServices(
	context: CommandLineContext,
	{
		target,
		cloud,
		baseFolder,
		cancel,
	}: { target: Target; cloud: Cloud; baseFolder: string; cancel: CancellationSignals },
): Services {
	const base = getInitialEnvironment();
	const environment = cloud.practice ? cloud.childEnvironment(base) : base;
	return {
		cloud,
		aws: createAwsClients(cloud, cancel),
		environment,
		home: environment.HOME ?? homedir(),
		templates: getPackageSubdirectory('templates'),
		stacks: target.stacks,
		baseFolder,
		adoptState: context.on('adopt-state'),
		unlock: context.flag('unlock'),
		backUpNow: false,
	};
}

/** Outputs of the last successful run of each step. */
function getEarlierOutputs(session: Session): Record<string, StepOutputs> {
	const command = getResumeCommand(session);
	return Object.fromEntries(
		Object.entries(session.record.steps).map(([id, step]) => [
			id,
			guardReadsOfWithheldOutputs(id, step, command),
		]),
	);
}

interface AnsweredRunOptions
	extends Pick<RunSessionOptions, 'context' | 'until' | 'approve' | 'cancel' | 'only'> {
	name: string;
	practice: boolean;
	/** What is stored of the session, if it exists. */
	record: SessionRecord | undefined;
	/** The ids of the steps whose answers must be complete. */
	steps: LoadAnswersOptions['steps'];
	/** Throws if steps cannot run with these answers. */
	assertUsable?: (answers: LoadedAnswers) => void;
}

/**
 * Runs the steps of a session with the answers of a file or of the session. Opens the session only
 * after the answers have been read, so that an invalid answer leaves no trace.
 */
export async function* loadAnswersAndRunSession(
	options: AnsweredRunOptions,
): AsyncGenerator<EngineEvent> {
	const { context, name, practice, record, steps, cancel, assertUsable, ...run } = options;
	const { home, secrets } = context;
	const answers = await loadAnswers({
		...getLoadAnswersOptions(context, name, cancel),
		record,
		steps,
	});
	assertUsable?.(answers);
	const session = Session.open({ home, name, practice, secrets });
	try {
		const cloud = practice
			? createPracticeSessionCloud(yield* ensurePracticeCloud(session, cancel), answers.target)
			: createRealCloud(String(answers.answers.region));
		yield* runSession({ ...run, context, session, cloud, answers, cancel });
	} finally {
		session.close();
	}
}

/**
 * Runs the steps of an open session, for practice and real installations alike, and logs the events
 * in the session.
 */
export function runSession(options: RunSessionOptions): AsyncGenerator<EngineEvent> {
	return withEventLog(options.session, options.context.secrets, runStepsOfSession(options));
}

async function* runStepsOfSession(options: RunSessionOptions): AsyncGenerator<EngineEvent> {
	const { context, session, cloud, answers, until, approve, cancel, only, operator } = options;
	if (answers.changes.length > 0) {
		session.journal.write('answers.replayed', { changes: answers.changes });
		const text = `replaying changed answers: ${answers.changes.join('; ')}`;
		yield { type: 'note', level: 'warning', text };
	}
	excludeAndRecordVariableNames(answers.answers, session);
	const save = () => session.change({ answers: answers.answers, baseFolder: answers.baseFolder });
	// Changed answers are stored only after preflight has passed.
	if (answers.changes.length === 0) save();
	const { target } = answers;
	const events = runSteps({
		steps: target.steps.filter(({ id }) => only?.includes(id) ?? true),
		...(only === undefined ? {} : { earlier: getEarlierOutputs(session) }),
		until,
		session,
		answers: answers.answers,
		services: {
			...createServices(context, { target, cloud, baseFolder: answers.baseFolder, cancel }),
			// The command `tfe-wizard backup` creates one even if the newest backup is recent.
			backUpNow: only?.includes('backup') === true,
			startPracticeInstance: cloud.practice
				? () => ensurePracticeInstance(session, cancel, cloud.endpoint ?? '')
				: undefined,
			...(operator === undefined ? {} : { ceremonyOperator: operator }),
		},
		...(operator === undefined ? {} : { operator }),
		secrets: context.secrets,
		approve,
		cancel,
		next: (done, outputs) => {
			if (until === undefined)
				return target.nextCommands({ session: session.name, answers: answers.answers, outputs });
			const onlyChecked = done.includes('preflight') && done.length === 1;
			return [`${getResumeCommand(session)}${onlyChecked ? ' --approve create' : ''}`];
		},
	});
	for await (const event of events) {
		if (event.type === 'step.done' && event.step === 'preflight') save();
		yield event;
	}
}

const EVENT_LOG = 'events.jsonl';
const EARLIER_EVENT_LOG = 'events-1.jsonl';

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
	const path = join(logDirectory, EVENT_LOG);
	try {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (stat?.isFile() && stat.size > maxBytes)
			renameSync(path, join(logDirectory, EARLIER_EVENT_LOG));
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
