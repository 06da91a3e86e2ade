import { createHash } from 'node:crypto';
import type { Answers, DerivationSessionInfo, Question } from '../../../engine/question.ts';
import { certificateArnRule } from '../../../steps/rules/arns-regions-tags.ts';
import {
	amiIdRule,
	bucketNameRule,
	fqdnRule,
	installationIdRule,
	optionalKeyPairNameRule,
} from '../../../steps/rules/names-and-identifiers.ts';
import { readTextAnswer } from '../../../steps/rules/read-answers.ts';
import { findDatabasePasswordProblem } from '../rules/database.ts';

/** The settings that every installation requires, and those derived from them. */
export const requiredQuestions: readonly Question[] = [
	{
		key: 'settings.fqdn',
		label: 'Hostname (FQDN)',
		help: 'The fully qualified domain name of Terraform Enterprise, covered by the certificate. It is part of every URL that the product issues (webhooks, logins, modules), so choose a permanent name.',
		...fqdnRule,
		example: 'tfe.acme.example',
	},
	{
		key: 'settings.cert_id',
		label: 'Load balancer certificate',
		help: 'The ARN of an issued or imported AWS Certificate Manager certificate in the region of the installation. It must be publicly trusted and cover the hostname; Terraform and version control systems reject other certificates.',
		...certificateArnRule,
		example: 'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
	},
	{
		key: 'settings.ami_id',
		label: 'AMI',
		help: 'The ID of a Private Terraform Enterprise AMI in the region of the installation. The AMIs are shared privately, so your account must have launch permission. If you use your own encrypted copy, specify its ID.',
		...amiIdRule,
		example: 'ami-0a1b2c3d4e5f60005',
	},
	{
		key: 'settings.db_password',
		label: 'Database password',
		help: 'A reference to the password, never the password itself: an environment variable, a file, or a command that prints it. Alternatively, have a password generated and stored for you. RDS and the AMI support only the characters that the rule allows. The password is in neither Terraform state nor logs, and must not occur in any other answer, because those are stored and shown in plaintext.',
		kind: 'secret',
		rule: '8 to 128 letters, digits, dashes, underscores and colons',
		secretProblem: findDatabasePasswordProblem,
		example: { env: 'TFE_DB_PASSWORD' },
	},
	{
		key: 'settings.key_name',
		label: 'EC2 key pair',
		help: 'The name of a key pair in the region, for SSH access as tfe-admin. Without it you cannot log in to the instance: no rekey, no support bundle, no troubleshooting. Empty means none.',
		...optionalKeyPairNameRule,
		example: 'acme-operations',
		default: '',
	},
	{
		key: 'settings.bucket_name',
		label: 'Application data bucket',
		help: 'The S3 bucket for all data that the product stores: uploaded configurations, logs, states, backups. Bucket names are unique across all AWS accounts.',
		...bucketNameRule,
		example: 'tfe-acme-data',
		derive: deriveBucketName,
		derived: 'tfe-FQDN-data, truncated to the S3 limit',
	},
	{
		key: 'settings.installation_id',
		label: 'Installation ID',
		help: 'Suffix of every resource name, so several installations can share an account. It must never change: a different ID recreates every resource. Set it when the domain name changes, or to adopt an installation from 2018. By default it is the first 12 digits of the SHA-256 of session, account, region and domain name, joined by line feeds.',
		...installationIdRule,
		example: '0c1d2e3f4a5b',
		derive: deriveInstallationId,
		derived: 'from session, account, region and fqdn; always the same',
	},
];

function sha256(text: string, digits: number): string {
	return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/**
 * `tfe-FQDN-data`, as the 2018 documentation suggests. A name longer than the 63 characters that S3
 * allows is truncated, with 8 digits of the domain's hash to keep long names unique.
 */
export function deriveBucketName(answers: Answers): string | undefined {
	const fqdn = readTextAnswer(answers, 'settings.fqdn').toLowerCase();
	if (fqdn === '') return undefined;
	const name = `tfe-${fqdn}-data`;
	if (name.length <= 63) return name;
	const kept = fqdn.slice(0, 63 - 'tfe---data'.length - 8).replace(/[.-]+$/, '');
	return `tfe-${kept}-${sha256(fqdn, 8)}-data`;
}

/**
 * The first 12 hexadecimal digits of the SHA-256 of session, account, region and domain name, joined
 * by line feeds. Undefined until all four are known.
 */
export function deriveInstallationId(
	answers: Answers,
	{ session }: DerivationSessionInfo,
): string | undefined {
	const parts = ['account', 'region', 'settings.fqdn'].map((key) => readTextAnswer(answers, key));
	if (parts.includes('')) return undefined;
	return sha256([session, ...parts].join('\n'), 12);
}

/** The full domain name, which Route 53 accepts in any of its zones; `""` without a zone. */
export function deriveDnsRecordName(answers: Answers): string {
	return readTextAnswer(answers, 'settings.zone_id') === ''
		? ''
		: readTextAnswer(answers, 'settings.fqdn');
}
