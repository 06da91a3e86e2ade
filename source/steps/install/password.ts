import { type Custody, parameterCustody } from '../../aws/custody.ts';
import { readSetupObject } from '../../aws/setup-object.ts';
import { assertPlainAnswers, plainNames } from '../../engine/answers/plain-answers.ts';
import {
	generatePassword,
	nameOfSecret,
	resolveSecret,
} from '../../engine/answers/secret-values.ts';
import { secretVariablesIn } from '../../engine/child-environment.ts';
import { WizardError } from '../../engine/errors.ts';
import { NotAnswered } from '../../engine/guide/so-far.ts';
import type { Answers } from '../../engine/question.ts';
import { databasePasswordProblem } from '../rules/database.ts';
import { fixedNames } from '../rules/fixed-names.ts';
import { type Context, text } from '../services.ts';
import { markerIn, passwordIn, setupMarker } from './setup-data.ts';

const KEY = 'settings.db_password';

/** The database password of this installation, with its storage until it is delivered. */
export interface DatabasePassword {
	/** Valid for a plan: the real password, or one that is stored when the plan is applied. */
	value: string;
	/** Call before an apply, so that an interrupted run finds the same password again. */
	keep(): Promise<string>;
	/** Call once the setup object contains it: removes every other copy. */
	settle(): Promise<void>;
}

/**
 * Finds the database password: from the reference in the answers; or a generated one from an earlier
 * run (setup object, then parameter); or generates a new one.
 *
 * @throws WizardError `answers` when it cannot be resolved or is not valid for RDS.
 */
export async function databasePassword(context: Context): Promise<DatabasePassword> {
	const reference = context.answers[KEY];
	if (!isGenerate(reference)) {
		const value = await givenPassword(context);
		return { value, keep: async () => value, settle: async () => {} };
	}
	const name = custodyName(context);
	const custody = parameterCustody(context.services.aws, name);
	const delivered = await deliveredPassword(context);
	const kept = delivered ?? (await custody.recall());
	if (kept === undefined) assertNotLost(context, name);
	const value = kept ?? generatePassword(reference.generate.length ?? 32);
	know(context, value);
	return {
		value,
		keep: () => keep(context, custody, value, delivered !== undefined),
		settle: async () => {
			// With local_setup the product stores the password nowhere after the first boot, so keep it.
			if (context.answers['settings.local_setup'] === true) return;
			if (context.session.record.notes['password.custody'] !== name) return;
			// In this order the password can be recovered after a crash at any point.
			context.session.note('password.delivered', passwordVersion(context));
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
export async function givenPassword(context: Context): Promise<string> {
	const value = await resolveSecret(context.answers[KEY], {
		key: KEY,
		baseFolder: context.services.baseFolder,
		environment: context.services.environment,
		secretVariables: secretVariablesIn(context.answers),
		registry: context.secrets,
		signal: context.cancel.gentle,
	});
	assertPassword(value);
	assertNowhereElse(context);
	return value;
}

/** Registers a generated password as a secret, which no answer may contain. */
function know(context: Context, value: string): void {
	context.secrets.add(value, nameOfSecret(KEY, { generate: {} }));
	assertNowhereElse(context);
}

/** @throws WizardError `answers` when an answer, or the session's name or path, contains it. */
function assertNowhereElse(context: Context): void {
	const { session, secrets } = context;
	// Existing installations with such a password stay manageable.
	const fixed = session.record.notes['stack.install'] === undefined ? fixedNames : {};
	const names = plainNames({ session: session.name, folder: session.folders.root });
	assertPlainAnswers(settledAnswers(context), secrets, { ...names, ...fixed });
}

/** In the wizard, reading a missing answer throws; such answers are omitted. */
function settledAnswers({ answers }: Context): Answers {
	return Object.fromEntries(
		Object.keys(answers).flatMap((key) => {
			try {
				return [[key, answers[key]]];
			} catch (thrown) {
				if (thrown instanceof NotAnswered) return [];
				throw thrown;
			}
		}),
	);
}

async function keep(
	context: Context,
	custody: Custody,
	value: string,
	delivered: boolean,
): Promise<string> {
	if (delivered) return value;
	// Recorded before, so that the parameter is known to exist after a crash.
	context.session.note('password.custody', custody.name);
	const kept = await custody.keep(value);
	know(context, kept);
	// Recorded after: until now nothing uses the password, and another could replace it.
	context.session.note('password.kept', custody.name);
	return kept;
}

/** The password in the setup object, if it has the current password version. */
async function deliveredPassword(context: Context): Promise<string | undefined> {
	const bucket = text(context, 'settings.bucket_name');
	const object = await readSetupObject(context.services.aws.s3, bucket);
	const id = text(context, 'settings.installation_id');
	const marker = setupMarker(id, passwordVersion(context));
	if (object === undefined || markerIn(object.text) !== marker) return undefined;
	const value = passwordIn(object.text);
	if (value !== undefined) know(context, value);
	return value;
}

/** A lost generated password can only be replaced, which the operator must request explicitly. */
function assertNotLost(context: Context, name: string): void {
	const { notes } = context.session.record;
	const used =
		notes['password.kept'] === name || notes['password.delivered'] === passwordVersion(context);
	if (!used || notes['stack.install'] === undefined) return;
	throw new WizardError('refused', {
		message:
			'The generated database password is lost: neither the setup object nor the parameter contains it.',
		details: [
			`parameter: ${name}`,
			`setup object: s3://${text(context, 'settings.bucket_name')}/tfe-setup-data`,
		],
		expected: 'one of the two',
		next: [
			'Restore an older version of the setup object from the bucket, or',
			`set settings.db_password_version to ${passwordVersion(context) + 1} in the answers and run with --replay --approve change to set a new database password.`,
		],
	});
}

function custodyName(context: Context): string {
	return `/tfe-wizard/${text(context, 'settings.installation_id')}/db_password/v${passwordVersion(context)}`;
}

export function passwordVersion(context: Context): number {
	return Number(context.answers['settings.db_password_version'] ?? 1);
}

export function isGenerate(reference: unknown): reference is { generate: { length?: number } } {
	return typeof reference === 'object' && reference !== null && 'generate' in reference;
}

function assertPassword(value: string): void {
	const problem = databasePasswordProblem(value);
	if (problem === undefined) return;
	throw new WizardError('answers', {
		message: `${KEY}: the referenced password is not valid: it ${problem}.`,
		expected: '8 to 128 letters, digits and - _ :',
		next: ['Change the password where it is stored, then run the same command again.'],
	});
}
