import {
	lookUpCustomerManagedPolicies,
	type PolicyInfo,
} from '../../aws/lookups/account-resources.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { CrossAnswerRule, Question } from '../../engine/question.ts';
import type { Lookup, LookupChoice, Step, StepResult } from '../../engine/step.ts';
import {
	createChoices,
	createGlobalLookup,
	formatNounCount,
	joinDetails,
} from '../lookups/create-lookup.ts';
import { createArnLocationRule, optionalPolicyArnRule } from '../rules/arns-regions-tags.ts';
import { iamUserNameRule } from '../rules/names-and-identifiers.ts';
import { convergeStack } from '../stack/converge-stack.ts';
import { finishMoveOrAdoptState } from '../state/move-state.ts';
import {
	type Context,
	createNoteEvent,
	getAnswerText,
	getOutputText,
	type Services,
	targetAnswerKeys,
} from '../step-context.ts';

/** The credentials used to install. */
export const installCredentialsQuestions: readonly Question[] = [
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
		...iamUserNameRule,
		example: 'tfe-deploy',
		default: 'tfe-deploy',
	},
	{
		key: 'access.user.permissions_boundary',
		label: 'Permissions boundary',
		help: 'The ARN of a policy that limits the permissions of the user. Set it if your account requires a boundary for new users. Empty means none.',
		...optionalPolicyArnRule,
		example: 'arn:aws:iam::123456789012:policy/boundary',
		default: '',
	},
];

export const permissionsBoundaryCrossAnswerRules: readonly CrossAnswerRule[] = [
	createArnLocationRule({
		id: 'boundary-account',
		key: 'access.user.permissions_boundary',
		what: 'the permissions boundary',
		ownAccount: true,
		why: 'IAM cannot attach a policy from another account',
	}),
];

const accessLookups: readonly Lookup<Services>[] = [
	createGlobalLookup({
		key: 'access.user.permissions_boundary',
		what: 'managed policies',
		rule: optionalPolicyArnRule,
		async find(lookupContext) {
			const found = createChoices(
				await lookUpCustomerManagedPolicies(lookupContext),
				policyChoice,
				({ bounds }) => -bounds,
				({ name }) => (/boundary/i.test(name) ? 0 : 1),
				({ name }) => name,
			);
			return [{ value: '', label: 'None' }, ...found];
		},
	}),
];

function policyChoice({ arn, name, bounds, attached }: PolicyInfo): LookupChoice {
	const uses = bounds > 0 ? `boundary of ${bounds}` : '';
	return {
		value: arn,
		label: name,
		hint: joinDetails(uses, formatNounCount(attached, 'attachment')),
	};
}

export const installCredentialsStep: Step<Services> = {
	id: 'access',
	title: 'Access',
	summary: 'Uses the current credentials, or creates a least-privilege IAM user.',
	needs: ['preflight'],
	questions: installCredentialsQuestions,
	rules: permissionsBoundaryCrossAnswerRules,
	lookups: accessLookups,
	intent: (answers) =>
		answers.access === 'user'
			? ['create an IAM user, its group and its managed policies; no access key']
			: ['use the current credentials; change nothing'],
	run,
};

/** The buckets that the user may access: those of this installation only. */
function getBucketNames(context: Context): string[] {
	const names = [
		getAnswerText(context, targetAnswerKeys.dataBucket),
		getAnswerText(context, 'state.s3.bucket'),
	];
	return [...new Set(names.filter((name) => name !== ''))];
}

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	const identity = getOutputText(context, 'preflight', 'identity');
	if (context.answers.access !== 'user') {
		return { summary: `using ${identity}`, outputs: { identity } };
	}
	yield createNoteEvent(
		context,
		'warning',
		'a least-privilege user is not recommended: it needs more permissions for everything that Terraform Enterprise is to manage',
	);
	const { outputs } = yield* convergeStack(context, {
		stack: 'access',
		backend: yield* finishMoveOrAdoptState(context, 'access'),
		template: 'minimum-viable-iam',
		variables: {
			user_name: getAnswerText(context, 'access.user.name'),
			permissions_boundary: getAnswerText(context, 'access.user.permissions_boundary'),
			bucket_names: getBucketNames(context),
		},
	});
	const user = String(outputs.user_arn ?? '');
	const command = String(outputs.create_access_key_command ?? '');
	yield createNoteEvent(
		context,
		'info',
		`the user has no access key, because it would be stored in state; create one with: ${command}`,
	);
	yield createNoteEvent(
		context,
		'info',
		`this run continues as ${identity}; to use the new user, stop here and resume with its access key`,
	);
	return {
		summary: `created ${user}`,
		outputs: { identity, user_arn: user, create_access_key_command: command },
	};
}
