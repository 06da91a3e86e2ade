import type { Question } from '../../engine/question.ts';
import { optionalPolicyArnRule } from '../rules/arns.ts';
import { iamUserNameRule } from '../rules/identifiers.ts';

/** The credentials used to install. */
export const accessQuestions: readonly Question[] = [
	{
		key: 'access',
		label: 'Installation credentials',
		help: 'The AWS credentials that create the installation. Administrator access is recommended, for this install only: the running product uses its own role. Credentials are never copied or stored; Terraform uses the standard AWS credential chain.',
		kind: 'variant',
		options: [
			{
				value: 'current',
				label: 'Current credentials',
				hint: 'recommended: administrator access, required only during the install',
			},
			{
				value: 'user',
				label: 'New least-privilege IAM user',
				hint: 'two or more policies with only the actions that the templates use',
				warning:
					'Not recommended. The user can create, change and remove an installation. Because it can create roles and start instances with them, it is effectively an administrator unless a permissions boundary limits it. If Terraform Enterprise is to manage infrastructure with this user, you must grant it more permissions. No access key is created, because it would be stored in state: create one manually with the command shown.',
			},
		],
		default: 'current',
	},
	{
		key: 'access.user.name',
		label: 'IAM user name',
		help: 'The name of the new IAM user, created with the path /system/. Its group and policies are named after it. The name must not be in use in the account.',
		kind: 'text',
		...iamUserNameRule,
		example: 'tfe-deploy',
		default: 'tfe-deploy',
	},
	{
		key: 'access.user.permissions_boundary',
		label: 'Permissions boundary',
		help: 'The ARN of a policy that limits the permissions of the user. Set it if your account requires a boundary for new users. Empty means none.',
		kind: 'text',
		...optionalPolicyArnRule,
		example: 'arn:aws:iam::123456789012:policy/boundary',
		default: '',
	},
];
