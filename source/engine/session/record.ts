import { z } from 'zod';
import { WizardError } from '../errors.ts';
import type { JournalEntry } from './journal.ts';

/** Raised when the shape changes; older files are migrated, newer ones refused. */
export const SESSION_VERSION = 1;

const stepRecordSchema = z.object({
	state: z.enum(['running', 'done', 'failed', 'stopped']),
	at: z.string(),
	summary: z.string().optional(),
	outputs: z.record(z.string(), z.unknown()).optional(),
	/** Outputs that are not stored: which secret each of them contains. */
	withheld: z.record(z.string(), z.string()).optional(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

const installedSchema = z.object({
	/** ISO time of the first successful run of the step that installs. */
	at: z.string(),
	/** SHA-256 of the answers it was installed with; '' in what an older session file says. */
	answers: z.string(),
	outputs: z.record(z.string(), z.unknown()),
	/** As of a step. */
	withheld: z.record(z.string(), z.string()).optional(),
});
export type Installed = z.infer<typeof installedSchema>;

/** What a session remembers, as it lies in session.json. No secret is ever part of it. */
export const sessionRecordSchema = z.object({
	version: z.literal(SESSION_VERSION),
	name: z.string(),
	createdAt: z.string(),
	practice: z.boolean(),
	/** Resolved answers by key path, defaults included. */
	answers: z.record(z.string(), z.unknown()),
	/** The folder that relative paths in answers start from. */
	baseFolder: z.string(),
	steps: z.record(z.string(), stepRecordSchema),
	/** What is installed; null once it was destroyed. Older files lack it: see `installedOf`. */
	installed: installedSchema.nullable().optional(),
	/** Facts that steps keep between runs, by step or driver. */
	notes: z.record(z.string(), z.unknown()),
});
export type SessionRecord = z.infer<typeof sessionRecordSchema>;

/**
 * What a session has installed, whatever its latest run came to. Older session files do not say
 * so: there it follows from the step "install", whose outputs later failures leave in place.
 */
export function installedOf(record: SessionRecord): Installed | undefined {
	if (record.installed !== undefined) return record.installed ?? undefined;
	const step = record.steps.install;
	if (step === undefined || !wasDone(record, 'install')) return undefined;
	return { at: step.at, answers: '', outputs: step.outputs ?? {} };
}

/**
 * The stored outputs of a step. Reading one that was not stored, because it contains a secret,
 * throws; listing them passes over it.
 *
 * @param command Runs the step again, which reads the output from where it comes.
 * @throws WizardError `refused` when a withheld output is read.
 */
export function readableOutputs(
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

/** Whether a step has ever succeeded. Its `state` only tells how the latest run of it ended. */
export function wasDone({ steps }: Pick<SessionRecord, 'steps'>, step: string): boolean {
	const found = steps[step];
	return found?.state === 'done' || found?.outputs !== undefined;
}

/** A session at its very beginning. */
export function emptyRecord(name: string, practice: boolean): SessionRecord {
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
 * The record as the journal tells it, for a session file that was damaged. Undefined when the
 * journal does not even hold the beginning.
 */
export function recordFromJournal(entries: readonly JournalEntry[]): SessionRecord | undefined {
	let record: SessionRecord | undefined;
	for (const entry of entries) {
		if (entry.kind === 'session.created') {
			const made = emptyRecord(String(entry.name), entry.practice === true);
			record = { ...made, createdAt: String(entry.createdAt ?? entry.time) };
		} else if (entry.kind === 'session.changed' && record !== undefined) {
			const change = entry.change;
			if (typeof change === 'object' && change !== null) record = { ...record, ...change };
		}
	}
	const parsed = sessionRecordSchema.safeParse(record);
	return parsed.success ? parsed.data : undefined;
}
