import type { Question } from '../../engine/question.ts';
import { certificateArn } from '../rules/arn.ts';
import { amiId, installationId, keyNameOrEmpty } from '../rules/identifiers.ts';
import { bucketName, fqdn } from '../rules/names.ts';
import { bucketNameFor, installationIdFor } from './derived.ts';

/** What every installation must say, and what follows from it. */
export const requiredSettings: readonly Question[] = [
	{
		key: 'settings.fqdn',
		label: 'Name people will type to reach it',
		help: 'The full domain name, covered by the certificate. It becomes part of every address the product hands out (webhooks, logins, modules), so choose one that can stay.',
		kind: 'text',
		...fqdn,
		example: 'tfe.acme.example',
		since2018: { name: 'fqdn' },
	},
	{
		key: 'settings.cert_id',
		label: 'Certificate of the load balancer',
		help: 'The ARN of a certificate in AWS Certificate Manager, issued or imported, in the region of the installation. It must be publicly trusted and cover the name above: Terraform itself and version control systems refuse others.',
		kind: 'text',
		...certificateArn,
		example: 'arn:aws:acm:us-west-2:123456789012:certificate/9f210000-0000-4000-8000-00000000000b',
		since2018: { name: 'cert_id', changed: 'used by an application load balancer' },
	},
	{
		key: 'settings.ami_id',
		label: 'Machine image',
		help: 'The id of a Private Terraform Enterprise image in the region of the installation. The images are shared privately: your account must have been given permission to launch it. An encrypted copy of your own has an id of its own; use that.',
		kind: 'text',
		...amiId,
		example: 'ami-0a1b2c3d4e5f60005',
		since2018: { name: 'ami_id' },
	},
	{
		key: 'settings.db_password',
		label: 'Password of the database',
		help: 'Say where it is found, never the password itself: in a variable of the environment, in a file, or printed by a command. Or have one generated and kept for you. RDS and the image take no other characters than the rule allows. It goes neither into Terraform state nor into a log, and must occur in no other answer, which is stored and shown in plaintext.',
		kind: 'secret',
		rule: '8 to 128 letters, digits, dashes, underscores and colons',
		example: { env: 'TFE_DB_PASSWORD' },
		since2018: { name: 'db_password', changed: 'a reference; the password is never in the file' },
	},
	{
		key: 'settings.key_name',
		label: 'EC2 key pair',
		help: 'The name of a key pair in the region, for SSH as tfe-admin. Without it nobody can log in to the machine: no unseal key can be renewed, no support bundle fetched, no fault looked into. Empty means none.',
		kind: 'text',
		...keyNameOrEmpty,
		example: 'acme-operations',
		default: '',
		since2018: { name: 'key_name' },
	},
	{
		key: 'settings.bucket_name',
		label: 'Bucket of the product',
		help: 'Holds everything the product stores: uploaded configurations, logs, states, backups. Bucket names are shared by all AWS accounts.',
		kind: 'text',
		...bucketName,
		example: 'tfe-acme-data',
		derive: bucketNameFor,
		derived: 'tfe-FQDN-data, shortened where S3 demands it',
		since2018: { name: 'bucket_name' },
	},
	{
		key: 'settings.installation_id',
		label: 'Installation id',
		help: 'Ends the names of all resources. So several installations fit in one account. It must never change: another id means that everything is made anew. Write it down here when the domain name changes, or when an installation of 2018 is taken over. Left out, it is the first 12 digits of the SHA-256 of session, account, region and domain name, joined by line feeds.',
		kind: 'text',
		...installationId,
		example: '0c1d2e3f4a5b',
		derive: installationIdFor,
		derived: 'from session, account, region and fqdn; always the same',
		since2018: { name: 'installation_id', changed: 'was drawn at random and kept only in state' },
	},
];
