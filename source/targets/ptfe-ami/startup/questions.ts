import type { Question } from '../../../engine/question.ts';
import { readTextAnswer } from '../../../steps/rules/read-answers.ts';
import {
	loginNameRule,
	optionalFilePathRule,
	optionalSshHostRule,
} from '../rules/ssh-and-custodians.ts';

const DETAILS = 'SSH connection details';

/** How the running instance is reached. */
export const bootstrapQuestions: readonly Question[] = [
	{
		key: 'instance',
		label: 'Instance access',
		help: 'Whether the installer connects to the instance over SSH. SSH is required to monitor the startup, to rekey Vault, and to create and confirm backups. The installer runs your local ssh with your configuration, agent, jump hosts and known hosts. An unknown host key is shown, never accepted.',
		kind: 'variant',
		options: [
			{
				value: 'ssh',
				label: 'SSH, with your local ssh',
				hint: 'requires an EC2 key pair on the instance',
			},
			{
				value: 'none',
				label: 'None',
				hint: 'no rekey, and only hourly backups',
			},
		],
		derive: (answers) => (readTextAnswer(answers, 'settings.key_name') === '' ? 'none' : 'ssh'),
		derived: 'ssh if the instance has a key pair, otherwise none',
	},
	{
		key: 'instance.ssh.host',
		label: 'Instance address',
		help: 'The ssh destination: an address, a hostname, or an alias from your ssh configuration. Empty means the private address of the instance in the Auto Scaling group; configure a jump host in your ssh configuration.',
		kind: 'text',
		...optionalSshHostRule,
		example: 'tfe-prod',
		default: '',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.user',
		label: 'SSH user',
		help: 'The login user on the instance. The AMI has the user tfe-admin. The user must be able to run sudo without a password.',
		kind: 'text',
		...loginNameRule,
		example: 'tfe-admin',
		default: 'tfe-admin',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.config',
		label: 'SSH configuration file',
		help: 'The configuration file for ssh (ssh -F). Empty means your default configuration.',
		kind: 'text',
		...optionalFilePathRule,
		example: 'ssh_config',
		default: '',
		group: DETAILS,
	},
];
