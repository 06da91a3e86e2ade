import {
	createSecretParameterStore,
	type SecretParameterStore,
} from '../../../aws/secret-parameter.ts';
import { MissingAnswerReadError } from '../../../engine/answers/answers-problem.ts';
import {
	assertNoSecretsInAnswers,
	labelNamesToScanForSecrets,
} from '../../../engine/answers/find-secrets-in-answers.ts';
import {
	formatSecretName,
	generatePassword,
	resolveSecret,
} from '../../../engine/answers/resolve-secret-reference.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { Answers } from '../../../engine/question.ts';
import { getResumeCommand } from '../../../engine/session/session-record.ts';
import { type Context, getAnswerText } from '../../../steps/step-context.ts';
import { findDatabasePasswordProblem } from '../rules/database.ts';
import { unmaskableNames } from '../rules/unmaskable-names.ts';
import {
	formatSetupMarker,
	parseSetupMarker,
	parseSetupPassword,
	readSetupObject,
	type SetupObject,
} from './setup-data.ts';

const KEY = 'settings.db_password';

/** The database password of this installation, with its storage until it is delivered. */
export interface ManagedDatabasePassword {
	/** Valid for a plan: the real password, or one that is stored when the plan is applied. */
	value: string;
	/** The setup object before this run. */
	delivered: SetupObject | undefined;
	/** Call before an apply, so that an interrupted run finds the same password again. */
	keep(): Promise<string>;
	/** Call once the setup object contains it: removes every other copy. */
	settle(): Promise<void>;
}

/**
 * Finds the database password: from the reference in the answers; or a generated one from an earlier
 * run (setup object, then parameter); or generates a new one.
 *
 * @throws WizardError `answers` when it cannot be resolved or is not valid for RDS; `refused` when it
 * is not the one that the installation uses, before anything is planned.
 */
export async function findOrGenerateDatabasePassword(
	context: Context,
): Promise<ManagedDatabasePassword> {
	const reference = context.answers[KEY];
	const localSetup = context.answers['settings.local_setup'] === true;
	const bucket = getAnswerText(context, 'settings.bucket_name');
	const readDelivered = () => readSetupObject(context.services.aws.s3, bucket);
	if (!isGenerateReference(reference)) {
		const value = await resolveDatabasePassword(context);
		const delivered = localSetup ? undefined : await readDelivered();
		assertPasswordUnchanged(context, value, delivered);
		return { value, delivered, keep: async () => value, settle: async () => {} };
	}
	const name = getParameterName(context);
	const custody = createSecretParameterStore(context.services.aws, name);
	const delivered = await readDelivered();
	const current = isCurrent(context, delivered) ? parseSetupPassword(delivered.text) : undefined;
	const kept = current ?? (await custody.recall());
	if (kept === undefined) assertNotLost(context, name);
	const value = kept ?? generatePassword(reference.generate.length ?? 32);
	registerPassword(context, value);
	assertPasswordUnchanged(context, value, delivered);
	return {
		value,
		delivered,
		keep: async () => (current === undefined ? storePassword(context, custody, value) : value),
		settle: async () => {
			// With local_setup the product stores the password nowhere after the first boot, so keep it.
			if (localSetup || context.session.record.notes['password.custody'] !== name) return;
			// In this order the password can be recovered after a crash at any point.
			context.session.note('password.delivered', getPasswordVersion(context));
			await custody.remove();
			context.session.note('password.kept', undefined);
			context.session.note('password.custody', undefined);
		},
	};
}

/**
 * The referenced password, read and validated.
 *
 * @throws WizardError `answers` when it cannot be resolved or is not valid for RDS; never quotes it.
 */
export async function resolveDatabasePassword(context: Context): Promise<string> {
	const value = await resolveSecret(context.answers[KEY], {
		key: KEY,
		baseFolder: context.services.baseFolder,
		environment: context.services.environment,
		registry: context.secrets,
		signal: context.cancel.gentle,
	});
	assertPasswordValid(value);
	assertNotInAnswers(context);
	return value;
}

/** Registers a generated password as a secret, which no answer may contain. */
function registerPassword(context: Context, value: string): void {
	context.secrets.add(value, formatSecretName(KEY, { generate: {} }));
	assertNotInAnswers(context);
}

