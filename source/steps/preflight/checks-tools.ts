import { childEnvironment } from '../../engine/child-environment.ts';
import { runHelper } from '../../engine/run-helper.ts';
import { requireVersion } from '../../terraform/version.ts';
import { type Check, fail, pass } from './check.ts';

export const terraform: Check = {
	id: 'terraform',
	title: 'Terraform 1.11 or later is installed',
	severity: 'blocker',
	async run(_, facts) {
		const version = await facts.terraform();
		const warning = requireVersion(version);
		return pass(
			`${version.product} ${version.version}${warning === undefined ? '' : `; ${warning}`}`,
		);
	},
};

export const providerObtainable: Check = {
	id: 'provider',
	title: 'The AWS provider is available',
	severity: 'blocker',
	async run(_, facts) {
		const provider = await facts.provider();
		if (provider.how !== 'none') return pass(provider.words);
		return fail(
			provider.words,
			'Configure a provider mirror: terraform.provider_mirror in the answers, or TFE_WIZARD_PROVIDER_MIRROR.',
		);
	},
};

export const ssh: Check = {
	id: 'ssh',
	title: 'The OpenSSH client is installed',
	severity: 'blocker',
	async run(context) {
		try {
			const { stderr } = await runHelper('ssh', ['-V'], {
				environment: childEnvironment({ for: 'helper', inherited: context.services.environment }),
			});
			return pass(stderr.split(',')[0] ?? 'ssh');
		} catch {
			return fail(
				'ssh was not found on PATH',
				'Install the OpenSSH client (package openssh-client or openssh-clients).',
			);
		}
	},
};
