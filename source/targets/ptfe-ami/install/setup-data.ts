import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { MISSING_OBJECT, undefinedIfMissing, withAwsErrors } from '../../../aws/aws-errors.ts';

/** Shows the instance that the text is current and not from an earlier installation. */
const MARKER = 'TFE_WIZARD_SETUP';

/** Input of the setup data: terraform's outputs and the answers. */
interface SetupDataInput {
	outputs: Readonly<Record<string, unknown>>;
	settings: Readonly<Record<string, unknown>>;
	password: string;
}

/**
 * The text of `tfe-setup-data`, which the 2018 AMI sources as bash at its first boot
 * (/etc/atlas/boot.env). Variable names are from the 2018 modules (terraform-enterprise-modules,
 * modules/tfe-instance/setup_data.sh.tmpl).
 */
export function renderSetupData({ outputs, settings, password }: SetupDataInput): string {
	const out = (name: string) => toText(outputs[name]);
	const set = (name: string) => toText(settings[name]);
	const host = out('database_host');
	const endpoint = host === '' || host.includes(':') ? host : `${host}:${out('database_port')}`;
	const redundancy =
		settings.local_redis === true || settings.local_db === true ? set('ebs_redundancy') : '';
	const version = Number(settings.db_password_version ?? 1);
	const values: readonly (readonly [string, string])[] = [
		[MARKER, formatSetupMarker(out('installation_id'), version)],
		// A restored database keeps the user of its snapshot, and any database the user it was created with.
		['DATABASE_USER', out('database_username') || set('db_username')],
		['DATABASE_PASSWORD', password],
		['DATABASE_HOST', endpoint],
		['DATABASE_DB', set('db_name') || 'atlas_production'],
		['REDIS_HOST', out('redis_host')],
		['REDIS_PORT', out('redis_port')],
		['TFE_HOSTNAME', set('fqdn')],
		['BUCKET_URL', out('bucket_name')],
		['BUCKET_REGION', out('region')],
		['KMS_KEY_ID', out('kms_key_id')],
		['INSTALL_ID', out('installation_id')],
		['DATA_REDUNDANCY', redundancy],
		['PROXY_URL', set('proxy_url')],
		['EXTRA_NO_PROXY', set('no_proxy')],
		['ARCHIVIST_SSE', set('archivist_sse')],
		['ARCHIVIST_KMS_KEY_ID', set('archivist_kms_key_id')],
	];
	return [
		'#!/bin/bash',
		...values.map(([name, value]) => `${name}=${quoteForBash(value)}`),
		'',
	].join('\n');
}

/** Identifies current setup data: the installation and its database password version. */
export function formatSetupMarker(installationId: string, passwordVersion: number): string {
	return `${installationId}/${passwordVersion}`;
}

/** The marker in setup data of tfe-wizard; undefined for other text. */
export function parseSetupMarker(text: string): string | undefined {
	return new RegExp(`^${MARKER}=\\$'([^']*)'$`, 'm').exec(text)?.[1];
}

/** The password in setup data of tfe-wizard; undefined for other text. */
export function parseSetupPassword(text: string): string | undefined {
	const found = /^DATABASE_PASSWORD=\$'((?:[^'\\]|\\.)*)'$/m.exec(text)?.[1];
	return found?.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

/** Bash's $'…' form: everything literal but backslash and quote, which are escaped. */
function quoteForBash(value: string): string {
	return `$'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

function toText(value: unknown): string {
	return value === undefined || value === null ? '' : String(value);
}

/** The object that the instance reads at its first boot; it contains all secrets it needs. */
export const SETUP_OBJECT_KEY = 'tfe-setup-data';

export interface SetupObject {
	text: string;
	encryption: string;
	/** ARN of its KMS key. */
	kmsKey: string;
}

/** Reads the setup object; undefined if the bucket or the object does not exist. */
export function readSetupObject(s3: S3Client, bucket: string): Promise<SetupObject | undefined> {
	const read = async () => {
		const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: SETUP_OBJECT_KEY }));
		return {
			text: (await answer.Body?.transformToString()) ?? '',
			encryption: answer.ServerSideEncryption ?? 'none',
			kmsKey: answer.SSEKMSKeyId ?? '',
		};
	};
	return withAwsErrors(
		`read s3://${bucket}/${SETUP_OBJECT_KEY}`,
		undefinedIfMissing(read(), MISSING_OBJECT),
	);
}

/** Writes it, encrypted with the installation's key. @throws WizardError if AWS refuses. */
export async function writeSetupObject(
	s3: S3Client,
	bucket: string,
	kmsKey: string,
	text: string,
): Promise<void> {
	const command = new PutObjectCommand({
		Bucket: bucket,
		Key: SETUP_OBJECT_KEY,
		Body: text,
		ContentType: 'text/plain; charset=utf-8',
		ServerSideEncryption: 'aws:kms',
		SSEKMSKeyId: kmsKey,
	});
	await withAwsErrors(`write s3://${bucket}/${SETUP_OBJECT_KEY}`, s3.send(command));
}
