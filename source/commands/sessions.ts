import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { describeSecret } from '../engine/answers/secret-reference.ts';
import { WizardError } from '../engine/errors.ts';
import { lockHolder, takeLock } from '../engine/session/lock.ts';
import type { SessionRecord } from '../engine/session/record.ts';
import {
	assertSessionName,
	readRecord,
	removeSessionFolder,
	sessionFolders,
} from '../engine/session/session.ts';
import { columns, inline } from '../headless/words.ts';
import { ceremonyOf } from '../steps/rekey/keeping.ts';
import { ptfeAmi } from '../targets/ptfe-ami/target.ts';
import { erroredState } from '../terraform/errored-state.ts';
import { unfinishedCommands } from '../terraform/log-files.ts';
import { rebootGate } from '../vault/ceremony/record.ts';
import type { CommandContext } from './context.ts';
import { DEFAULT_SESSION } from './install.ts';

/** `tfe-wizard sessions …` */
export async function sessionsCommand(context: CommandContext, verb: string): Promise<number> {
	const name = context.called.operands[0] ?? '';
	if (verb === 'list') return list(context);
	return verb === 'show' ? show(context, name) : remove(context, name);
}

/** `tfe-wizard status` */
export async function statusCommand(context: CommandContext): Promise<number> {
	return show(context, context.flag('session') ?? DEFAULT_SESSION, { answers: false });
}

/** @throws WizardError `usage` when there is no such session, naming those there are. */
export function readSession(home: string, name: string): SessionRecord {
	assertSessionName(name);
	const record = readRecord(home, name);
	if (record !== undefined) return record;
	const damaged = existsSync(join(sessionFolders(home, name).root, 'journal.jsonl'));
	if (damaged) {
		throw new WizardError('refused', {
			message: `The file of session ${name} is missing or damaged.`,
			next: [`tfe-wizard install --session ${name} (rebuilds it from its journal)`],
		});
	}
	const names = sessionNames(home);
	throw new WizardError('usage', {
		message: `There is no session ${name}.`,
		expected:
			names.length === 0
				? `a session in ${home}, where there is none yet`
				: `one of: ${names.join(', ')}`,
		next: ['tfe-wizard sessions list', 'tfe-wizard answers template'],
	});
}

