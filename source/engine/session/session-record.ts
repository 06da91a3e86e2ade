import { z } from 'zod';
import { WizardError } from '../errors.ts';
import type { JournalEntry } from './journal.ts';

/** Incremented when the schema changes; older files are migrated, newer ones rejected. */
export const SESSION_VERSION = 1;

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
export type Installation = z.infer<typeof installedSchema>;

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
	/** What is installed; null after it was destroyed. Missing in older files: see `installedOf`. */
	installed: installedSchema.nullable().optional(),
	/** Data that steps store between runs, by step or driver. */
	notes: z.record(z.string(), z.unknown()),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/**
 * What a session has installed, regardless of its latest run. For older session files it is derived
 * from the step "install", whose outputs are kept after later failures.
 */
export function getInstallation(record: SessionRecord): Installation | undefined {
	if (record.installed !== undefined) return record.installed ?? undefined;
	const step = record.steps.install;
	if (step === undefined || !hasStepSucceeded(record, 'install')) return undefined;
	return { at: step.at, answers: '', outputs: step.outputs ?? {} };
}

/**
 * The stored outputs of a step. Reading an output that was not stored because it contains a secret
 * throws; enumeration skips it.
 *
 * @param command The command that runs the step again and reads the output from its source.
 * @throws WizardError `refused` when a withheld output is read.
 */
export function guardWithheldOutputs(
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

/** Whether a step has ever succeeded. Its `state` is only the result of its latest run. */
export function hasStepSucceeded({ steps }: Pick<SessionRecord, 'steps'>, step: string): boolean {
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
export function rebuildRecordFromJournal(
	entries: readonly JournalEntry[],
): SessionRecord | undefined {
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
	const parsed = sessionRecordSchema.safeParse(record);
	return parsed.success ? parsed.data : undefined;
}
