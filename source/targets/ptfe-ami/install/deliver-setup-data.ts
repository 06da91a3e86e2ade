import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WizardError } from '../../../engine/errors.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import type { StepOutputs } from '../../../engine/step.ts';
import { type Context, getAnswersBelow, getAnswerText } from '../../../steps/services.ts';
import { getRunCommand, requireApproval } from '../../../steps/stack/approval.ts';
import { replaceFileAtomically } from '../../../terraform/workspace.ts';
import { type DatabasePassword, getPasswordVersion } from './database-password.ts';
import {
	formatSetupMarker,
	parseSetupMarker,
	parseSetupPassword,
	renderSetupData,
} from './setup-data.ts';
import { readSetupObject, SETUP_OBJECT_KEY, writeSetupObject } from './setup-object.ts';

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