function sessionNames(home: string): string[] {
	const folder = join(home, 'sessions');
	return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** When a session last did anything. */
function lastAt(record: SessionRecord): string {
	return Object.values(record.steps).reduce(
		(last, { at }) => (at > last ? at : last),
		record.createdAt,
	);
}

/** How far a session came, in a word. */
function standing(home: string, name: string, record: SessionRecord): string {
	if (lockHolder(join(sessionFolders(home, name).root, 'lock')) !== undefined) return 'running';
	const steps = ptfeAmi.steps.map(({ id }) => record.steps[id]?.state);
	if (steps.every((state) => state === 'done')) return 'finished';
	const last = ptfeAmi.steps.findLast(({ id }) => record.steps[id] !== undefined);
	return last === undefined ? 'new' : `${record.steps[last.id]?.state} at ${last.id}`;
}

function list(context: CommandContext): number {
	const { home, streams, json } = context;
	const rows = sessionNames(home).map((name) => {
		const record = readRecord(home, name);
		if (record === undefined)
			return { name, standing: 'damaged; running it rebuilds it from its journal' };
		const { account, region } = record.answers;
		return {
			name,
			standing: standing(home, name, record),
			practice: record.practice,
			account: inline(account ?? ''),
			region: inline(region ?? ''),
			createdAt: record.createdAt,
			lastAt: lastAt(record),
		};
	});
	if (json) {
		streams.out.write(`${JSON.stringify({ v: 1, home, sessions: rows })}\n`);
		return 0;
	}
	if (rows.length === 0) {
		streams.out.write(`No session in ${home} yet.\nnext  tfe-wizard practice\n`);
		return 0;
	}
	const width = Math.max(...rows.map(({ name }) => name.length));
	for (const { name, standing, account, region, lastAt, practice } of rows) {
		const facts = [
			practice ? 'PRACTICE' : account,
			region,
			standing,
			lastAt === undefined ? undefined : `${lastAt.slice(0, 16).replace('T', ' ')} UTC`,
		];
		streams.out.write(
			`${name.padEnd(width)}  ${facts.filter((fact) => fact !== undefined).join('  ')}\n`,
		);
	}
	return 0;
}

function show(
	context: CommandContext,
	name: string,
	parts: { answers: boolean } = { answers: true },
): number {
	const { home, streams, json } = context;
	const record = readSession(home, name);
	const folders = sessionFolders(home, name);
	const state = standing(home, name, record);
	if (json) {
		const { practice, answers, steps, createdAt } = record;
		streams.out.write(
			`${JSON.stringify({ v: 1, name, standing: state, practice, createdAt, folders, steps, answers })}\n`,
		);
		return 0;
	}
	const lines = [`${record.practice ? 'PRACTICE ' : ''}session ${name}: ${state}`, ''];
	for (const { id } of ptfeAmi.steps) {
		const step = record.steps[id];
		lines.push(
			`${id.padEnd(10)} ${(step?.state ?? 'not begun').padEnd(9)} ${step?.summary ?? ''}`.trimEnd(),
		);
	}
	const outputs = Object.entries(record.steps.install?.outputs ?? {}).filter(
		([, value]) => value !== '' && value !== null,
	);
	if (outputs.length > 0) {
		const rows = outputs.map(([key, value]): [string, string] => [key, inline(value)]);
		lines.push('', 'Outputs', ...columns(rows));
	}
	const gate = rebootGate(ceremonyOf(record.notes));
	if (gate !== undefined)
		lines.push('', `Do not restart the machine: ${gate}`, `  ${rekeyOf(name)}`);
	if (parts.answers) lines.push('', 'Answers', ...columns(answerRows(record)));
	lines.push('', `workspace  ${folders.workspace}`, `logs       ${folders.logs}`);
	if (state !== 'finished') {
		lines.push(
			`next       tfe-wizard ${record.practice ? 'practice' : 'install'} --session ${name}`,
		);
	}
	streams.out.write(`${lines.join('\n')}\n`);
	return 0;
}

function answerRows(record: SessionRecord): [string, string][] {
	return ptfeAmi.catalogue.questions.flatMap(({ key, kind }): [string, string][] => {
		const value = record.answers[key];
		if (value === undefined || value === '') return [];
		return [[key, kind === 'secret' ? describeSecret(value) : inline(value)]];
	});
}

const rekeyOf = (name: string): string => `tfe-wizard rekey --session ${name}`;

async function remove(context: CommandContext, name: string): Promise<number> {
	const { home, streams } = context;
	const gate = rebootGate(ceremonyOf(readSession(home, name).notes));
	if (gate !== undefined)
		throw new WizardError('refused', {
			message: `The rekey of session ${name} has not ended: ${gate}.`,
			next: [rekeyOf(name)],
		});
	const { root, workspace } = sessionFolders(home, name);
	assertNothingRuns(home, name);
	const held = statesIn(workspace);
	if (held.length > 0 && !context.on('with-state')) {
		throw new WizardError('refused', {
			message: `Terraform state of session ${name} lies in its folder: without it nobody could manage what it made.`,
			details: held,
			next: [`tfe-wizard sessions remove ${name} --with-state --confirm ${name}`],
		});
	}
	const confirmed = context.flag('confirm') ?? (await typedName(name));
	if (confirmed !== name) {
		throw new WizardError('refused', {
			message: `Session ${name} was not removed: its name was not given again.`,
			next: [`tfe-wizard sessions remove ${name} --confirm ${name}`],
		});
	}
	const lock = takeLock(join(root, 'lock'), name);
	try {
		// Anew, for a run may have begun, and ended by force, while the name was awaited.
		assertNothingRuns(home, name);
		removeSessionFolder(home, name);
	} finally {
		lock.release();
	}
	streams.out.write(`Session ${name} is forgotten; what it installed stays as it is.\n`);
	return 0;
}

/**
 * A terraform outlives the run that began it, and works on in the session's folder.
 *
 * @throws WizardError `locked` naming what is still at work.
 */
function assertNothingRuns(home: string, name: string): void {
	const { logs } = sessionFolders(home, name);
	const entries = existsSync(logs) ? readdirSync(logs, { withFileTypes: true }) : [];
	const stacks = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	const running = stacks.flatMap((stack) =>
		unfinishedCommands(join(logs, stack))
			.filter(({ alive }) => alive)
			.map(({ record }) => `terraform ${record.label} of ${stack}, process ${record.pid}`),
	);
	if (running.length === 0) return;
	const command = readRecord(home, name)?.practice ? 'practice' : 'install';
	throw new WizardError('locked', {
		message: `Terraform of session ${name} is still at work in its folder.`,
		details: running,
		next: [
			`tfe-wizard ${command} --session ${name} (follows it to its end and goes on)`,
			`or wait for its end, then: tfe-wizard sessions remove ${name}`,
		],
	});
}

/**
 * States that are no mere leftovers: those a stack without another backend still uses, and those
 * that terraform could not hand to their backend.
 */
function statesIn(workspace: string): string[] {
	if (!existsSync(workspace)) return [];
	return readdirSync(workspace).flatMap((stack) => {
		const own = join(workspace, stack, 'terraform.tfstate');
		const unsaved = erroredState(join(workspace, stack)) ?? [];
		return [existsSync(own) && hasResources(own) ? own : [], unsaved].flat();
	});
}

function hasResources(path: string): boolean {
	try {
		const text = readFileSync(path, 'utf8');
		// Terraform empties the file when the state has moved elsewhere.
		if (text.trim() === '') return false;
		const state = JSON.parse(text) as { resources?: unknown[] };
		return (state.resources ?? []).length > 0;
	} catch {
		return true;
	}
}

async function typedName(name: string): Promise<string | undefined> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
	const reader = createInterface({ input: process.stdin, output: process.stdout });
	try {
		return (await reader.question(`Type the session’s name (${name}) to remove it: `)).trim();
	} finally {
		reader.close();
	}
}
