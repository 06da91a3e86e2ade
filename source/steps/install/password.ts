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

/** The database password of this installation, and where it rests until it is delivered. */
export interface DatabasePassword {
	/** Good for a plan: the real one, or one that will be kept if the plan is applied. */
	value: string;
	/** Call before an apply: from then on a killed run finds the same password again. */
	keep(): Promise<string>;
	/** Call when the setup object holds it: nothing else keeps it any more. */
	settle(): Promise<void>;
}

/**
 * Finds the database password: from where the answers say, or, when it is to be generated, where
 * an earlier run left it (setup object, then custody), or made now.
 *
 * @throws WizardError `answers` when it cannot be had or breaks RDS's rules.
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
			// With local_setup nothing the product reads outlives the first boot: it stays in custody.
			if (context.answers['settings.local_setup'] === true) return;
			if (context.session.record.notes['password.custody'] !== name) return;
			// In this order a crash at any point leaves a way back to the password.
			context.session.note('password.delivered', passwordVersion(context));
			await custody.remove();
			context.session.note('password.kept', undefined);
			context.session.note('password.custody', undefined);
		},
	};
}

/**
 * The password an operator keeps somewhere, read from there and checked.
 *
 * @throws WizardError `answers` when it cannot be had or breaks RDS's rules; never names it.
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

/** A password of ours becomes a known secret, which no answer may contain. */
function know(context: Context, value: string): void {
	context.secrets.add(value, nameOfSecret(KEY, { generate: {} }));
	assertNowhereElse(context);
}

/** @throws WizardError `answers` when an answer, or the session's name or path, contains it. */
function assertNowhereElse(context: Context): void {
	const { session, secrets } = context;
	// What exists with such a password stays manageable.
	const fixed = session.record.notes['stack.install'] === undefined ? fixedNames : {};
	const names = plainNames({ session: session.name, folder: session.folders.root });
	assertPlainAnswers(settledAnswers(context), secrets, { ...names, ...fixed });
}

/** While answers are still being given, reading one that is missing throws; it is stored nowhere. */
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
	// Noted first: after a crash it must be known that a parameter may be there.
	context.session.note('password.custody', custody.name);
	const kept = await custody.keep(value);
	know(context, kept);
	// Noted after: until now nothing can have been made with it, and another would do as well.
	context.session.note('password.kept', custody.name);
	return kept;
}

/** The password where the product reads it, when it is the one of this version. */
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

/** A generated password that is in no place we know can only be replaced, and only knowingly. */
function assertNotLost(context: Context, name: string): void {
	const { notes } = context.session.record;
	const used =
		notes['password.kept'] === name || notes['password.delivered'] === passwordVersion(context);
	if (!used || notes['stack.install'] === undefined) return;
	throw new WizardError('refused', {
		message:
			'The generated database password is gone: neither the setup object nor the parameter holds it.',
		details: [
			`parameter: ${name}`,
			`setup object: s3://${text(context, 'settings.bucket_name')}/tfe-setup-data`,
		],
		expected: 'one of the two',
		next: [
			'Bring back an older version of the setup object (the bucket keeps them), or',
			`set settings.db_password_version to ${passwordVersion(context) + 1} in the answers and run with --replay --approve change: the database gets a new password.`,
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
		message: `${KEY}: the password that the reference leads to will not do: ${problem}.`,
		expected: '8 to 128 letters, digits and - _ :',
		next: ['Change the password where it is kept, then run the same command again.'],
	});
}
