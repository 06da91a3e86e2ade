import { join, resolve } from 'node:path';
import { createDirectory } from '../../engine/directories.ts';
import { Terraform } from '../../terraform/driver.ts';
import { findProviderMirror, isRegistryReachable } from '../../terraform/provider-mirror.ts';
import { type Context, getAnswerText, getOutputText } from '../step-context.ts';

/** Directory of a stack's root module. */
export function getStackDirectory(context: Pick<Context, 'session'>, stack: string): string {
	return join(context.session.folders.workspace, stack);
}

/** A Terraform driver for one stack of the session. */
export function createStackTerraform(
	context: Context,
	stack: string,
	folder = getStackDirectory(context, stack),
): Terraform {
	const { secrets, session, cancel, services } = context;
	const logFolder = join(session.folders.logs, stack);
	createDirectory(logFolder);
	const mirror = getOutputText(context, 'preflight', 'provider_mirror');
	const lockTimeout = Number(context.answers['terraform.lock_timeout_seconds'] ?? 60);
	const terraform = new Terraform({
		step: context.step,
		stack,
		binary: resolveTerraformBinary(context),
		folder,
		logFolder,
		environment: services.cloud.childEnvironment(services.environment),
		mask: (words) => secrets.mask(words),
		signal: cancel.gentle,
		pluginDir: mirror === '' ? undefined : mirror,
		lockTimeoutSeconds: lockTimeout,
		onProcess: ({ pid, label, stdoutPath }) =>
			session.journal.write('process', { stack, pid, label, log: stdoutPath }),
	});
	cancel.hard.addEventListener('abort', () => terraform.interrupt(), { once: true });
	return terraform;
}

/** The program to start. A path is relative to the answers file, not to the directory of the stack. */
function resolveTerraformBinary(context: Pick<Context, 'answers' | 'services'>): string {
	const binary = getAnswerText(context, 'terraform.binary') || 'terraform';
	return binary.includes('/') ? resolve(context.services.baseFolder, binary) : binary;
}

/** Where `terraform init` gets the AWS provider from. */
export interface ProviderSource {
	how: 'configured' | 'registry' | 'mirror' | 'none';
	/** The mirror directory for init; only with `mirror`. */
	folder: string;
	/** A message for the operator. */
	words: string;
}

/**
 * Decides where the provider comes from: a mirror that the operator configured, then Terraform's own
 * CLI configuration, then the registry. If the registry is unreachable (an air-gapped site), a mirror
 * is searched in the default directories.
 *
 * @throws WizardError when the configured mirror does not contain the provider.
 */
export async function findProviderSource(context: Context): Promise<ProviderSource> {
	const { environment, home, baseFolder } = context.services;
	const setting = getAnswerText(context, 'terraform.provider_mirror');
	const reachable = isRegistryReachable();
	const {
		how,
		folder = '',
		version,
	} = (await findProviderMirror({
		setting: setting === '' ? undefined : setting,
		...{ baseFolder, environment, home, signal: context.cancel.gentle },
	})) ?? { how: 'none' };
	const provider = `hashicorp/aws ${version} from the`;
	if (how === 'terraform-configuration') {
		const words = 'providers are installed according to the Terraform CLI configuration';
		return { how: 'configured', folder, words };
	}
	if (how === 'configured') {
		return { how: 'mirror', folder, words: `${provider} configured mirror ${folder}` };
	}
	if (await reachable) {
		return { how: 'registry', folder: '', words: 'the registry is reachable' };
	}
	const unreachable = 'the registry is unreachable';
	return how === 'none'
		? { how, folder, words: `${unreachable}, and no provider mirror was found` }
		: { how: 'mirror', folder, words: `${unreachable}; ${provider} mirror ${folder}` };
}
