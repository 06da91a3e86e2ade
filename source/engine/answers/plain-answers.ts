import { WizardError } from '../errors.ts';
import type { Answers } from '../question.ts';
import type { SecretRegistry } from '../secrets.ts';

/** An answer, or another name that is stored in plaintext, that contains a known secret. */
export interface SecretInPlainText {
	/** The key of the answer, or what else it is ("the session name"). */
	key: string;
	/** A phrase that follows the key and never repeats the secret. */
	message: string;
}

/**
 * Answers that contain a known secret. Answers are stored and shown in plaintext: with a secret
 * in one of them, the secret would be on disk, and every output would hide a part of the answer.
 *
 * @param names Further text that is stored in plaintext, by what it is called in an error.
 */
export function secretsInAnswers(
	answers: Answers,
	secrets: SecretRegistry,
	names: Readonly<Record<string, string>> = {},
): SecretInPlainText[] {
	const found = Object.entries(answers).flatMap(([key, value]): SecretInPlainText[] => {
		const within = textsIn(value).map((text) => secrets.nameOfSecretIn(text));
		const secret = within.find((name) => name !== undefined);
		if (secret !== undefined) return [{ key, message: phrase(key, secret) }];
		const own = secrets.nameOfSecretIn(key);
		if (own === undefined) return [];
		return [{ key, message: `has a name that contains the value of ${own}` }];
	});
	const others = Object.entries(names).flatMap(([key, text]): SecretInPlainText[] => {
		const secret = secrets.nameOfSecretIn(text);
		return secret === undefined ? [] : [{ key, message: `contains the value of ${secret}` }];
	});
	// A name comes first: answers derived from it contain the secret because of it.
	return [...others, ...found];
}

/**
 * @param names As of `secretsInAnswers`.
 * @throws WizardError `answers` naming both keys and never the secret.
 */
export function assertPlainAnswers(
	answers: Answers,
	secrets: SecretRegistry,
	names: Readonly<Record<string, string>> = {},
): void {
	const [first, ...others] = secretsInAnswers(answers, secrets, names);
	if (first === undefined) return;
	throw new WizardError('answers', {
		message: `${first.key} ${first.message}.`,
		expected: 'a secret that occurs in no other answer, in no key and in no name',
		details: others.map(({ key, message }) => `${key} ${message}`),
		next: [`Change ${first.key}, or choose another secret, then run the same command again.`],
	});
}

/** What else a session stores and shows in plaintext, by what errors call it. */
export function plainNames(names: {
	session: string;
	folder?: string | undefined;
	baseFolder?: string | undefined;
}): Record<string, string> {
	const { session, folder, baseFolder } = names;
	return {
		'the session name': session,
		...(folder === undefined ? {} : { 'the path of the session folder': folder }),
		...(baseFolder === undefined ? {} : { 'the path of the answers file': baseFolder }),
	};
}

/**
 * Outputs come from outside, so a secret in one is a leak, or a password that is a part of a
 * common name. Either way it is reported: to store it would reveal it, and to store it masked
 * would lose the fact.
 *
 * @throws WizardError `refused` naming the output and the secret, never its value.
 */
export function assertPlainOutputs(
	step: string,
	outputs: Readonly<Record<string, unknown>>,
	secrets: SecretRegistry,
): void {
	for (const [name, value] of Object.entries(outputs)) {
		const found = textsIn(value).map((text) => secrets.nameOfSecretIn(text));
		const secret = found.find((one) => one !== undefined);
		if (secret === undefined) continue;
		throw new WizardError('refused', {
			message: `The output ${name} of ${step} contains the value of ${secret}; it was not stored.`,
			expected: 'a secret that is not part of any name',
			next: ['Choose another secret (for a database password, with a new version of it).'],
		});
	}
}

function phrase(key: string, secret: string): string {
	return secret.startsWith(`${key} `)
		? 'contains the secret itself, where only a reference to it may be'
		: `contains the value of ${secret}`;
}

/** Every text of a value that is stored, the keys of maps included. */
function textsIn(value: unknown): string[] {
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) return value.flatMap(textsIn);
	if (typeof value === 'object')
		return Object.entries(value).flatMap(([key, item]) => [key, ...textsIn(item)]);
	return [String(value)];
}
