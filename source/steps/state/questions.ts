import { z } from 'zod';
import type { Question } from '../../engine/question.ts';
import { optionalKmsKeyArnRule } from '../rules/arns.ts';
import { bucketNameRule, objectPrefixRule } from '../rules/names.ts';
import { readTextAnswer } from '../rules/read-answers.ts';
import { regionRule } from '../rules/regions.ts';
import { booleanRule, createIntegerRule } from '../rules/value-rule.ts';
import { backendSettingsRule } from './backend-settings.ts';
import { backendTypes } from './backend-types.ts';

const DETAILS = 'State bucket details';

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
		kind: 'text',
		...bucketNameRule,
		example: 'acme-tfe-state',
	},
	{
		key: 'state.s3.region',
		label: 'State bucket region',
		help: 'The AWS region of the state bucket. A region other than that of the installation keeps state available if the installation region fails.',
		kind: 'text',
		...regionRule,
		example: 'us-east-1',
		derive: (answers) => readTextAnswer(answers, 'region') || undefined,
		derived: 'the region of the installation',
		group: DETAILS,
	},
	{
		key: 'state.s3.prefix',
		label: 'State key prefix',
		help: 'The S3 key prefix of all state objects, so that several installations can share a bucket. Installations with the same prefix would overwrite each other.',
		kind: 'text',
		...objectPrefixRule,
		example: 'tfe/production',
		derive: (_answers, { session }) => deriveStatePrefix(session),
		derived: 'the session name',
		group: DETAILS,
	},
	{
		key: 'state.s3.kms_key_id',
		label: 'State bucket KMS key',
		help: 'The ARN of a customer managed key in the region of the bucket. Anyone who reads state then needs access to the key. Empty means the AWS managed key aws/s3.',
		kind: 'text',
		...optionalKmsKeyArnRule,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: DETAILS,
	},
	{
		key: 'state.s3.create',
		label: 'Create the bucket if it does not exist?',
		help: 'Whether a missing state bucket is created, with versioning, encryption, blocked public access and a policy that requires TLS. An existing bucket is only checked, never changed.',
		kind: 'yesno',
		...booleanRule,
		example: false,
		default: true,
		group: DETAILS,
	},
	{
		key: 'state.s3.lock_versions_days',
		label: 'Lock file retention (days)',
		help: 'How long old versions of lock files are retained. Every run leaves one in the versioned bucket. Old versions of the state itself are never removed. Applies only to a bucket created here.',
		kind: 'number',
		...createIntegerRule(1, 365, 'days'),
		example: 30,
		default: 7,
		group: DETAILS,
		when: (answers) => answers['state.s3.create'] !== false,
		asked: 'when state.s3.create is true',
	},
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
		options: backendTypes.map(({ type: value, label, hint }) => ({ value, label, hint })),
		example: 'azurerm',
	},
	{
		key: 'state.backend.settings',
		label: 'Backend settings',
		help: 'The arguments of the backend block, with the names that Terraform uses. Do not include secrets: Terraform copies these settings into .terraform/ and every plan file. Set secrets in environment variables instead. Each stack has its own state: {stack} in a value is replaced by the stack name; without it, the name is appended to the setting that identifies the state.',
		kind: 'map',
		...backendSettingsRule,
		example: {
			resource_group_name: 'terraform',
			storage_account_name: 'acmestate',
			container_name: 'tfe',
			key: '{stack}.tfstate',
		},
		default: {},
	},
];
