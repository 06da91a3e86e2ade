import type { Question } from '../../engine/question.ts';
import { policyArnOrEmpty } from '../rules/arn.ts';
import { userName } from '../rules/identifiers.ts';

/** The credentials that make the installation. */
export const accessQuestions: readonly Question[] = [
	{
		key: 'access',
		label: 'Which credentials should install it?',
		help: 'Administrator access is recommended, for this install only: the running product uses a role of its own. Credentials are never copied or stored; Terraform reads them from where the AWS tools do.',
		kind: 'variant',
		options: [
			{
				value: 'current',
				label: 'The ones in use now',
				hint: 'recommended: administrator access, needed during the install only',
			},
			{
				value: 'user',
				label: 'A new minimum user',
				hint: 'two or more policies with just the actions the templates use',
				warning:
					'Not recommended. The user can make, change and remove an installation; as it may make roles and start instances with them, it is worth as much as an administrator unless a permissions boundary limits it. If Terraform Enterprise is to manage anything with this user, it has to be widened for all of that. No access key is made, for it would stay in state: make one by hand with the command shown.',
			},
		],
		default: 'current',
	},
	{
		key: 'access.user.name',
		label: 'Name of the new user',
		help: 'Made under the path /system/. A group and policies are named after it. The name must be free in the account.',
		kind: 'text',
		...userName,
		example: 'tfe-deploy',
		default: 'tfe-deploy',
	},
	{
		key: 'access.user.permissions_boundary',
		label: 'Permissions boundary',
		help: 'A policy that limits what the user may ever do. Give its ARN where your account demands one for new users. Empty means none.',
		kind: 'text',
		...policyArnOrEmpty,
		example: 'arn:aws:iam::123456789012:policy/boundary',
		default: '',
	},
];
