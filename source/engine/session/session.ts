import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import {
	assertNoSecretsInAnswers,
	separateOutputsContainingSecrets,
} from '../answers/find-secrets-in-answers.ts';
import { addPathToErrors, WizardError } from '../errors.ts';
import { stringifySafeJson } from '../escape-for-terminal.ts';
import type { SecretRegistry } from '../secret-registry.ts';
import type { Journal } from './journal.ts';
import {
	assertOwnDirectory,
	assertSecureSessionsDirectory,
	buildSessionPaths,
	createOwnDirectory,
	createSessionsDirectory,
	type SessionDirectories,
} from './session-directories.ts';
import { acquireSessionLock, type SessionLock } from './session-lock.ts';
import {
	createSessionRecord,
	getInstallationRecord,
	loadOrRebuildSessionRecord,
	openJournal,
	renameDamagedSessionFile,
	type SessionRecord,
	type StepRecord,
	sessionRecordSchema,
} from './session-record.ts';

/** Letters, digits, dot, dash and underscore: a session name is also a directory name. */
const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** An installation: answers, step results and journal; locked while open. */
export class Session {
	readonly name: string;
	readonly folders: SessionDirectories;
	readonly journal: Journal;
	/** True when the session existed before this run. */
	readonly resumed: boolean;
	/** Warnings for the operator, for example about a damaged file that was rebuilt. */
	readonly warnings: readonly string[];
	readonly #store: Conf<SessionRecord>;
	readonly #lock: SessionLock;
	readonly #secrets: SecretRegistry;

	/**
	 * Opens a session, or creates a new one.
	 *
	 * @throws WizardError `usage` for an invalid name, `locked` when another run holds it, `refused`
	 *   when practice and real sessions would mix, its file cannot be rebuilt, or another user can
	 *   change the sessions directory.
	 */
	static open(options: {
		home: string;
		name: string;
		practice: boolean;
		secrets: SecretRegistry;
	}): Session {
		return new Session(options);
	}

