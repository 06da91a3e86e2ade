import { callerIdentity, type Identity } from '../../aws/identity.ts';
import type { TerraformVersion } from '../../terraform/version.ts';
import type { Context } from '../services.ts';
import { findProvider, type ProviderSource } from '../stack/provider.ts';
import { terraformOf } from '../stack/terraform.ts';

/** Data shared by several checks; each item is fetched once, on first use. */
export interface PreflightFacts {
	identity(): Promise<Identity>;
	terraform(): Promise<TerraformVersion>;
	provider(): Promise<ProviderSource>;
}

export function preflightFacts(context: Context): PreflightFacts {
	return {
		identity: once(() => callerIdentity(context.services.aws)),
		terraform: once(() =>
			terraformOf(context, {
				stack: 'preflight',
				folder: context.session.folders.workspace,
			}).version(),
		),
		provider: once(() => findProvider(context)),
	};
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
	let answer: Promise<T> | undefined;
	return () => {
		answer ??= look();
		return answer;
	};
}
