import type { Question } from '../../../engine/question.ts';
import { certificateArnRule } from '../../../steps/rules/arns.ts';
import {
	amiIdRule,
	installationIdRule,
	optionalKeyPairNameRule,
} from '../../../steps/rules/identifiers.ts';
import { bucketNameRule, fqdnRule } from '../../../steps/rules/names.ts';
import { deriveBucketName, deriveInstallationId } from './derived-defaults.ts';

/** The settings that every installation requires, and those derived from them. */
export const requiredQuestions: readonly Question[] = [
	{
		key: 'settings.fqdn',
		label: 'Hostname (FQDN)',
		help: 'The fully qualified domain name of Terraform Enterprise, covered by the certificate. It is part of every URL that the product issues (webhooks, logins, modules), so choose a permanent name.',
		kind: 'text',
		...fqdnRule,
		example: 'tfe.acme.example',
	},
	{
		key: 'settings.cert_id',
		label: 'Load balancer certificate',
		help: 'The ARN of an issued or imported AWS Certificate Manager certificate in the region of the installation. It must be publicly trusted and cover the hostname; Terraform and version control systems reject other certificates.',
		kind: 'text',
		...certificateArnRule,
		example: 'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
	},
	{
		key: 'settings.ami_id',
		label: 'AMI',
		help: 'The ID of a Private Terraform Enterprise AMI in the region of the installation. The AMIs are shared privately, so your account must have launch permission. If you use your own encrypted copy, specify its ID.',
		kind: 'text',
		...amiIdRule,
		example: 'ami-0a1b2c3d4e5f60005',
	},
	{
		key: 'settings.db_password',
		label: 'Database password',
		help: 'A reference to the password, never the password itself: an environment variable, a file, or a command that prints it. Alternatively, have a password generated and stored for you. RDS and the AMI support only the characters that the rule allows. The password is in neither Terraform state nor logs, and must not occur in any other answer, because those are stored and shown in plaintext.',
		kind: 'secret',
		rule: '8 to 128 letters, digits, dashes, underscores and colons',
		example: { env: 'TFE_DB_PASSWORD' },
	},
	{
		key: 'settings.key_name',
		label: 'EC2 key pair',
		help: 'The name of a key pair in the region, for SSH access as tfe-admin. Without it you cannot log in to the instance: no rekey, no support bundle, no troubleshooting. Empty means none.',
		kind: 'text',
		...optionalKeyPairNameRule,
		example: 'acme-operations',
		default: '',
	},
	{
		key: 'settings.bucket_name',
		label: 'Application data bucket',
		help: 'The S3 bucket for all data that the product stores: uploaded configurations, logs, states, backups. Bucket names are unique across all AWS accounts.',
		kind: 'text',
		...bucketNameRule,
		example: 'tfe-acme-data',
		derive: deriveBucketName,
		derived: 'tfe-FQDN-data, truncated to the S3 limit',
	},
	{
		key: 'settings.installation_id',
		label: 'Installation ID',
		help: 'Suffix of every resource name, so several installations can share an account. It must never change: a different ID recreates every resource. Set it when the domain name changes, or to adopt an installation from 2018. By default it is the first 12 digits of the SHA-256 of session, account, region and domain name, joined by line feeds.',
		kind: 'text',
		...installationIdRule,
		example: '0c1d2e3f4a5b',
		derive: deriveInstallationId,
		derived: 'from session, account, region and fqdn; always the same',
	},
];
