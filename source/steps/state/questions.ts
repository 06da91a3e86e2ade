import { z } from 'zod';
import { lookUpBuckets } from '../../aws/lookups/account-resources.ts';
import type { Answers, CrossAnswerRule, Question } from '../../engine/question.ts';
import { addCommonFieldsToQuestions } from '../../engine/question-catalogue.ts';
import type { Lookup } from '../../engine/step.ts';
import {
	createChoices,
	createGlobalLookup,
	createKmsKeyLookup,
	formatDay,
	joinDetails,
} from '../lookups/create-lookup.ts';
import { createRegionLookup } from '../preflight/questions.ts';
import {
	createArnLocationRule,
	optionalKmsKeyArnRule,
	regionRule,
} from '../rules/arns-regions-tags.ts';
import { bucketNameRule, objectPrefixRule } from '../rules/names-and-identifiers.ts';
import { readMapAnswer, readTextAnswer } from '../rules/read-answers.ts';
import { createBooleanRuleWithDefault, createIntegerRule } from '../rules/value-rule.ts';
import { type Services, targetAnswerKeys } from '../step-context.ts';
import {
	ARGUMENT_NAME_PATTERN,
	containsStackPlaceholder,
	findOtherBackendType,
	nonSecretBackendArgumentsRule,
	otherBackendTypes,
	STACK_PLACEHOLDER,
} from './backends.ts';

/** A key prefix for a session's states that is valid in S3. */
function deriveStatePrefix(session: string): string {
	const prefix = session.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
	return prefix === '' ? 'tfe' : prefix.slice(0, 200);
}

/** Where Terraform stores its state. */
export const stateQuestions: readonly Question[] = [
	{
		key: 'state',
		label: 'Terraform state backend',
		help: 'Where Terraform stores its state. Without the state, the installation can be neither changed nor removed. Choose the backend before the first resource is created.',
		kind: 'variant',
		options: [
			{
				value: 's3',
				label: 'S3 bucket',
				hint: 'recommended: encrypted, versioned and locked; created if it does not exist',
			},
			{
				value: 'backend',
				label: 'Another Terraform backend',
				hint: 'azurerm, consul, gcs, http, pg, remote, …; must already exist',
			},
			{
				value: 'local',
				label: 'Local files on this computer',
				hint: 'for trials: no locking between computers, no versions, no backup',
				warning:
					'State describes the whole installation. It does not contain the database password, but it contains addresses, IDs and policies, and any secrets of resources added later. Anyone who can read the directory can read all of it. There is no locking between computers and no version history. If the directory is lost, the installation can no longer be managed.',
			},
		],
	},
	{
		key: 'state.s3.bucket',
		label: 'State bucket',
		help: 'The S3 bucket for Terraform state only, separate from the application data bucket. Bucket names are unique across all AWS accounts, so include your company name. Removing the installation never removes this bucket.',
		...bucketNameRule,
		example: 'acme-tfe-state',
	},
	...addCommonFieldsToQuestions({ group: 'State bucket details' }, [
		{
			key: 'state.s3.region',
			label: 'State bucket region',
			help: 'The AWS region of the state bucket. A region other than that of the installation keeps state available if the installation region fails.',
			...regionRule,
			example: 'us-east-1',
			derive: (answers) => readTextAnswer(answers, 'region') || undefined,
			derived: 'the region of the installation',
		},
		{
			key: 'state.s3.prefix',
			label: 'State key prefix',
			help: 'The S3 key prefix of all state objects, so that several installations can share a bucket. Installations with the same prefix would overwrite each other.',
			...objectPrefixRule,
			example: 'tfe/production',
			derive: (_answers, { session }) => deriveStatePrefix(session),
			derived: 'the session name',
		},
		{
			key: 'state.s3.kms_key_id',
			label: 'State bucket KMS key',
			help: 'The ARN of a customer managed key in the region of the bucket. Anyone who reads state then needs access to the key. Empty means the AWS managed key aws/s3.',
			...optionalKmsKeyArnRule,
			example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
			default: '',
		},
		{
			key: 'state.s3.create',
			label: 'Create the bucket if it does not exist?',
			help: 'Whether a missing state bucket is created, with versioning, encryption, blocked public access and a policy that requires TLS. An existing bucket is only checked, never changed.',
			...createBooleanRuleWithDefault(true),
		},
		{
			key: 'state.s3.lock_versions_days',
			label: 'Lock file retention (days)',
			help: 'How long old versions of lock files are retained. Every run leaves one in the versioned bucket. Old versions of the state itself are never removed. Applies only to a bucket created here.',
			...createIntegerRule(1, 365, 'days'),
			example: 30,
			default: 7,
			when: (answers) => answers['state.s3.create'] !== false,
			asked: 'when state.s3.create is true',
		},
	]),
	{
		key: 'state.local.understood',
		label: 'Accept the risks of local state?',
		help: 'Acknowledges the risks of local state. State describes the whole installation: it does not contain the database password, but it contains addresses, IDs and policies, and any secrets of resources added later. There is no locking between computers, no version history, and no copy unless you create one. The installation continues only after you confirm.',
		kind: 'yesno',
		schema: z.literal(true, { error: 'must be true; otherwise choose another state backend' }),
		rule: 'true, to acknowledge the risk',
		example: true,
	},
	{
		key: 'state.backend.type',
		label: 'Backend type',
		help: 'The type of the Terraform backend. The backend must already exist and be reachable from this computer.',
		kind: 'choice',
		options: otherBackendTypes.map(({ type: value, label, hint }) => ({ value, label, hint })),
		example: 'azurerm',
	},
	{
		key: 'state.backend.settings',
		label: 'Backend settings',
		help: 'The arguments of the backend block, with the names that Terraform uses. Do not include secrets: Terraform copies these settings into .terraform/ and every plan file. Set secrets in environment variables instead. Each stack has its own state: {stack} in a value is replaced by the stack name; without it, the name is appended to the setting that identifies the state.',
		...nonSecretBackendArgumentsRule,
		example: {
			resource_group_name: 'terraform',
			storage_account_name: 'acmestate',
			container_name: 'tfe',
			key: '{stack}.tfstate',
		},
		default: {},
	},
];

