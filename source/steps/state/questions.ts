import { z } from 'zod';
import type { Question } from '../../engine/question.ts';
import { textOf } from '../rules/answers.ts';
import { kmsKeyArnOrEmpty } from '../rules/arn.ts';
import { bucketName, objectPrefix } from '../rules/names.ts';
import { region } from '../rules/regions.ts';
import { wholeNumber, yesNo } from '../rules/value-rule.ts';
import { backendSettings } from './backend-settings.ts';
import { backendTypes } from './backends.ts';

const DETAILS = 'Details of the state bucket';

/** A folder name for a session's states, as S3 takes it. */
export function statePrefixFor(session: string): string {
	const prefix = session.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
	return prefix === '' ? 'tfe' : prefix.slice(0, 200);
}

/** Where Terraform keeps what it knows about the installation. */
export const stateQuestions: readonly Question[] = [
	{
		key: 'state',
		label: 'Where is the Terraform state kept?',
		help: 'State is what Terraform knows about the installation; without it nothing can be changed or removed later. It has to be decided before the first resource is made.',
		kind: 'variant',
		options: [
			{
				value: 's3',
				label: 'In an S3 bucket',
				hint: 'recommended: encrypted, versioned and locked; made here when it does not exist',
			},
			{
				value: 'backend',
				label: 'In another backend of Terraform',
				hint: 'azurerm, consul, gcs, http, pg, remote, …; must exist',
			},
			{
				value: 'local',
				label: 'In files on this machine',
				hint: 'for trials: no locking between machines, no versions, no backup',
				warning:
					'State holds everything Terraform knows about the installation. The database password is kept out of it, but addresses, ids and policies are in it, and so is any secret of resources added later. Whoever can read the folder can read all of it. Two machines do not lock each other out, nothing keeps earlier versions, and if the folder is lost the installation can no longer be managed.',
			},
		],
	},
	{
		key: 'state.s3.bucket',
		label: 'State bucket',
		help: 'A bucket for state alone, not the one of the product. Bucket names are shared by all AWS accounts, so put the name of your company in it. Removing the installation never removes this bucket.',
		kind: 'text',
		...bucketName,
		example: 'acme-tfe-state',
	},
	{
		key: 'state.s3.region',
		label: 'Region of the state bucket',
		help: 'Another region than that of the installation keeps state reachable when the region fails.',
		kind: 'text',
		...region,
		example: 'us-east-1',
		derive: (answers) => textOf(answers, 'region') || undefined,
		derived: 'the region of the installation',
		group: DETAILS,
	},
	{
		key: 'state.s3.prefix',
		label: 'Folder within the state bucket',
		help: 'Each part of the installation keeps its state under this name, so that several installations can share a bucket. Two installations with the same prefix would overwrite each other.',
		kind: 'text',
		...objectPrefix,
		example: 'tfe/production',
		derive: (_answers, { session }) => statePrefixFor(session),
		derived: 'the name of the session',
		group: DETAILS,
	},
	{
		key: 'state.s3.kms_key_id',
		label: 'KMS key of the state bucket',
		help: "The ARN of a key of yours, in the bucket's region. Whoever is to read state then needs the key too. Empty means the key aws/s3, which AWS keeps for the account.",
		kind: 'text',
		...kmsKeyArnOrEmpty,
		example: 'arn:aws:kms:us-west-2:123456789012:key/1a2b3c4d-0000-4000-8000-00000000000a',
		default: '',
		group: DETAILS,
	},
	{
		key: 'state.s3.create',
		label: 'Make the bucket when it does not exist?',
		help: 'A bucket that exists is only checked, never changed. A new one gets versions, encryption, a block on public access and a policy that demands TLS. Otherwise it must exist.',
		kind: 'yesno',
		...yesNo,
		example: false,
		default: true,
		group: DETAILS,
	},
	{
		key: 'state.s3.lock_versions_days',
		label: 'Days to keep old lock files',
		help: 'Every run leaves one behind. In a versioned bucket they would pile up, so they are removed after this time. Old versions of the state itself are never removed. Only applies to a bucket that is made here.',
		kind: 'number',
		...wholeNumber(1, 365, 'days'),
		example: 30,
		default: 7,
		group: DETAILS,
		when: (answers) => answers['state.s3.create'] !== false,
		asked: 'when state.s3.create is true',
	},
	{
		key: 'state.local.understood',
		label: 'Understood: state stays on this machine, readable by whoever can read the folder',
		help: 'State holds everything Terraform knows about the installation. The database password is kept out, but addresses, ids and policies are in it, and any secret of resources added later. There is no locking between machines, there are no versions, and no copy exists unless you make one. It goes on only once this is understood.',
		kind: 'yesno',
		schema: z.literal(true, { error: 'is not true; without it state must be kept elsewhere' }),
		rule: 'true, once the risk is understood',
		example: true,
	},
	{
		key: 'state.backend.type',
		label: 'Type of the backend',
		help: 'One of the backends built into Terraform. It must exist and be reachable from this machine.',
		kind: 'choice',
		options: backendTypes.map(({ type: value, label, hint }) => ({ value, label, hint })),
		example: 'azurerm',
	},
	{
		key: 'state.backend.settings',
		label: 'Settings of the backend',
		help: "The arguments of the backend's block, by Terraform's own names. Secrets have no place here: Terraform copies these settings into .terraform/ and into every plan file, so it takes secrets from the environment instead. Each part of the installation has a state of its own: {stack} in a value stands for the name of the part; without it the name is added to the setting that names the state.",
		kind: 'map',
		...backendSettings,
		example: {
			resource_group_name: 'terraform',
			storage_account_name: 'acmestate',
			container_name: 'tfe',
			key: '{stack}.tfstate',
		},
		default: {},
	},
];
