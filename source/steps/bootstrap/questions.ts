import type { Question } from '../../engine/question.ts';
import { textOf } from '../rules/answers.ts';
import { fileOrEmpty, loginName, sshHostOrEmpty } from '../rules/instance.ts';

const DETAILS = 'Details of the connection';

/** How the machine is reached once it runs. */
export const bootstrapQuestions: readonly Question[] = [
	{
		key: 'instance',
		label: 'May the installer reach the instance over SSH?',
		help: 'With it the installer watches the machine come up, can take Vault’s unseal key into your own hands, and makes and confirms backups. It uses the ssh of this machine as you would: your configuration, agent, jump hosts and known hosts. A host key that is not known is shown, never accepted.',
		kind: 'variant',
		options: [
			{
				value: 'ssh',
				label: 'Yes, with my own ssh',
				hint: 'needs an EC2 key pair on the instance',
			},
			{
				value: 'none',
				label: 'No, I look after it by hand',
				hint: 'no rekey, and no backup besides the hourly one',
			},
		],
		derive: (answers) => (textOf(answers, 'settings.key_name') === '' ? 'none' : 'ssh'),
		derived: 'ssh when the instance has a key pair, else none',
	},
	{
		key: 'instance.ssh.host',
		label: 'Address of the instance',
		help: 'What you would write after ssh: an address, a name, or an alias of your ssh configuration. Empty means the private address of the instance that the auto scaling group runs; a jump host for it belongs into your ssh configuration.',
		kind: 'text',
		...sshHostOrEmpty,
		example: 'tfe-prod',
		default: '',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.user',
		label: 'User on the instance',
		help: 'tfe-admin is the user of the machine image. It must be allowed to use sudo without a password, as it is there.',
		kind: 'text',
		...loginName,
		example: 'tfe-admin',
		default: 'tfe-admin',
		group: DETAILS,
	},
	{
		key: 'instance.ssh.config',
		label: 'Another ssh configuration file',
		help: 'Used in place of your own one (ssh -F). Empty means your own.',
		kind: 'text',
		...fileOrEmpty,
		example: 'ssh_config',
		default: '',
		group: DETAILS,
	},
];
