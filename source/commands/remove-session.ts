import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { WizardError } from '../engine/errors.ts';
import { limits } from '../engine/limits.ts';
import { readRegularFileText } from '../engine/regular-file.ts';
import { removeSessionDirectory } from '../engine/session/session.ts';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import { acquireSessionLock } from '../engine/session/session-lock.ts';
import {
	getInstallationRecord,
	getResumeCommand,
	NewerSessionError,
	readStoredSessionState,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { findPracticeCloudProcessGroup } from '../runs/practice-cloud.ts';
import { readExistingSessionState } from '../runs/read-session.ts';
import { getSessionTarget } from '../targets/registry.ts';
import { findUnfinishedCommands } from '../terraform/command-logs.ts';
import { findErroredState } from '../terraform/terraform-state.ts';
import { type CommandContext, writeLinesWithHomeFlag } from './command-context.ts';

/** `tfe-wizard sessions remove`: deletes the session directory and nothing in AWS. */
export async function removeSessionCommand(context: CommandContext): Promise<number> {
	const { home } = context;
	const [name = ''] = context.operands;
	const state = readExistingSessionState(home, name);
	if (state.kind === 'newer') throw new NewerSessionError(state.version);
	const record = 'record' in state ? state.record : undefined;
	const notes = record?.notes ?? ('notes' in state ? state.notes : {});
	const warning = getSessionTarget(record).restartWarning?.({ name, notes });
	const rekeying = warning === 'unreadable' ? undefined : warning;
	// The rekey of an unreadable session cannot be completed, so it does not prevent removal.
	if (rekeying !== undefined && record !== undefined)
		throw new WizardError('refused', {
			message: `The rekey of session ${name} has not finished: ${rekeying.reason}.`,
			next: [rekeying.command],
		});
	const { root, workspace } = buildSessionPaths(home, name);
	assertNothingRuns(home, name);
	const held = findStateFiles(workspace);
	const confirming = `tfe-wizard sessions remove ${name} --with-state --confirm ${name}`;
	const lost = [
		...(state.kind === 'damaged' ? [state.reason, ...unknownThings] : []),
		...(warning === 'unreadable' ? [UNREADABLE_REKEY] : []),
		...(rekeying === undefined ? [] : [`its rekey has not finished: ${rekeying.reason}`]),
	];
	if (lost.length + held.length > 0 && !context.on('with-state'))
		throw new WizardError('refused', {
			message:
				lost.length > 0
					? `Session ${name} cannot be read completely; removing it may lose information that is recorded nowhere else.`
					: `Session ${name} stores Terraform state in its directory; without that state, its resources cannot be managed.`,
			details: [...lost, ...held],
			next: [confirming],
		});
	const cloud = await findPracticeCloudProcessGroup({ notes });
	if (cloud !== undefined) {
		throw new WizardError('refused', {
			message: `The practice cloud of session ${name} is still running; without the session it cannot be stopped.`,
			next: [
				record === undefined
					? `kill -- -${cloud} (stops it), then run: ${confirming}`
					: `tfe-wizard practice --stop --session ${name}`,
			],
		});
	}
	const confirmed = context.flag('confirm') ?? (await promptForName(name));
	if (confirmed !== name) {
		const flag = context.on('with-state') ? ' --with-state' : '';
		throw new WizardError('refused', {
			message: `Session ${name} was not removed: the confirmation does not match its name.`,
			next: [`tfe-wizard sessions remove ${name}${flag} --confirm ${name}`],
		});
	}
	const lock = acquireSessionLock(join(root, 'lock'), name);
	try {
		// Checked again, because a run may have started and been killed during the confirmation.
		assertNothingRuns(home, name);
		removeSessionDirectory(home, name);
	} finally {
		lock.release();
	}
	const stays =
		record === undefined
			? 'Resources it may have created remain.'
			: describeRemainingResources(record);
	writeLinesWithHomeFlag(context, [`Session ${name} was removed. ${stays}`]);
	return 0;
}

/** Facts that are unknown for an unreadable session. */
const unknownThings = [
	'whether the session has installed anything, and with which answers, is unknown',
	'whether a rekey is in progress is unknown',
];
const UNREADABLE_REKEY =
	'the record of its rekey cannot be read; a rekey may be in progress, with key shares stored in the directory';

/** Describes the AWS resources that remain. */
function describeRemainingResources(record: SessionRecord): string {
	if (getInstallationRecord(record) !== undefined) return 'The installation remains.';
	return Object.keys(record.notes).some((note) => note.startsWith('stack.'))
		? 'Its installation was not finished; resources it created remain.'
		: 'It had not installed anything.';
}

/**
 * A terraform process may outlive its run and keep using the session directory.
 *
 * @throws WizardError `locked` with the running processes.
 */
function assertNothingRuns(home: string, name: string): void {
	const { logs } = buildSessionPaths(home, name);
	const entries = existsSync(logs) ? readdirSync(logs, { withFileTypes: true }) : [];
	const stacks = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	const running = stacks.flatMap((stack) =>
		findUnfinishedCommands(join(logs, stack))
			.filter(({ alive }) => alive)
			.map(({ record }) => `terraform ${record.label} of ${stack}, process ${record.pid}`),
	);
	if (running.length === 0) return;
	const state = readStoredSessionState(home, name);
	throw new WizardError('locked', {
		message: `Terraform is still running for session ${name}.`,
		details: running,
		next: [
			...('record' in state
				? [`${getResumeCommand(state.record)} (waits for it to finish and resumes)`]
				: []),
			`Wait for it to finish, then run: tfe-wizard sessions remove ${name}`,
		],
	});
}

/**
 * Finds state files that are still needed: of stacks with a local backend, and those that terraform
 * could not save to their backend.
 */
function findStateFiles(workspace: string): string[] {
	if (!existsSync(workspace)) return [];
	return readdirSync(workspace).flatMap((stack) => {
		const own = join(workspace, stack, 'terraform.tfstate');
		const unsaved = findErroredState(join(workspace, stack)) ?? [];
		return [existsSync(own) && hasResources(own) ? own : [], unsaved].flat();
	});
}

function hasResources(path: string): boolean {
	try {
		const text = readRegularFileText(path, limits.stateBytes) ?? '';
		// Terraform empties the file after moving the state to another backend.
		if (text.trim() === '') return false;
		return (JSON.parse(text).resources ?? []).length > 0;
	} catch {
		return true;
	}
}

async function promptForName(name: string): Promise<string | undefined> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
	const reader = createInterface({ input: process.stdin, output: process.stdout });
	try {
		return (
			await reader.question(`Type the session name (${name}) to confirm the removal: `)
		).trim();
	} finally {
		reader.close();
	}
}
