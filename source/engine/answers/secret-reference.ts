import { z } from 'zod';
import type { SecretReference } from '../question.ts';

export const MIN_GENERATED_LENGTH = 16;
export const MAX_GENERATED_LENGTH = 128;

/** The rule for secret references, shown with every problem. */
export const secretReferenceRuleText =
	'{ env: NAME }, { file: PATH }, { command: COMMAND } or { generate: {} }: a reference, never the secret itself';

const word = z.string().min(1);

/** Accepts only a `SecretReference`; a blank `generate:` means `{}`. */
export const secretReferenceSchema: z.ZodType<SecretReference> = z.union([
	z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }),
	z.strictObject({ file: word }),
	z.strictObject({ command: z.union([word, z.array(word).min(1)]) }),
	z.strictObject({
		generate: z.preprocess(
			(value) => value ?? {},
			z.strictObject({
				length: z.int().min(MIN_GENERATED_LENGTH).max(MAX_GENERATED_LENGTH).optional(),
			}),
		),
	}),
]);

type SecretReferenceKind = 'env' | 'file' | 'command' | 'generate';

const kindWords: Record<SecretReferenceKind, string> = {
	env: 'an environment variable',
	file: 'a file',
	command: 'a command',
	generate: 'generated',
};

/** The kind of a reference; undefined for anything else. */
function getSecretReferenceKind(value: unknown): SecretReferenceKind | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const kinds = Object.keys(kindWords) as SecretReferenceKind[];
	return kinds.find((kind) => kind in value);
}

/** A description that reveals only the kind of reference: "an environment variable". */
export function describeSecretReference(value: unknown): string {
	const kind = getSecretReferenceKind(value);
	return kind === undefined ? 'a secret' : kindWords[kind];
}

/**
 * What is wrong with a value given as a reference. Never contains any part of the value: even a key
 * may be the secret itself, written in braces by mistake.
 */
export function findSecretReferenceProblem(value: unknown): string | undefined {
	if (secretReferenceSchema.safeParse(value).success) return undefined;
	if (Array.isArray(value) || typeof value !== 'object' || value === null) {
		return 'is a secret and must be given as a reference; its value is not shown here';
	}
	const kind = getSecretReferenceKind(value);
	if (kind === undefined || Object.keys(value).length !== 1) {
		return 'is a secret and needs exactly one of env, file, command, generate';
	}
	const rules: Record<SecretReferenceKind, string> = {
		env: 'needs the name of an environment variable: letters, digits and _',
		file: 'needs a file path as text',
		command: 'needs a command as text or as a list of strings',
		generate: `accepts only length, a whole number from ${MIN_GENERATED_LENGTH} to ${MAX_GENERATED_LENGTH}`,
	};
	return `${kind} ${rules[kind]}`;
}
