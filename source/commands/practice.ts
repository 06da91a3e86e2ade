import { join } from 'node:path';
import type { CancellationSource } from '../engine/cancellation.ts';
import { replaceFileAtomically } from '../engine/durable-file.ts';
import { toWizardError, WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import { assertSessionName, readSessionRecord, Session } from '../engine/session/session.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import { normalizeLoopbackEndpoint } from '../practice/loopback.ts';
import { formatAwsCliExports } from '../practice/practice-cloud-settings.ts';
import { DEFAULT_PRACTICE_SESSION } from '../runs/directories.ts';
import { type LoadAnswersOptions, loadAnswers } from '../runs/load-answers.ts';
import {
	createPracticeSessionCloud,
	ensurePracticeAnswersFile,
	ensurePracticeCloud,
	PRACTICE_REGION,
	removeSessionOfEndedCloud,
	stopPracticeCloud,
} from '../runs/practice-cloud.ts';
import {
	createStepsBeforeSelector,
	getLoadAnswersOptions,
	runSession,
} from '../runs/run-session.ts';
import { getSessionTarget } from '../targets/registry.ts';
import { type CommandContext, getApprovalLevel } from './command-context.ts';
import { runWithFrontEnd } from './interruptible-runs.ts';

/** `tfe-wizard practice`: runs the same engine against a practice cloud on loopback. */
export function practiceCommand(context: CommandContext): Promise<number> {
	const name = context.flag('session') ?? DEFAULT_PRACTICE_SESSION;
	return runWithFrontEnd(context, true, (cancel) =>
		context.on('stop') ? stopRun(context, name) : practiceRun(context, name, cancel),
	);
}

async function* practiceRun(
	context: CommandContext,
	name: string,
	cancel: CancellationSource,
): AsyncGenerator<EngineEvent> {
	const { home, secrets } = context;
	assertSessionName(name);
	const until = context.flag('until');
	// The rekey step needs `change`; in practice mode it is approved by default.
	const approve = getApprovalLevel(context, 'change');
	const steps = createStepsBeforeSelector(until);
	// Before anything is opened or started, so that an invalid answer leaves no trace.
	const externalEndpoint = context.flag('cloud');
	if (externalEndpoint !== undefined) normalizeLoopbackEndpoint(externalEndpoint);
	const options = getLoadAnswersOptions(context, name, cancel);
	const given = options.file;
	if (given !== undefined)
		await assertLocalState({ ...options, steps, record: undefined, replay: true });
	yield {
		type: 'note',
		level: 'info',
		text: 'running a complete installation locally; this takes about 3 minutes and uses no AWS account',
	};
	yield* removeSessionOfEndedCloud(context, name);
	const session = Session.open({ home, name, practice: true, secrets });
	let stop = false;
	try {
		const endpoint = yield* ensurePracticeCloud(session, cancel, externalEndpoint);
		const file =
			given ??
			(await ensurePracticeAnswersFile(session, getSessionTarget(session.record), endpoint, false));
		const fresh = given !== undefined || Object.keys(session.record.answers).length === 0;
		const answers = await loadAnswers({
			...options,
			file: fresh ? file : undefined,
			record: session.record,
			steps,
		});
		const cloud = createPracticeSessionCloud(endpoint, answers.target);
		yield* runSession({ context, session, cloud, answers, until, approve, cancel });
		stop = until === undefined && !context.on('keep');
		if (!stop) yield* describeKeptCloud(session, endpoint);
	} catch (thrown) {
		// If no step has started, there is nothing to resume.
		stop = Object.keys(session.record.steps).length === 0;
		throw stop ? thrown : withPracticeCommands(toWizardError(thrown), name);
	} finally {
		if (stop) await stopPracticeCloud(session);
		session.close();
	}
}

/**
 * Practice mode must not access the network, so state must not be stored in a remote backend.
 *
 * @throws WizardError `answers` for an invalid file, `refused` for a remote backend.
 */
async function assertLocalState(options: LoadAnswersOptions): Promise<void> {
	const { answers } = await loadAnswers(options);
	if (answers.state !== 'backend') return;
	const settings = answers['state.backend.settings'];
	const addresses = Object.entries(settings ?? {}).filter(([name]) => name.endsWith('address'));
	const inside = addresses.every(([, url]) => isLoopback(String(url)));
	if (answers['state.backend.type'] === 'http' && addresses.length > 0 && inside) return;
	throw new WizardError('refused', {
		message:
			'Practice mode stores state only in the practice cloud, on the local disk, or behind a loopback address.',
		details: [`state.backend.type is ${String(answers['state.backend.type'])}`],
		expected: 'state: s3 or local, or an http backend whose addresses are all on 127.0.0.1',
		next: ['tfe-wizard practice'],
	});
}

function isLoopback(url: string): boolean {
	const host = URL.canParse(url) ? new URL(url).hostname : '';
	return /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]';
}

/** Practice mode approves changes by default, so after a refused plan the same command would not help. */
function withPracticeCommands(error: WizardError, name: string): WizardError {
	const resume = `tfe-wizard practice --session ${name} --keep (resumes, and leaves the practice cloud running at the end)`;
	const stop = `tfe-wizard practice --stop --session ${name} (stops the practice cloud)`;
	return error.with({ next: error.fault === 'refused' ? [stop] : [resume, stop] });
}

async function* describeKeptCloud(session: Session, endpoint: string): AsyncGenerator<EngineEvent> {
	const say = (text: string): EngineEvent => ({ type: 'note', level: 'info', text });
	const path = join(session.folders.root, 'practice.env');
	replaceFileAtomically(path, `${formatAwsCliExports(endpoint, PRACTICE_REGION).join('\n')}\n`);
	yield say(
		`the practice cloud is still running at ${endpoint}; to use it with the AWS CLI: . ${quoteShellWord(path)}`,
	);
	yield say(`to stop it: tfe-wizard practice --stop --session ${session.name}`);
}

/** Stops the practice cloud of an earlier run. */
async function* stopRun(
	{ home, secrets }: CommandContext,
	name: string,
): AsyncGenerator<EngineEvent> {
	if (readSessionRecord(home, name)?.practice !== true) {
		throw new WizardError('usage', {
			message: `There is no practice session ${name}.`,
			next: ['tfe-wizard sessions list'],
		});
	}
	const session = Session.open({ home, name, practice: true, secrets });
	try {
		const ran = await stopPracticeCloud(session);
		const text = ran
			? `stopped the practice cloud of session ${name} and deleted its contents`
			: `no practice cloud of session ${name} was running`;
		yield { type: 'note', level: 'info', text };
	} finally {
		session.close();
	}
}