const TYPE = 'state.backend.type';
const SETTINGS = 'state.backend.settings';

function settingsOf(answers: Answers) {
	return answers.state === 'backend' ? readMapAnswer(answers, SETTINGS) : undefined;
}

export const stateRules: readonly CrossAnswerRule[] = [
	createArnLocationRule({
		id: 'state-key-region',
		key: 'state.s3.kms_key_id',
		what: 'the KMS key of the state bucket',
		regionKey: 'state.s3.region',
		why: 'S3 supports only KMS keys in the same region',
	}),
	{
		id: 'state-bucket-alone',
		keys: ['state.s3.bucket', targetAnswerKeys.dataBucket],
		text: 'State must not be stored in the application data bucket, because removing the installation would remove its state.',
		check: (answers) => {
			const bucket = readTextAnswer(answers, 'state.s3.bucket');
			return answers.state === 's3' &&
				bucket !== '' &&
				bucket === readTextAnswer(answers, targetAnswerKeys.dataBucket)
				? `is the application data bucket (${targetAnswerKeys.dataBucket}); state requires a separate bucket`
				: undefined;
		},
	},
	{
		id: 'backend-required-settings',
		keys: [SETTINGS, TYPE],
		text: 'The backend settings must include those that Terraform requires for the backend type.',
		check: (answers) => {
			const settings = settingsOf(answers);
			const backend = findOtherBackendType(readTextAnswer(answers, TYPE));
			if (settings === undefined || backend === undefined) return undefined;
			const missing = backend.required.filter((name) => !(name in settings));
			return missing.length === 0
				? undefined
				: `lacks ${missing.join(' and ')}, required by the ${backend.type} backend`;
		},
	},
	{
		id: 'backend-block-arguments',
		keys: [SETTINGS, TYPE],
		text: 'Names in a nested block of the backend (workspaces, assume_role, exec) must be argument names: lowercase letters, digits and _.',
		check: (answers) => {
			const settings = settingsOf(answers) ?? {};
			const blocks = findOtherBackendType(readTextAnswer(answers, TYPE))?.blocks ?? [];
			for (const block of blocks) {
				const odd = Object.keys(readMapAnswer(settings, block)).find(
					(name) => !ARGUMENT_NAME_PATTERN.test(name),
				);
				if (odd !== undefined) {
					return `contains ${JSON.stringify(odd)} in ${block}, which is not a valid argument name`;
				}
			}
			return undefined;
		},
	},
	{
		id: 'backend-state-for-each-stack',
		keys: [SETTINGS, TYPE],
		text: `Each stack must have its own state: an http backend requires ${STACK_PLACEHOLDER} in each of its addresses, and a remote backend requires a workspace name, not a prefix.`,
		check: (answers) => {
			const settings = settingsOf(answers);
			const type = readTextAnswer(answers, TYPE);
			if (settings === undefined) return undefined;
			if (type === 'http') {
				const shared = ['address', 'lock_address', 'unlock_address'].find(
					(name) => name in settings && !containsStackPlaceholder(settings[name]),
				);
				if (shared !== undefined) {
					return `has the same ${shared} for every stack; include ${STACK_PLACEHOLDER} in it`;
				}
			}
			if (type === 'remote' && 'prefix' in readMapAnswer(settings, 'workspaces')) {
				return `has a prefix for workspaces; set workspaces.name instead, with ${STACK_PLACEHOLDER} in it`;
			}
			return undefined;
		},
	},
];

const bucket = createGlobalLookup({
	key: 'state.s3.bucket',
	what: 'buckets',
	needs: ['region'],
	rule: bucketNameRule,
	async find(lookupContext, answers) {
		const own = readTextAnswer(answers, 'region');
		const product = readTextAnswer(answers, targetAnswerKeys.dataBucket);
		return createChoices(
			await lookUpBuckets(lookupContext),
			({ Name = '', BucketRegion: region = '', CreationDate: made }) => {
				const elsewhere = region !== '' && own !== '' && region !== own;
				const place = elsewhere ? `${region}: also set state.s3.region` : region;
				return {
					value: Name,
					hint: joinDetails(place, made && `created ${formatDay(made)}`),
					refusal: Name === product ? 'is the application data bucket' : undefined,
				};
			},
			({ Name = '' }) => (/state|terraform/.test(Name) ? 0 : 1),
			({ BucketRegion = '' }) => (BucketRegion === own ? 0 : 1),
			({ Name = '' }) => Name,
		);
	},
});

export const stateLookups: readonly Lookup<Services>[] = [
	bucket,
	createRegionLookup('state.s3.region', []),
	createKmsKeyLookup('state.s3.kms_key_id', 'the AWS managed key aws/s3', 'state.s3.region'),
];
