import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSetupObject, SETUP_OBJECT_KEY, writeSetupObject } from '../../aws/setup-object.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Outputs } from '../../engine/step.ts';
import { replaceFile } from '../../terraform/workspace.ts';
import { answersBelow, type Context } from '../services.ts';
import type { DatabasePassword } from './password.ts';
import { setupData } from './setup-data.ts';

/**
 * Puts the setup data where the instance looks for it: encrypted in the bucket, or, with
 * local_setup, in a file to paste at the instance's first prompt. Written only when it differs.
 */
export async function* deliverSetupData(
	context: Context,
	outputs: Outputs,
	password: DatabasePassword,
): AsyncGenerator<EngineEvent> {
	const value = await password.keep();
	const settings = answersBelow(context, 'settings');
	const text = setupData({ outputs, settings, password: value });
	if (settings.local_setup === true) yield* deliverFile(context, text);
	else
		yield* deliverObject(
			context,
			String(outputs.bucket_name ?? ''),
			String(outputs.kms_key_arn ?? ''),
			text,
		);
	await password.settle();
}

async function* deliverObject(
	context: Context,
	bucket: string,
	key: string,
	text: string,
): AsyncGenerator<EngineEvent> {
	const { services, session, step } = context;
	const what = `s3://${bucket}/${SETUP_OBJECT_KEY}, encrypted with ${key}`;
	const there = await readSetupObject(services.aws.s3, bucket);
	if (there?.text === text && there.encryption === 'aws:kms' && there.kmsKey === key) {
		yield { type: 'change', step, what, state: 'kept' };
		return;
	}
	session.journal.write('setup-data', { bucket, key });
	await writeSetupObject(services.aws.s3, bucket, key, text);
	yield { type: 'change', step, what, state: 'made' };
}

async function* deliverFile(context: Context, text: string): AsyncGenerator<EngineEvent> {
	const { session, step } = context;
	const path = join(session.folders.root, SETUP_OBJECT_KEY);
	const same = existsSync(path) && readFileSync(path, 'utf8') === text;
	if (!same) replaceFile(path, text);
	yield { type: 'change', step, what: path, state: same ? 'kept' : 'made' };
	yield {
		type: 'note',
		step,
		level: 'warning',
		text: `${path} holds the database password, as local_setup needs it: paste it at the instance’s first prompt, then remove it (shred -u)`,
	};
}
