import type { Question } from '../../engine/question.ts';
import { folderOrEmpty, programPath } from '../rules/free-text.ts';
import { accountId } from '../rules/identifiers.ts';
import { region } from '../rules/regions.ts';
import { wholeNumber } from '../rules/value-rule.ts';

const TERRAFORM = 'Terraform on this machine';

/** What is installed, where, and with which terraform. */
export const preflightQuestions: readonly Question[] = [
	{
		key: 'account',
		label: 'AWS account',
		help: 'The account the installation goes to. Nothing is planned or applied when the credentials in use belong to another one, so a wrong profile does no harm.',
		kind: 'text',
		...accountId,
		example: '123456789012',
	},
	{
		key: 'region',
		label: 'AWS region',
		help: 'Everything is made in this region. The certificate and the machine image must be in it too. It cannot be changed later: another region is another installation.',
		kind: 'text',
		...region,
		example: 'us-west-2',
		since2018: { name: 'region' },
	},
	{
		key: 'terraform.binary',
		label: 'Terraform to run',
		help: 'A name is looked up on PATH, a path is taken as it is. Version 1.11 or later is needed: older ones cannot keep the database password out of state.',
		kind: 'text',
		...programPath,
		example: '/opt/terraform/1.11.4/terraform',
		default: 'terraform',
		group: TERRAFORM,
	},
	{
		key: 'terraform.provider_mirror',
		label: 'Folder with the AWS provider',
		help: 'For machines without the Terraform registry. A folder as the command terraform providers mirror writes it. Empty means that Terraform fetches the provider as it is configured to; if it cannot, the usual folders are searched.',
		kind: 'text',
		...folderOrEmpty,
		example: '/srv/terraform/providers',
		default: '',
		group: TERRAFORM,
	},
	{
		key: 'terraform.lock_timeout_seconds',
		label: 'Seconds to wait for a locked state',
		help: 'Somebody else may be running Terraform on the same state. After this time the run stops and shows who holds the lock, and since when. A lock is never removed on its own.',
		kind: 'number',
		...wholeNumber(0, 3600, 'seconds'),
		example: 300,
		default: 60,
		group: TERRAFORM,
	},
];