	private constructor({ home, name, practice, secrets }: Parameters<typeof Session.open>[0]) {
		assertSessionName(name);
		this.name = name;
		this.folders = buildSessionPaths(home, name);
		this.#secrets = secrets;
		createSessionsDirectory(home);
		// The root first: directories below it are created only when it is not a link.
		for (const folder of Object.values(this.folders)) createOwnDirectory(folder);
		const { root } = this.folders;
		this.#lock = acquireSessionLock(join(root, 'lock'), name);
		try {
			this.journal = openJournal(root);
			const { record, resumed, warnings } = load(this.folders, this.journal, name, practice);
			this.resumed = resumed;
			this.warnings = warnings;
			this.#store = new Conf<SessionRecord>({
				cwd: root,
				configName: 'session',
				configFileMode: 0o600,
				clearInvalidConfig: false,
				accessPropertiesByDotNotation: false,
				// Indented, because operators read it.
				serialize: (value) => stringifySafeJson(value, '\t'),
			});
			if (!resumed || warnings.length > 0)
				addPathToErrors(this.#store.path, () => {
					this.#store.store = record;
				});
		} catch (error) {
			this.#lock.release();
			throw error;
		}
	}

	get record(): SessionRecord {
		// Checked first, because Conf would recreate the directory.
		const there = existsSync(this.#store.path);
		const parsed = sessionRecordSchema.safeParse(there ? this.#store.store : undefined);
		if (parsed.success) return parsed.data;
		throw new WizardError('command', {
			message: `${this.#store.path} ${there ? 'is no longer valid' : 'is missing'} while session ${this.name} is open.`,
			expected: 'the file as tfe-wizard wrote it',
			next: ['Restore the session directory, then run the same command again to resume.'],
		});
	}

	/**
	 * Changes the record, first in the journal, then atomically in session.json. Nothing is masked.
	 *
	 * @throws WizardError `answers` when an answer contains a registered secret.
	 */
	change(change: Partial<SessionRecord>): void {
		if (change.answers !== undefined) assertNoSecretsInAnswers(change.answers, this.#secrets);
		this.journal.write('session.changed', { change });
		addPathToErrors(this.#store.path, () => {
			this.#store.store = { ...this.record, ...change };
		});
	}

	/**
	 * @param more Other changes for the same write.
	 * @returns The outputs that are not stored, each with the name of the secret it contains.
	 */
	changeStep(
		step: string,
		record: Omit<StepRecord, 'at'>,
		more: Partial<SessionRecord> = {},
	): Readonly<Record<string, string>> {
		const { steps } = this.record;
		const { withheld, ...before } = steps[step] ?? {};
		const split =
			record.outputs === undefined
				? { ...(withheld === undefined ? {} : { withheld }) }
				: separateOutputsContainingSecrets(record.outputs, this.#secrets);
		const at = new Date().toISOString();
		// The summary is only shown, so it is masked; outputs are read back.
		const { summary } = record;
		const shown = summary === undefined ? {} : { summary: this.#secrets.mask(summary) };
		const changed = { ...before, ...record, ...shown, ...split, at };
		this.change({ ...more, steps: { ...steps, [step]: changed } });
		return record.outputs === undefined ? {} : (split.withheld ?? {});
	}

	/** Records a completed step that installs the target. Later runs keep the date of the first one. */
	installed(
		step: string,
		summary: string,
		outputs: Readonly<Record<string, unknown>>,
	): Readonly<Record<string, string>> {
		const { answers } = this.record;
		const installed = {
			at: getInstallationRecord(this.record)?.at ?? new Date().toISOString(),
			answers: createHash('sha256').update(JSON.stringify(answers)).digest('hex'),
			...separateOutputsContainingSecrets(outputs, this.#secrets),
		};
		return this.changeStep(step, { state: 'done', summary, outputs }, { installed });
	}

	/** Records that the installation was destroyed and removes the results of the given steps. */
	uninstalled(steps: readonly string[]): void {
		const kept = Object.entries(this.record.steps).filter(([id]) => !steps.includes(id));
		this.change({ installed: null, steps: Object.fromEntries(kept) });
	}

	/** Stores a value under a name; undefined removes it. */
	note(name: string, value: unknown): void {
		const { [name]: _, ...others } = this.record.notes;
		this.change({ notes: value === undefined ? others : { ...others, [name]: value } });
	}

	close(): void {
		this.#lock.release();
	}
}

/** @throws WizardError `usage` when the name is invalid. */
export function assertSessionName(name: string): void {
	if (SESSION_NAME.test(name)) return;
	throw new WizardError('usage', {
		message: `Invalid session name "${name}".`,
		expected:
			'letters, digits, dot, dash and underscore, at most 63, starting with a letter or digit',
	});
}

/**
 * Reads the record of a session from its file or its journal, without locking or changing anything.
 *
 * @throws WizardError `refused` as `Session.open` would.
 */
export function readSessionRecord(home: string, name: string): SessionRecord | undefined {
	return loadOrRebuildSessionRecord(buildSessionPaths(home, name).root, name)?.record;
}

function load(
	folders: SessionDirectories,
	journal: Journal,
	name: string,
	practice: boolean,
): { record: SessionRecord; resumed: boolean; warnings: string[] } {
	const recalled = loadOrRebuildSessionRecord(folders.root, name);
	if (recalled === undefined) {
		const record = createSessionRecord(name, practice);
		journal.write('session.created', { name, practice, createdAt: record.createdAt });
		return { record, resumed: false, warnings: [] };
	}
	const { record, rebuilt } = recalled;
	if (record.practice !== practice) throw mixed(name, record.practice);
	const warnings = rebuilt === undefined ? [] : [renameDamagedSessionFile(folders.root, rebuilt)];
	return { record, resumed: true, warnings };
}

function mixed(name: string, practice: boolean): WizardError {
	return new WizardError('refused', {
		message: practice
			? `Session ${name} is a practice session and cannot be used with a real account.`
			: `Session ${name} belongs to a real account and cannot be used in practice mode.`,
		next: [
			practice ? `tfe-wizard practice --session ${name}` : 'tfe-wizard practice --session practice',
		],
	});
}

/**
 * Removes the directory of a session, including links in it but not their targets. The caller must
 * have asked for confirmation.
 *
 * @throws WizardError `refused` when it is a link, or another user can change it.
 */
export function removeSessionDirectory(home: string, name: string): void {
	assertSecureSessionsDirectory(home);
	const { root } = buildSessionPaths(home, name);
	if (existsSync(root)) assertOwnDirectory(root);
	rmSync(root, { recursive: true, force: true });
}
