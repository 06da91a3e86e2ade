import { buildChildEnvironment } from '../../engine/child-environment.ts';
import { runHelper } from '../../engine/run-helper.ts';
import { assertSupportedVersion } from '../../terraform/version.ts';
import { type Check, createFailFinding, createPassFinding } from './check.ts';

export const terraformCheck: Check = {
	id: 'terraform',
	title: 'Terraform 1.11 or later is installed',
	severity: 'blocker',
	async run(_, facts) {
		const version = await facts.terraform();
		const warning = assertSupportedVersion(version);
		return createPassFinding(
			`${version.product} ${version.version}${warning === undefined ? '' : `; ${warning}`}`,
		);
	},
};

export const awsProviderCheck: Check = {
	id: 'provider',
	title: 'The AWS provider is available',
	severity: 'blocker',
	async run(_, facts) {
		const provider = await facts.provider();
		if (provider.how !== 'none') return createPassFinding(provider.words);
		return createFailFinding(
			provider.words,
			'Configure a provider mirror: terraform.provider_mirror in the answers, or TFE_WIZARD_PROVIDER_MIRROR.',
		);
	},
};

export const sshClientCheck: Check = {
	id: 'ssh',
	title: 'The OpenSSH client is installed',
	severity: 'blocker',
	async run(context) {
		try {
			const { stderr } = await runHelper('ssh', ['-V'], {
				environment: buildChildEnvironment({
					for: 'helper',
					inherited: context.services.environment,
				}),
			});
			return createPassFinding(stderr.split(',')[0] ?? 'ssh');
		} catch {
			return createFailFinding(
				'ssh was not found on PATH',
				'Install the OpenSSH client (package openssh-client or openssh-clients).',
			);
		}
	},
};
