import { type CallerIdentity, getCallerIdentity } from '../../aws/caller-identity.ts';
import { findProviderMirror, isRegistryReachable } from '../../terraform/provider-mirror.ts';
import type { TerraformVersion } from '../../terraform/version.ts';
import { type Context, getAnswerText } from '../services.ts';
import { createStackTerraform } from '../stack/create-terraform.ts';

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

/** Where `terraform init` gets the AWS provider from. */
interface ProviderSource {
	how: 'configured' | 'registry' | 'mirror' | 'none';
	/** The mirror directory for init; only with `mirror`. */
	folder: string;
	/** A message for the operator. */
	words: string;
}

const REGISTRY_PATIENCE_MS = 3000;

/**
 * Decides where the provider comes from: a mirror that the operator configured, then Terraform's own
 * CLI configuration, then the registry. If the registry is unreachable (an air-gapped site), a mirror
 * is searched in the default directories.
 *
 * @throws WizardError when the configured mirror does not contain the provider.
 */
async function findProviderSource(context: Context): Promise<ProviderSource> {
	const { environment, home, baseFolder } = context.services;
	const setting = getAnswerText(context, 'terraform.provider_mirror');
	const reachable = isRegistryReachable('registry.terraform.io', REGISTRY_PATIENCE_MS);
	const mirror = await findProviderMirror({
		setting: setting === '' ? undefined : setting,
		baseFolder,
		signal: context.cancel.gentle,
		environment,
		home,
		provider: 'hashicorp/aws',
		versions: '>= 5.100',
	});
	if (mirror?.how === 'terraform-configuration') {
		return {
			how: 'configured',
			folder: '',
			words: 'providers are installed according to the Terraform CLI configuration',
		};
	}
	if (mirror?.how === 'setting' || mirror?.how === 'environment') {
		return {
			how: 'mirror',
			folder: mirror.folder ?? mirror.place,
			words: `hashicorp/aws ${mirror.version} from the configured mirror ${mirror.place}`,
		};
	}
	if (await reachable) {
		return { how: 'registry', folder: '', words: 'the registry is reachable' };
	}
	if (mirror === undefined) {
		return {
			how: 'none',
			folder: '',
			words: 'the registry is unreachable, and no provider mirror was found',
		};
	}
	return {
		how: 'mirror',
		folder: mirror.folder ?? mirror.place,
		words: `the registry is unreachable; hashicorp/aws ${mirror.version} from the mirror ${mirror.place}`,
	};
}
