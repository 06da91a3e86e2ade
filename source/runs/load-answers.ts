import { createProblemsError, MissingAnswersError } from '../engine/answers/answers-problem.ts';
import {
	type AnswerChange,
	diffAnswersOfStartedSteps,
	formatAnswerChanges,
} from '../engine/answers/diff-answers.ts';
import {
	assertNoSecretsInAnswers,
	labelNamesToScanForSecrets,
} from '../engine/answers/find-secrets-in-answers.ts';
import { type ParsedAnswers, readAnswersFile } from '../engine/answers/parse-answers.ts';
import {
	addDefaultAndDerivedAnswers,
	checkAnswers,
} from '../engine/answers/resolve-and-check-answers.ts';
import {
	enableSecretCommandCache,
	findSecretReferences,
	resolveAndRegisterSecrets,
} from '../engine/answers/resolve-secret-reference.ts';
import {
	excludeFromChildEnvironments,
	getInitialEnvironment,
} from '../engine/child-environment.ts';
import { WizardError } from '../engine/errors.ts';
import { STANDARD_INPUT } from '../engine/input-file.ts';
import type { Answers } from '../engine/question.ts';
import { SECRET_MASK, type SecretRegistry } from '../engine/secret-registry.ts';
import type { Session } from '../engine/session/session.ts';
import { getResumeCommand, type SessionRecord } from '../engine/session/session-record.ts';
import { quoteShellWord } from '../engine/shell-quote.ts';
import {
	getSessionTarget,
	getTargetCatalogue,
	getTargetOrDefault,
	targets,
} from '../targets/registry.ts';
import type { Target } from '../targets/target.ts';

export interface LoadedAnswers {
	target: Target;
	answers: Answers;
	baseFolder: string;
	/** Differences from the stored answers, one per line. */
	changes: readonly string[];
}

export interface LoadAnswersOptions {
	/** Answers file, if one was given. */
	file?: string;
	session: string;
	/** The stored session, if there is one. */
	record: SessionRecord | undefined;
	/** Ids of the steps that will run. */
	steps(target: Target): readonly string[];
	replay: boolean;
	/** Receives the secrets the answers refer to. */
	secrets: SecretRegistry;
	/** The session directory, whose path is stored and shown. */
	folder: string;
	/** Cancels a secret command. */
	signal: AbortSignal;
}

/**
 * Loads the answers of a run without prompts. Opens no session and changes nothing.
 *
 * @throws WizardError `answers` with every problem or missing answer, or if an answer contains a
 *   secret; `refused` if the answers differ from the stored ones.
 */
export async function loadAnswers(options: LoadAnswersOptions): Promise<LoadedAnswers> {
	enableSecretCommandCache(options.secrets);
	const found = await readAnswers(options);
	await assertNoSecretInAnswers(options, found);
	return found;
}

async function readAnswers(wanted: LoadAnswersOptions): Promise<LoadedAnswers> {
	const { file, session, record } = wanted;
	excludeAnswerVariablesFromChildren({}, record);
	if (file === undefined) {
		const known = record?.answers ?? {};
		assertUnmasked(known, session);
		const target = getSessionTarget(record);
		const resolved = addDefaultAndDerivedAnswers(known, target.catalogue, { session });
		assertComplete(resolved.missing, target, wanted);
		return {
			target,
			answers: resolved.answers,
			baseFolder: record?.baseFolder ?? process.cwd(),
			changes: [],
		};
	}
	const parsed = await readAnswersFile(file, getTargetCatalogue, { signal: wanted.signal });
	excludeAnswerVariablesFromChildren(parsed.answers);
	const { catalogue } = parsed;
	const target = getTargetOrDefault(catalogue.target);
	const { problems, resolved } = checkAnswers(parsed, catalogue, { session });
	if (problems.length > 0) throw createProblemsError(problems, file);
	assertNothingAsked(parsed, file, wanted.steps(target));
	assertComplete(resolved.missing, target, wanted);
	const changedAnswers = diffAnswersOfStartedSteps(record, resolved.answers, catalogue);
	const changes = formatAnswerChanges(changedAnswers);
	assertSamePlace(changedAnswers, wanted);
	if (changes.length > 0 && !wanted.replay) throw changed(changes, wanted);
	return { target, answers: resolved.answers, baseFolder: parsed.baseFolder, changes };
}

/**
 * Runs before anything is stored, and only with the first step, whose checks resolve the secrets
 * anyway: a backup alone must not depend on the database password.
 */
async function assertNoSecretInAnswers(
	{ secrets, steps, session, folder, signal, record }: LoadAnswersOptions,
	{ target, answers, baseFolder }: LoadedAnswers,
): Promise<void> {
	const { catalogue } = target;
	if (!steps(target).includes(catalogue.steps[0]?.id ?? '')) return;
	const around = { catalogue, baseFolder, environment: getInitialEnvironment(), signal };
	await resolveAndRegisterSecrets(answers, { ...around, registry: secrets, commands: true });
	// An existing installation with such a password must stay manageable: its step only warns.
	const fixed = record?.notes['stack.install'] === undefined ? target.fixedNames : {};
	assertNoSecretsInAnswers(answers, secrets, {
		...labelNamesToScanForSecrets({ session, folder, baseFolder }),
		...fixed,
	});
}

