import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getAwsErrorCode, toAwsError } from '../../../aws/aws-errors.ts';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import type { StepOutputs } from '../../../engine/step.ts';
import { type Context, getAnswersBelow, getAnswerText } from '../../../steps/services.ts';
import { getRunCommand, requireApproval } from '../../../steps/stack/approval.ts';
import { replaceFileAtomically } from '../../../terraform/workspace.ts';
import { type DatabasePassword, getPasswordVersion } from './database-password.ts';

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
const SETUP_OBJECT_KEY = 'tfe-setup-data';

interface SetupObject {
	text: string;
	encryption: string;
	/** ARN of its KMS key. */
	kmsKey: string;
}

/** Reads the setup object; undefined if the bucket or the object does not exist. */
export async function readSetupObject(
	s3: S3Client,
	bucket: string,
): Promise<SetupObject | undefined> {
	try {
		const answer = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: SETUP_OBJECT_KEY }));
		return {
			text: (await answer.Body?.transformToString()) ?? '',
			encryption: answer.ServerSideEncryption ?? 'none',
			kmsKey: answer.SSEKMSKeyId ?? '',
		};
	} catch (thrown) {
		if (['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(getAwsErrorCode(thrown)))
			return undefined;
		throw toAwsError(thrown, `read s3://${bucket}/${SETUP_OBJECT_KEY}`);
	}
}

/** Writes it, encrypted with the installation's key. @throws WizardError if AWS refuses. */
async function writeSetupObject(
	s3: S3Client,
	bucket: string,
	kmsKey: string,
	text: string,
): Promise<void> {
	try {
		await s3.send(
			new PutObjectCommand({
				Bucket: bucket,
				Key: SETUP_OBJECT_KEY,
				Body: text,
				ContentType: 'text/plain; charset=utf-8',
				ServerSideEncryption: 'aws:kms',
				SSEKMSKeyId: kmsKey,
			}),
		);
	} catch (thrown) {
		throw toAwsError(thrown, `write s3://${bucket}/${SETUP_OBJECT_KEY}`);
	}
}

const FILE_NOTE = 'setup-file';

/**
 * Writes the setup data to where the instance reads it: encrypted in the bucket, or, with
 * local_setup, in a file to paste at the instance's first prompt. Written only if it differs.
 */
export async function* deliverSetupData(
	context: Context,
	outputs: StepOutputs,
	password: DatabasePassword,
): AsyncGenerator<EngineEvent> {
	const settings = getAnswersBelow(context, 'settings');
	const write = (value: string) => renderSetupData({ outputs, settings, password: value });
	const value = await password.keep();
	if (settings.local_setup === true) yield* writeSetupFile(context, write(value), write('-'));
	else yield* writeSetupObjectIfChanged(context, outputs, write(value));
	await password.settle();
}

/**
 * Terraform sets the database password only with a new db_password_version. With another password
 * and the same version, only the setup object would change, and the next boot could not log in.
 *
 * @throws WizardError `refused` before anything is planned.
 */
export async function assertPasswordUnchanged(
	context: Context,
	{ value }: DatabasePassword,
): Promise<void> {
	if (context.answers['settings.local_setup'] === true) return;
	const bucket = getAnswerText(context, 'settings.bucket_name');
	const there = await readSetupObject(context.services.aws.s3, bucket);
	if (there === undefined || parseSetupMarker(there.text) !== getExpectedMarker(context)) return;
	if (parseSetupPassword(there.text) === value) return;
	const version = getPasswordVersion(context);
	throw new WizardError('refused', {
		message: 'The database password differs from the one that the installation uses.',
		expected: `the same password, or settings.db_password_version higher than ${version}`,
		details: ['the database would keep the old password, and the product could not log in'],
		next: [
			'Set settings.db_password to the current password, then run the same command again.',
			`To change it: set settings.db_password_version to ${version + 1}, then ${getRunCommand(context.session)} --answers FILE --replay --approve change`,
		],
	});
}

async function* writeSetupObjectIfChanged(
	context: Context,
	outputs: StepOutputs,
	wanted: string,
): AsyncGenerator<EngineEvent> {
	const { services, session, step } = context;
	const bucket = String(outputs.bucket_name ?? '');
	const key = String(outputs.kms_key_arn ?? '');
	const what = `s3://${bucket}/${SETUP_OBJECT_KEY}, encrypted with ${key}`;
	const there = await readSetupObject(services.aws.s3, bucket);
	if (there?.text === wanted && there.encryption === 'aws:kms' && there.kmsKey === key) {
		yield { type: 'change', step, what, state: 'kept' };
		return;
	}
	const ours = there !== undefined && parseSetupMarker(there.text) !== undefined;
	requireApproval(context, ours ? 'change' : 'create', `write ${what}`);
	session.journal.write('setup-data', { bucket, key });
	await writeSetupObject(services.aws.s3, bucket, key, wanted);
	yield { type: 'change', step, what, state: 'made' };
}

/**
 * Operators remove the file after pasting it, so it is written again only if something other than
 * the password changed; `bare` is the same text without the password.
 */
async function* writeSetupFile(
	context: Context,
	wanted: string,
	bare: string,
): AsyncGenerator<EngineEvent> {
	const { session, step } = context;
	const path = join(session.folders.root, SETUP_OBJECT_KEY);
	const digest = createHash('sha256').update(bare).digest('hex');
	if (session.record.notes[FILE_NOTE] === digest) {
		const what = existsSync(path) ? path : `${path} (pasted and removed)`;
		yield { type: 'change', step, what, state: 'kept' };
		return;
	}
	requireApproval(context, 'create', `write ${path}`);
	replaceFileAtomically(path, wanted);
	session.note(FILE_NOTE, digest);
	yield { type: 'change', step, what: path, state: 'made' };
	yield {
		type: 'note',
		step,
		level: 'warning',
		text: `${path} contains the database password, as local_setup requires: paste it at the instance’s first prompt, then remove it (shred -u)`,
	};
}

function getExpectedMarker(context: Context): string {
	const id = getAnswerText(context, 'settings.installation_id');
	return formatSetupMarker(id, getPasswordVersion(context));
}
