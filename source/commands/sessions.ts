import { describeSecretReferenceKind } from '../engine/answers/resolve-secret-reference.ts';
import { buildSessionPaths } from '../engine/session/session-directories.ts';
import {
	getInstallationRecord,
	getResumeCommand,
	listSessionNames,
	readStoredSessionState,
	type SessionRecord,
} from '../engine/session/session-record.ts';
import { alignColumns, formatInline } from '../reporters/format.ts';
import { writeJson } from '../reporters/output.ts';
import { hasPracticeCloudEnded } from '../runs/practice-cloud.ts';
import {
	describeSessionProblem,
	readExistingSessionState,
	readSession,
} from '../runs/read-session.ts';
import { describeSessionStatus, describeStepState } from '../runs/session-status.ts';
import { getSessionTarget } from '../targets/registry.ts';
import { type CommandContext, writeLinesWithHomeFlag } from './command-context.ts';

/** Status of a session, including whether its practice cloud is still running. */
async function getStatus(home: string, name: string, record: SessionRecord): Promise<string> {
	const words = describeSessionStatus(home, name, record);
	return (await hasPracticeCloudEnded(record))
		? `${words}; its practice cloud is no longer running`
		: words;
}

async function createRow(home: string, name: string) {
	const state = readStoredSessionState(home, name);
	if (state.kind !== 'ok') return { name, standing: describeSessionProblem(state) ?? state.kind };
	const { record } = state;
	const times = Object.values(record.steps).map(({ at }) => at);
	const { account, region } = record.answers;
	return {
		name,
		standing: await getStatus(home, name, record),
		/** Null if nothing is installed. */
		installedAt: getInstallationRecord(record)?.at ?? null,
		practice: record.practice,
		account: formatInline(account ?? ''),
		region: formatInline(region ?? ''),
		createdAt: record.createdAt,
		lastAt: [record.createdAt, ...times].sort().at(-1),
	};
}

/** `tfe-wizard sessions list` */
export async function listSessionsCommand(context: CommandContext): Promise<number> {
	const { home, streams, json } = context;
	const rows = await Promise.all(listSessionNames(home).map((name) => createRow(home, name)));
	if (json) {
		writeJson(streams.out, { v: 1, home, sessions: rows });
		return 0;
	}
	if (rows.length === 0) {
		writeLinesWithHomeFlag(context, [`No sessions in ${home} yet.`, 'next  tfe-wizard practice']);
		return 0;
	}
	const lines = rows.map(
		({ name, standing, account, region, lastAt, practice }): [string, string] => {
			const last = lastAt === undefined ? undefined : formatMinute(lastAt);
			const facts = [practice ? 'PRACTICE' : account, region, standing, last];
			return [name, facts.filter((fact) => fact !== undefined).join('  ')];
		},
	);
	writeLinesWithHomeFlag(context, alignColumns(lines, ''));
	return 0;
}

/** `tfe-wizard status` */
export const statusCommand = (context: CommandContext): Promise<number> =>
	show(context, context.session, { answers: false });

/** `tfe-wizard sessions show` */
export const showSessionCommand = (context: CommandContext): Promise<number> =>
	show(context, context.operands[0] ?? '', { answers: true });

async function show(
	context: CommandContext,
	name: string,
	parts: { answers: boolean },
): Promise<number> {
	const { home, streams, json } = context;
	const record = readSession(home, name);
	const folders = buildSessionPaths(home, name);
	const state = await getStatus(home, name, record);
	const installed = getInstallationRecord(record);
	if (json) {
		const { practice, answers, steps, createdAt } = record;
		const facts = { practice, createdAt, installed: installed ?? null, folders, steps, answers };
		writeJson(streams.out, { v: 1, name, standing: state, ...facts });
		return 0;
	}
	const fault = describeSessionProblem(readExistingSessionState(home, name));
	const lines = [`${record.practice ? 'PRACTICE ' : ''}session ${name}: ${state}`];
	if (fault !== undefined) lines.push(`session.json is ${fault}`);
	lines.push('');
	const target = getSessionTarget(record);
	for (const { id } of target.steps) {
		const step = record.steps[id];
		const { summary } = step ?? {};
		// The summary is from an earlier run than the state.
		const text =
			step?.state === 'done' || summary === undefined ? summary : `previously: ${summary}`;
		lines.push(`${id.padEnd(10)} ${describeStepState(step).padEnd(11)} ${text ?? ''}`.trimEnd());
	}
	lines.push('', installedLine(record));
	const outputs = [
		...Object.entries(installed?.outputs ?? {})
			.filter(([, value]) => value !== '' && value !== null)
			.map(([key, value]): [string, string] => [key, formatInline(value)]),
		...Object.entries(installed?.withheld ?? {}).map(([key, secret]): [string, string] => [
			key,
			`(not stored: it contains the value of ${secret})`,
		]),
	];
	if (outputs.length > 0) {
		lines.push('', 'Outputs', ...alignColumns(outputs));
	}
	const warning = target.restartWarning?.(record);
	if (warning === 'unreadable')
		lines.push('', 'The record of the rekey in session.json cannot be read.');
	else if (warning !== undefined)
		lines.push('', `Do not restart the instance: ${warning.reason}`, `  ${warning.command}`);
	if (parts.answers) lines.push('', 'Answers', ...alignColumns(answerRows(record)));
	lines.push('', `workspace  ${folders.workspace}`, `logs       ${folders.logs}`);
	if (state !== 'finished') lines.push(`next       ${getResumeCommand(record)}`);
	writeLinesWithHomeFlag(context, lines);
	return 0;
}

function installedLine(record: SessionRecord): string {
	const installed = getInstallationRecord(record);
	if (installed !== undefined) return `installed  ${formatMinute(installed.at)}`;
	if (record.installed === null) return 'installed  no longer (everything was destroyed)';
	return 'installed  not yet';
}

/** "2026-03-01 12:34 UTC", from an ISO time. */
const formatMinute = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

function answerRows(record: SessionRecord): [string, string][] {
	return getSessionTarget(record).catalogue.questions.flatMap(
		({ key, kind }): [string, string][] => {
			const value = record.answers[key];
			if (value === undefined || value === '') return [];
			return [[key, kind === 'secret' ? describeSecretReferenceKind(value) : formatInline(value)]];
		},
	);
}