/** @throws WizardError `answers` when an answer, or the session's name or path, contains it. */
function assertNotInAnswers(context: Context): void {
	const { session, secrets } = context;
	// Existing installations with such a password stay manageable.
	const fixed = session.record.notes['stack.install'] === undefined ? unmaskableNames : {};
	const names = labelNamesToScanForSecrets({ session: session.name, folder: session.folders.root });
	assertNoSecretsInAnswers(getGivenAnswers(context), secrets, { ...names, ...fixed });
}

/** In the wizard, reading a missing answer throws; such answers are omitted. */
function getGivenAnswers({ answers }: Context): Answers {
	return Object.fromEntries(
		Object.keys(answers).flatMap((key) => {
			try {
				return [[key, answers[key]]];
			} catch (thrown) {
				if (thrown instanceof MissingAnswerReadError) return [];
				throw thrown;
			}
		}),
	);
}

async function storePassword(
	context: Context,
	custody: SecretParameterStore,
	value: string,
): Promise<string> {
	// Recorded before, so that the parameter is known to exist after a crash.
	context.session.note('password.custody', custody.name);
	const kept = await custody.keep(value);
	registerPassword(context, kept);
	// Recorded after: until now nothing uses the password, and another could replace it.
	context.session.note('password.kept', custody.name);
	return kept;
}

/** Whether the setup object is of this installation, with the current password version. */
function isCurrent(context: Context, object: SetupObject | undefined): object is SetupObject {
	const id = getAnswerText(context, 'settings.installation_id');
	const marker = formatSetupMarker(id, getPasswordVersion(context));
	return object !== undefined && parseSetupMarker(object.text) === marker;
}

/**
 * Terraform sets the database password only with a new db_password_version. With another password
 * and the same version, only the setup object would change, and the next boot could not log in.
 */
function assertPasswordUnchanged(
	context: Context,
	value: string,
	delivered: SetupObject | undefined,
): void {
	if (context.answers['settings.local_setup'] === true || !isCurrent(context, delivered)) return;
	if (parseSetupPassword(delivered.text) === value) return;
	const version = getPasswordVersion(context);
	throw new WizardError('refused', {
		message: 'The database password differs from the one that the installation uses.',
		expected: `the same password, or settings.db_password_version higher than ${version}`,
		details: ['the database would keep the old password, and the product could not log in'],
		next: [
			'Set settings.db_password to the current password, then run the same command again.',
			`To change it: set settings.db_password_version to ${version + 1}, then ${getResumeCommand(context.session)} --answers FILE --replay --approve change`,
		],
	});
}

/** A lost generated password can only be replaced, which the operator must request explicitly. */
function assertNotLost(context: Context, name: string): void {
	const { notes } = context.session.record;
	const used =
		notes['password.kept'] === name || notes['password.delivered'] === getPasswordVersion(context);
	if (!used || notes['stack.install'] === undefined) return;
	throw new WizardError('refused', {
		message:
			'The generated database password is lost: neither the setup object nor the parameter contains it.',
		details: [
			`parameter: ${name}`,
			`setup object: s3://${getAnswerText(context, 'settings.bucket_name')}/tfe-setup-data`,
		],
		expected: 'one of the two',
		next: [
			'Restore an older version of the setup object from the bucket, or',
			`set settings.db_password_version to ${getPasswordVersion(context) + 1} in the answers and run with --replay --approve change to set a new database password.`,
		],
	});
}

function getParameterName(context: Context): string {
	return `/tfe-wizard/${getAnswerText(context, 'settings.installation_id')}/db_password/v${getPasswordVersion(context)}`;
}

function getPasswordVersion(context: Context): number {
	return Number(context.answers['settings.db_password_version'] ?? 1);
}

export function isGenerateReference(
	reference: unknown,
): reference is { generate: { length?: number } } {
	return typeof reference === 'object' && reference !== null && 'generate' in reference;
}

function assertPasswordValid(value: string): void {
	const problem = findDatabasePasswordProblem(value);
	if (problem === undefined) return;
	throw new WizardError('answers', {
		message: `${KEY}: the referenced password is not valid: it ${problem}.`,
		expected: '8 to 128 letters, digits and - _ :',
		next: ['Change the password where it is stored, then run the same command again.'],
	});
}
