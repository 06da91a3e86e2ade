import type { CancellationSource } from '../engine/cancellation.ts';
import { WizardError } from '../engine/errors.ts';
import type { EngineEvent } from '../engine/events.ts';
import {
	getInstallationRecord,
	getResumeCommand,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import type { LoadedAnswers } from '../runs/load-answers.ts';
import { assertPracticeCloudRuns } from '../runs/practice-cloud.ts';
import { readSession } from '../runs/read-session.ts';
import { loadAnswersAndRunSession } from '../runs/run-session.ts';
import { describeStepState } from '../runs/session-status.ts';
import { type CommandContext, getApprovalLevel } from './command-context.ts';
import { runWithFrontEnd } from './interruptible-runs.ts';

/** `tfe-wizard rekey`: interactively at a terminal, or from answers. */
export async function rekeyCommand(context: CommandContext): Promise<number> {
	const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
	if (!terminal || context.json || context.on('no-input')) return runSteps(context, ['rekey']);
	const record = readSession(context.home, context.session);
	assertInstalled(record);
	// The wizard would start a new cloud that does not contain this installation.
	await assertPracticeCloudRuns(record);
	const { wizardCommand } = await import('./wizard.ts');
	return wizardCommand(context, ['rekey']);
}

/** `tfe-wizard backup` */
export const backupCommand = (context: CommandContext): Promise<number> =>
	runSteps(context, ['backup']);

/** Runs single steps of an installed session. */
function runSteps(context: CommandContext, only: readonly string[]): Promise<number> {
	const record = readSession(context.home, context.session);
	return runWithFrontEnd(context, record.practice, (cancel) =>
		singleStepsRun(context, record, only, cancel),
	);
}

async function* singleStepsRun(
	context: CommandContext,
	record: SessionRecord,
	only: readonly string[],
	cancel: CancellationSource,
): AsyncGenerator<EngineEvent> {
	assertInstalled(record);
	await assertPracticeCloudRuns(record);
	const { name, practice } = record;
	const approve = getApprovalLevel(context, 'none');
	const assertUsable = ({ answers }: LoadedAnswers) => assertReached(answers, record);
	yield* loadAnswersAndRunSession({
		practice,
		context,
		name,
		record,
		steps: () => only,
		assertUsable,
		approve,
		cancel,
		only,
	});
}

/** @throws WizardError `usage` if nothing is installed. */
export function assertInstalled(record: SessionRecord): void {
	if (getInstallationRecord(record) !== undefined) return;
	const { install } = record.steps;
	const why =
		record.installed === null
			? 'no longer has an installation: everything was destroyed'
			: install === undefined
				? 'has not installed anything yet'
				: `has not installed anything yet: its last run ${endWords(describeStepState(install))} at install`;
	throw new WizardError('usage', {
		message: `Session ${record.name} ${why}.`,
		next: [getResumeCommand(record)],
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