/**
 * An earlier version masked answers before it stored them, which lost part of them permanently.
 *
 * @throws WizardError `answers` naming the keys.
 */
function assertUnmasked(answers: Answers, session: string): void {
	const lost = Object.keys(answers).filter((key) =>
		JSON.stringify(answers[key])?.includes(SECRET_MASK),
	);
	if (lost.length === 0) return;
	throw new WizardError('answers', {
		message: `Session ${session} lost part of ${lost.join(', ')}: an earlier version of tfe-wizard stored ${SECRET_MASK} instead of the value.`,
		expected: 'the original answer',
		next: [
			`tfe-wizard answers export --session ${session} > answers.yaml`,
			'Correct it in the file, then run the same command with --answers answers.yaml --replay.',
		],
	});
}

function assertComplete(
	missing: readonly { key: string; label: string }[],
	target: Target,
	wanted: LoadAnswersOptions,
): void {
	const stepOf = new Map(target.catalogue.questions.map(({ key, step }) => [key, step]));
	const steps = wanted.steps(target);
	const needed = missing.filter(({ key }) => steps.includes(stepOf.get(key) ?? ''));
	if (needed.length > 0) throw new MissingAnswersError(needed, wanted.file);
}

function assertNothingAsked(parsed: ParsedAnswers, file: string, steps: readonly string[]): void {
	const asked = parsed.ask.filter((step) => steps.includes(step));
	if (asked.length === 0) return;
	throw new WizardError('answers', {
		message: `${parsed.file} makes steps interactive (ask: ${asked.join(', ')}), but this run cannot prompt.`,
		next: [
			...(file === STANDARD_INPUT
				? []
				: [`tfe-wizard --answers ${quoteShellWord(file)} (prompts for those steps)`]),
			'Remove "ask" from the answers, or stop before those steps with --until.',
		],
	});
}

/**
 * Created resources belong to one account and region. With another one they would appear to be
 * missing and be created again, leaving the old ones behind.
 */
function assertSamePlace(
	changes: readonly AnswerChange[],
	{ record, session }: LoadAnswersOptions,
): void {
	const made = Object.keys(record?.notes ?? {}).some((note) => note.startsWith('stack.'));
	const moved = changes.filter(({ key }) => ['account', 'region', 'target'].includes(key));
	if (!made || moved.length === 0) return;
	throw new WizardError('refused', {
		message: `Session ${session} has already created resources; its account, region and target can no longer change.`,
		details: formatAnswerChanges(moved),
		expected: 'a separate session for another account, region or target',
		next: ['Run the same command with --session NEW-NAME.'],
	});
}

function changed(
	changes: readonly string[],
	{ session, file, record }: LoadAnswersOptions,
): WizardError {
	const command = getResumeCommand({ name: session, practice: record?.practice === true });
	return new WizardError('refused', {
		message: `The answers differ from those stored in session ${session}; nothing was changed.`,
		details: changes,
		next: [
			`${command} (continues with the stored answers)`,
			file === undefined || file === STANDARD_INPUT
				? 'To continue with the changed answers, run the same command again with --replay.'
				: `${command} --answers ${quoteShellWord(file)} --replay (continues with the changed answers)`,
		],
	});
}

/** Session note with every variable that any of its answers ever used for a secret. */
const VARIABLES_NOTE = 'secret.variables';

/**
 * Hides the variables that answers use for secrets from every child process: those of these answers
 * and, with a record, of the current and replaced answers of a session.
 *
 * @returns The distinct names.
 */
export function excludeAnswerVariablesFromChildren(
	answers: Answers,
	record?: SessionRecord,
): string[] {
	const stored = record?.notes[VARIABLES_NOTE];
	const references = [record?.answers ?? {}, answers].flatMap((given) =>
		targets.flatMap(({ catalogue }) => findSecretReferences(given, catalogue)),
	);
	const names = new Set([
		...(Array.isArray(stored) ? stored.map(String) : []),
		...references.flatMap(({ reference }) => ('env' in reference ? [reference.env] : [])),
	]);
	excludeFromChildEnvironments(names);
	return [...names];
}

/** Does the same, and stores the names in the session for later runs. */
export function excludeAndRecordVariableNames(answers: Answers, session: Session): void {
	const { [VARIABLES_NOTE]: stored } = session.record.notes;
	const names = excludeAnswerVariablesFromChildren(answers, session.record);
	if (names.length > (Array.isArray(stored) ? stored.length : 0))
		session.note(VARIABLES_NOTE, names);
}
