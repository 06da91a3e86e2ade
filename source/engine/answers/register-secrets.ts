import { WizardError } from '../errors.ts';
import type { Answers, QuestionCatalogue } from '../question.ts';
import type { SecretRegistry } from '../secret-registry.ts';
import { formatSecretName, resolveSecret } from './resolve-secret.ts';
import { secretReferenceSchema } from './secret-reference.ts';

interface RegisterSecretsOptions {
	catalogue: QuestionCatalogue;
	baseFolder: string;
	environment: NodeJS.ProcessEnv;
	registry: SecretRegistry;
	signal?: AbortSignal;
	/** Whether commands may be run to resolve a secret. */
	commands: boolean;
}

/**
 * Registers the secrets that answers reference, so that other answers can be compared with them
 * before anything is stored. A secret that cannot be resolved is reported by its check.
 */
export async function registerSecrets(
	answers: Answers,
	{ catalogue, commands, ...around }: RegisterSecretsOptions,
): Promise<void> {
	for (const { key, reference } of references(answers, catalogue)) {
		if ('generate' in reference || ('command' in reference && !commands)) continue;
		try {
			await resolveSecret(reference, { key, ...around });
		} catch (thrown) {
			if (!(thrown instanceof WizardError)) throw thrown;
		}
	}
}

/** The same for environment variables only and synchronously, while answers are typed. */
export function registerEnvironmentSecrets(
	answers: Answers,
	{
		catalogue,
		environment,
		registry,
	}: Pick<RegisterSecretsOptions, 'catalogue' | 'environment' | 'registry'>,
): void {
	for (const { key, reference } of references(answers, catalogue)) {
		const value = 'env' in reference ? environment[reference.env] : undefined;
		if (value !== undefined)
			registry.add(value.replace(/\r?\n$/, ''), formatSecretName(key, reference));
	}
}

function references(answers: Answers, { questions }: QuestionCatalogue) {
	return questions.flatMap(({ key, kind }) => {
		if (kind !== 'secret') return [];
		const parsed = secretReferenceSchema.safeParse(answers[key]);
		return parsed.success ? [{ key, reference: parsed.data }] : [];
	});
}
