import { WizardError } from '../errors.ts';
import type { Answers } from '../question.ts';
import type { SecretRegistry } from '../secret-registry.ts';

/** How errors describe names that the operator cannot change. */
export const FIXED_NAME_LABEL = 'a fixed name of AWS or of this program';

/** An answer or another plaintext name that contains a registered secret. */
interface PlaintextSecret {
	/** The key of the answer, or a description ("the session name"). */
	key: string;
	/** A clause that follows the key and never contains the secret. */
	message: string;
}

/**
 * Finds answers that contain a registered secret. Answers are stored and shown in plaintext, so the
 * secret would be on disk, and masking would hide a part of the answer in every output.
 *
 * @param names Other plaintext that is stored, by its description in errors.
 */
export function findSecretsInAnswers(
	answers: Answers,
	secrets: SecretRegistry,
	names: Readonly<Record<string, string>> = {},
): PlaintextSecret[] {
	const found = Object.entries(answers).flatMap(([key, value]): PlaintextSecret[] => {
		const secret = findNameOfSecretInValue(value, secrets);
		if (secret !== undefined) return [{ key, message: phrase(key, secret) }];
		const own = secrets.nameOfSecretIn(key);
		if (own === undefined) return [];
		return [{ key, message: `has a name that contains the value of ${own}` }];
	});
	const others = Object.entries(names).flatMap(([key, text]): PlaintextSecret[] => {
		const secret = secrets.nameOfSecretIn(text);
		return secret === undefined ? [] : [{ key, message: `contains the value of ${secret}` }];
	});
	// Names come first, because answers derived from them contain the secret as well.
	return [...others, ...found];
}

/**
 * @param names As of `findSecretsInAnswers`.
 * @throws WizardError `answers` naming both keys and never the secret.
 */
export function assertNoSecretsInAnswers(
	answers: Answers,
	secrets: SecretRegistry,
	names: Readonly<Record<string, string>> = {},
): void {
	const [first, ...others] = findSecretsInAnswers(answers, secrets, names);
	if (first === undefined) return;
	throw new WizardError('answers', {
		message: `${first.key} ${first.message}.`,
		expected: 'a secret that does not occur in any other answer, key or name',
		details: others.map(({ key, message }) => `${key} ${message}`),
		next: [
			first.key === FIXED_NAME_LABEL
				? 'Choose another secret, then run the same command again.'
				: `Change ${first.key}, or choose another secret, then run the same command again.`,
		],
	});
}

/** Other names that a session stores in plaintext, by their description in errors. */
export function labelNamesToScanForSecrets(names: {
	session: string;
	folder?: string | undefined;
	baseFolder?: string | undefined;
}): Record<string, string> {
	const { session, folder, baseFolder } = names;
	return {
		'the session name': session,
		...(folder === undefined ? {} : { 'the path of the session directory': folder }),
		...(baseFolder === undefined ? {} : { 'the path of the answers file': baseFolder }),
	};
}

/**
 * Splits outputs into those that can be stored and those that contain a registered secret. The latter
 * are either a leak or contain the secret by coincidence, which cannot be decided here. They are not
 * stored: masked they would be wrong, and unmasked they would reveal the secret.
 */
export function separateOutputsContainingSecrets(
	outputs: Readonly<Record<string, unknown>>,
	secrets: SecretRegistry,
): { outputs: Record<string, unknown>; withheld?: Record<string, string> } {
	const stored: Record<string, unknown> = {};
	const withheld: Record<string, string> = {};
	for (const [name, value] of Object.entries(outputs)) {
		const secret = findNameOfSecretInValue(value, secrets);
		if (secret === undefined) stored[name] = value;
		else withheld[name] = secret;
	}
	return { outputs: stored, ...(Object.keys(withheld).length === 0 ? {} : { withheld }) };
}

/** The name of a registered secret that any text of a value contains. */
export function findNameOfSecretInValue(
	value: unknown,
	secrets: SecretRegistry,
): string | undefined {
	for (const text of textsIn(value)) {
		const secret = secrets.nameOfSecretIn(text);
		if (secret !== undefined) return secret;
	}
	return undefined;
}

function phrase(key: string, secret: string): string {
	return secret.startsWith(`${key} `)
		? 'contains the secret itself instead of a reference to it'
		: `contains the value of ${secret}`;
}

/** Every text of a stored value, including map keys. */
function textsIn(value: unknown): string[] {
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (typeof value === 'object')
		return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
	return [String(value)];
}
