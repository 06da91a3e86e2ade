import { findProviderMirror } from '../../terraform/mirror.ts';
import { registryReachable } from '../../terraform/registry.ts';
import { type Context, text } from '../services.ts';

/** Where `terraform init` gets the AWS provider from. */
export interface ProviderSource {
	how: 'configured' | 'registry' | 'mirror' | 'none';
	/** The mirror to hand to init; only with `mirror`. */
	folder: string;
	/** A sentence for the operator. */
	words: string;
}

const REGISTRY_PATIENCE_MS = 3000;

/**
 * Decides where the provider comes from: a mirror the operator names wins; terraform's own
 * configuration is left to terraform; else the registry; and when that is out of reach, a mirror
 * found by its layout, as an air-gapped site has one.
 *
 * @throws WizardError when a mirror is named that holds no such provider.
 */
export async function findProvider(context: Context): Promise<ProviderSource> {
	const { environment, home, baseFolder } = context.services;
	const setting = text(context, 'terraform.provider_mirror');
	const reachable = registryReachable('registry.terraform.io', REGISTRY_PATIENCE_MS);
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
			words: 'providers come from where terraform’s own configuration says',
		};
	}
	if (mirror?.how === 'setting' || mirror?.how === 'environment') {
		return {
			how: 'mirror',
			folder: mirror.folder ?? mirror.place,
			words: `hashicorp/aws ${mirror.version} comes from the mirror ${mirror.place}, as told`,
		};
	}
	if (await reachable) {
		return { how: 'registry', folder: '', words: 'the registry answers' };
	}
	if (mirror === undefined) {
		return {
			how: 'none',
			folder: '',
			words: 'the registry cannot be reached, and no provider mirror was found',
		};
	}
	return {
		how: 'mirror',
		folder: mirror.folder ?? mirror.place,
		words: `the registry cannot be reached; hashicorp/aws ${mirror.version} comes from the mirror ${mirror.place}`,
	};
}
