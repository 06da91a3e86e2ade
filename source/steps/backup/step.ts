import { BACKUP_PREFIX, listBackups } from '../../aws/backups.ts';
import type { EngineEvent } from '../../engine/events.ts';
import type { Step, StepResult } from '../../engine/step.ts';
import { InstanceError } from '../../instance/contract.ts';
import { bucketOf, makeBackup } from '../instance/backup.ts';
import { instanceProblem, note, reachInstance } from '../instance/reach.ts';
import type { Context, Services } from '../services.ts';
import { backupQuestions } from './questions.ts';

/** The machine backs up every hour: a younger one is as good as one made now. */
const FRESH_MS = 60 * 60_000;

export const backup: Step<Services> = {
	id: 'backup',
	title: 'Backup',
	summary: 'Makes a backup on the instance, and confirms it in the bucket.',
	needs: ['install', 'bootstrap', 'rekey'],
	questions: backupQuestions,
	rules: [],
	intent: (answers) =>
		answers.backup === true
			? [
					'run atlas-backup on the instance, unless the newest backup is younger than an hour',
					`confirm it in s3://${String(answers['settings.bucket_name'] ?? 'BUCKET')}/${BACKUP_PREFIX}: newer, not empty, encrypted`,
				]
			: ['leave backups to the machine, which makes one every hour'],
	run,
};

async function* run(context: Context): AsyncGenerator<EngineEvent, StepResult> {
	if (context.answers.backup !== true)
		return { summary: 'left to the machine, every hour', outputs: {} };
	const bucket = bucketOf(context);
	const [newest] = await listBackups(context.services.aws.s3, bucket);
	const age = newest === undefined ? Number.POSITIVE_INFINITY : Date.now() - newest.at.getTime();
	const young = newest !== undefined && newest.bytes > 0 && age < FRESH_MS;
	if (young && !context.services.backUpNow) {
		const at = newest.at.toISOString();
		return {
			summary: `s3://${bucket}/${newest.key} is ${ageWords(age)} old`,
			outputs: { key: newest.key, at },
		};
	}
	const instance = yield* reachInstance(context);
	try {
		yield note(context, 'info', 'running atlas-backup on the instance');
		const made = await makeBackup(context, instance);
		for (const warning of made.warnings ?? []) yield note(context, 'warning', warning);
		const what = `s3://${bucket}/${made.key} (${made.bytes} bytes, ${made.encryption})`;
		yield { type: 'change', step: context.step, what, state: 'made' };
		return { summary: `confirmed: ${what}`, outputs: { key: made.key, at: made.at } };
	} catch (thrown) {
		throw thrown instanceof InstanceError ? instanceProblem(thrown) : thrown;
	} finally {
		await instance.close();
	}
}

/** How old something is, in the largest unit that says it. */
export function ageWords(ms: number): string {
	const minutes = Math.max(0, Math.round(ms / 60_000));
	if (minutes < 1) return 'less than a minute';
	if (minutes < 120) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
