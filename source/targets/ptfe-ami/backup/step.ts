import { BACKUP_PREFIX, listBackups } from '../../../aws/backups.ts';
import type { EngineEvent } from '../../../engine/events.ts';
import { formatAge } from '../../../engine/format.ts';
import type { Question } from '../../../engine/question.ts';
import type { Step, StepResult } from '../../../engine/step.ts';
import { InstanceError } from '../../../instance/instance-types.ts';
import { booleanRule } from '../../../steps/rules/value-rule.ts';
import { type Context, createNoteEvent, type Services } from '../../../steps/step-context.ts';
import { createConfirmedBackup, getDataBucket } from '../instance/create-backup.ts';
import {
	instanceErrorToWizardError,
	waitForInstanceConnection,
} from '../instance/wait-for-ssh-connection.ts';

const backupQuestions: readonly Question[] = [
	{
		key: 'backup',
		label: 'Create and confirm a backup at the end?',
		help: 'Whether to create a backup after the install and wait until it is in the bucket: new, not empty, encrypted. The instance also creates a backup every hour and at a clean shutdown.',
		...booleanRule,
		when: (answers) => answers.instance === 'ssh',
		asked: 'when the instance is reached over SSH',
		default: true,
	},
];

/** The instance creates a backup every hour; one within the last hour is recent enough. */
const FRESH_MS = 60 * 60_000;

export const backupStep: Step<Services> = {
	id: 'backup',
	title: 'Backup',
	summary: 'Creates a backup on the instance and confirms it in the bucket.',
	needs: ['install', 'bootstrap', 'rekey'],
	questions: backupQuestions,
	rules: [],
	intent: (answers) =>
		answers.backup === true
			? [
					'run atlas-backup on the instance, unless the newest backup is less than an hour old',
					`confirm it in s3://${String(answers['settings.bucket_name'] ?? 'BUCKET')}/${BACKUP_PREFIX}: new, not empty, encrypted`,
				]
			: ['create no backup; the instance creates one every hour'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	if (context.answers.backup !== true) return { summary: 'hourly, by the instance', outputs: {} };
	const bucket = getDataBucket(context);
	const [newest] = await listBackups(context.services.aws.s3, bucket);
	const age = newest === undefined ? Number.POSITIVE_INFINITY : Date.now() - newest.at.getTime();
	const young = newest !== undefined && newest.bytes > 0 && age < FRESH_MS;
	if (young && !context.services.backUpNow) {
		const at = newest.at.toISOString();
		return {
			summary: `s3://${bucket}/${newest.key} is ${formatAge(age)} old`,
			outputs: { key: newest.key, at },
		};
	}
	const instance = yield* waitForInstanceConnection(context);
	try {
		yield createNoteEvent(context, 'info', 'running atlas-backup on the instance');
		const made = await createConfirmedBackup(context, instance);
		for (const warning of made.warnings ?? []) yield createNoteEvent(context, 'warning', warning);
		const what = `s3://${bucket}/${made.key} (${made.bytes} bytes, ${made.encryption})`;
		yield { type: 'change', step: context.step, what, state: 'made' };
		return { summary: `confirmed: ${what}`, outputs: { key: made.key, at: made.at } };
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceErrorToWizardError(thrown) : thrown;
	} finally {
		await instance.close();
	}
}
