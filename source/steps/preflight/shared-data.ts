import { type CallerIdentity, getCallerIdentity } from '../../aws/caller-identity.ts';
import type { TerraformVersion } from '../../terraform/version.ts';
import type { Context } from '../services.ts';
import { createStackTerraform } from '../stack/create-terraform.ts';
import { findProviderSource, type ProviderSource } from '../stack/provider-source.ts';

/** Data shared by several checks; each item is fetched once, on first use. */
export interface PreflightData {
	identity(): Promise<CallerIdentity>;
	terraform(): Promise<TerraformVersion>;
	provider(): Promise<ProviderSource>;
}

export function createPreflightData(context: Context): PreflightData {
	return {
		identity: once(() => getCallerIdentity(context.services.aws)),
		terraform: once(() =>
			createStackTerraform(context, {
				stack: 'preflight',
				folder: context.session.folders.workspace,
			}).version(),
		),
		provider: once(() => findProviderSource(context)),
	};
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
	let answer: Promise<T> | undefined;
	return () => {
		answer ??= look();
		return answer;
	};
}
