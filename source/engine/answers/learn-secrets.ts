import { WizardError } from '../errors.ts';
import type { Answers, Catalogue } from '../question.ts';
import type { SecretRegistry } from '../secrets.ts';
import { secretReferenceSchema } from './secret-reference.ts';
import { nameOfSecret, resolveSecret } from './secret-values.ts';

export interface LearningSurroundings {
	catalogue: Catalogue;
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
export async function learnSecrets(
	answers: Answers,
	{ catalogue, commands, ...around }: LearningSurroundings,
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
export function learnEnvironmentSecrets(
	answers: Answers,
	{
		catalogue,
		environment,
		registry,
	}: Pick<LearningSurroundings, 'catalogue' | 'environment' | 'registry'>,
): void {
	for (const { key, reference } of references(answers, catalogue)) {
		const value = 'env' in reference ? environment[reference.env] : undefined;
		if (value !== undefined)
			registry.add(value.replace(/\r?\n$/, ''), nameOfSecret(key, reference));
	}
}

function references(answers: Answers, { questions }: Catalogue) {
	return questions.flatMap(({ key, kind }) => {
		if (kind !== 'secret') return [];
		const parsed = secretReferenceSchema.safeParse(answers[key]);
		return parsed.success ? [{ key, reference: parsed.data }] : [];
	});
}
