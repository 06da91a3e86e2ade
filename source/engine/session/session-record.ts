import { type Dirent, existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findFreePath } from '../directories.ts';
import { toWizardError, WizardError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readRegularFileText } from '../regular-file.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { buildSessionPaths } from './session-directories.ts';

/** Incremented when the schema changes; older files are migrated, newer ones rejected. */
const SESSION_VERSION = 1;

const stepRecordSchema = z.object({
	state: z.enum(['running', 'done', 'failed', 'stopped']),
	at: z.string(),
	summary: z.string().optional(),
	outputs: z.record(z.string(), z.unknown()).optional(),
	/** Outputs that are not stored, with the name of the secret each contains. */
	withheld: z.record(z.string(), z.string()).optional(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

const installedSchema = z.object({
	/** ISO time of the first successful run of the step that installs. */
	at: z.string(),
	/** SHA-256 of the answers it was installed with; '' for older session files. */
	answers: z.string(),
	outputs: z.record(z.string(), z.unknown()),
	/** As in a step record. */
	withheld: z.record(z.string(), z.string()).optional(),
});
type InstallationRecord = z.infer<typeof installedSchema>;

/** The content of session.json. Contains no secrets. */
export const sessionRecordSchema = z.object({
	version: z.literal(SESSION_VERSION),
	name: z.string(),
	createdAt: z.string(),
	practice: z.boolean(),
	/** Resolved answers by key path, defaults included. */
	answers: z.record(z.string(), z.unknown()),
	/** The directory that relative paths in answers are resolved from. */
	baseFolder: z.string(),
	steps: z.record(z.string(), stepRecordSchema),
	/** What is installed; null after it was destroyed. Missing in older files: see `getInstallationRecord`. */
	installed: installedSchema.nullable().optional(),
	/** Data that steps store between runs, by step or driver. */
	notes: z.record(z.string(), z.unknown()),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/**
 * What a session has installed, regardless of its latest run. For older session files it is derived
 * from the step "install", whose outputs are kept after later failures.
 */
export function getInstallationRecord(record: SessionRecord): InstallationRecord | undefined {
	if (record.installed !== undefined) return record.installed ?? undefined;
	const step = record.steps.install;
	if (step === undefined || !hasStepEverSucceeded(record, 'install')) return undefined;
	return { at: step.at, answers: '', outputs: step.outputs ?? {} };
}

/**
 * The stored outputs of a step. Reading an output that was not stored because it contains a secret
 * throws; enumeration skips it.
 *
 * @param command The command that runs the step again and reads the output from its source.
 * @throws WizardError `refused` when a withheld output is read.
 */
export function guardReadsOfWithheldOutputs(
	step: string,
	{ outputs, withheld = {} }: Pick<StepRecord, 'outputs' | 'withheld'>,
	command: string,
): Readonly<Record<string, unknown>> {
	const readable = { ...outputs };
	for (const [name, secret] of Object.entries(withheld)) {
		Object.defineProperty(readable, name, {
			get: () => {
				throw new WizardError('refused', {
					message: `The output ${name} of ${step} is required, but it is not stored because it contains the value of ${secret}.`,
					expected: 'a secret that is not part of any name',
					next: [`${command} (reads it again and continues)`],
				});
			},
		});
	}
	return readable;
}

/** The command that resumes an open or stored session. */
export function getResumeCommand(
	session:
		| Pick<SessionRecord, 'name' | 'practice'>
		| { name: string; record: Pick<SessionRecord, 'practice'> },
): string {
	const { practice } = 'record' in session ? session.record : session;
	return `tfe-wizard ${practice ? 'practice' : 'install'} --session ${session.name}`;
}

/** Whether a step has ever succeeded. Its `state` is only the result of its latest run. */
export function hasStepEverSucceeded(
	{ steps }: Pick<SessionRecord, 'steps'>,
	step: string,
): boolean {
	const found = steps[step];
	return found?.state === 'done' || found?.outputs !== undefined;
}

/** The record of a new session. */
export function createSessionRecord(name: string, practice: boolean): SessionRecord {
	return {
		version: SESSION_VERSION,
		name,
		createdAt: new Date().toISOString(),
		practice,
		answers: {},
		baseFolder: process.cwd(),
		steps: {},
		notes: {},
	};
}

/**
 * Rebuilds the record of a damaged session file from the journal. Undefined when the journal does not
 * contain the start of the session.
 */
function rebuildRecordFromJournal(entries: readonly JournalEntry[]): SessionRecord | undefined {
	let record: SessionRecord | undefined;
	for (const entry of entries) {
		if (entry.kind === 'session.created') {
			const made = createSessionRecord(String(entry.name), entry.practice === true);
			record = { ...made, createdAt: String(entry.createdAt ?? entry.time) };
		} else if (entry.kind === 'session.changed' && record !== undefined) {
			const change = entry.change;
			if (typeof change === 'object' && change !== null) record = { ...record, ...change };
		}
	}
	return sessionRecordSchema.safeParse(record).data;
}

/** @param root The directory of the session. */
export const openJournal = (root: string): Journal => new Journal(join(root, 'journal.jsonl'));

interface LoadedRecord {
	record: SessionRecord;
	/** Why the record was rebuilt; undefined when it was read from session.json. */
	rebuilt?: 'damaged' | 'missing';
}

/**
 * Loads the record of a session from its file or, when that is damaged or missing, from its journal.
 * Read-only. Undefined when the session does not exist.
 *
 * @param root The directory of the session.
 * @throws WizardError `refused` when a newer tfe-wizard wrote it, or when file and journal are
 *   both damaged.
 */
export function loadOrRebuildSessionRecord(root: string, name: string): LoadedRecord | undefined {
	const path = join(root, 'session.json');
	const journal = openJournal(root);
	const text = readRegularFileText(path, limits.sessionBytes);
	const there = text !== undefined;
	const own = there ? parseRecord(text) : undefined;
	if (own !== undefined) return { record: own };
	const remembered = rebuildRecordFromJournal(journal.read());
	if (remembered !== undefined)
		return { record: remembered, rebuilt: there ? 'damaged' : 'missing' };
	if (!there && journal.isEmpty()) return undefined;
	throw new WizardError('refused', {
		message: `The file of session ${name} is ${there ? 'damaged' : 'missing'}, and its journal is incomplete.`,
		details: [
			...(there ? [`damaged file (not changed): ${path}`] : []),
			`journal: ${journal.path}`,
		],
		next: [
			`Restore a good copy to ${path}, or start again with --session NEW-NAME and your answers file.`,
			`tfe-wizard sessions remove ${name} --with-state --confirm ${name}`,
		],
	});
}

/** Renames a damaged session file. Returns a warning for the operator. */
export function renameDamagedSessionFile(
	root: string,
	rebuilt: NonNullable<LoadedRecord['rebuilt']>,
): string {
	const path = join(root, 'session.json');
	if (rebuilt === 'missing') return `${path} was missing; it was rebuilt from the journal.`;
	const copy = findFreePath(path, '.damaged-');
	renameSync(path, copy);
	return `${path} was damaged. It was renamed to ${copy}, and the session was rebuilt from its journal.`;
}

/** A newer tfe-wizard wrote the session. */
export class NewerSessionError extends WizardError {
	readonly version: number;

	constructor(version: number) {
		super('refused', {
			message: `This session was written by a newer tfe-wizard (session version ${version}).`,
			expected: `session version ${SESSION_VERSION}`,
			next: ['Install the newer tfe-wizard, or start a new session with --session NAME.'],
		});
		this.version = version;
	}
}

function parseRecord(text: string): SessionRecord | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	const version = (value as { version?: unknown } | null)?.version;
	if (typeof version === 'number' && version > SESSION_VERSION) {
		throw new NewerSessionError(version);
	}
	return sessionRecordSchema.safeParse(value).data;
}

/** The state of a stored session, used by everything that reads sessions. */
export type StoredSessionState =
	| { kind: 'ok'; record: SessionRecord }
	/** session.json is unusable, but the next run can rebuild it from the journal. */
	| { kind: 'rebuildable'; record: SessionRecord; file: 'damaged' | 'missing' }
	/** A newer tfe-wizard wrote it. */
	| { kind: 'newer'; version: number }
	/** Neither session.json nor the journal is usable. */
	| { kind: 'damaged'; reason: string; notes: Readonly<Record<string, unknown>> }
	/** A directory with neither file. */
	| { kind: 'empty' }
	| { kind: 'absent' };

/** Reads the state of a session without locking or changing anything. */
export function readStoredSessionState(home: string, name: string): StoredSessionState {
	const { root } = buildSessionPaths(home, name);
	if (!existsSync(root)) return { kind: 'absent' };
	try {
		const recalled = loadOrRebuildSessionRecord(root, name);
		if (recalled === undefined) return { kind: 'empty' };
		// The directory name is authoritative: another name in the file would get into commands.
		const record = { ...recalled.record, name };
		const { rebuilt } = recalled;
		return rebuilt === undefined
			? { kind: 'ok', record }
			: { kind: 'rebuildable', record, file: rebuilt };
	} catch (thrown) {
		if (thrown instanceof NewerSessionError) return { kind: 'newer', version: thrown.version };
		return {
			kind: 'damaged',
			reason: toWizardError(thrown).message,
			notes: notesLeft(root),
		};
	}
}

/** The names of all sessions, sorted. Other files are ignored. */
export function listSessionNames(home: string): string[] {
	const folder = join(home, 'sessions');
	const entries: Dirent[] = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
	return entries
		.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
		.map((entry) => entry.name)
		.sort();
}

/** The readable notes of a session with an unreadable record. */
function notesLeft(root: string): Record<string, unknown> {
	const changes =
		attempt(() =>
			openJournal(root)
				.read()
				.map(({ change }) => change),
		) ?? [];
	const file = attempt(() =>
		JSON.parse(readRegularFileText(join(root, 'session.json'), limits.sessionBytes) ?? ''),
	);
	const notes = [...changes, file].map((one) => (one as { notes?: unknown } | null)?.notes);
	return Object.assign({}, ...notes.filter((one) => typeof one === 'object'));
}

function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
