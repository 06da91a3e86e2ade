import type { Session } from '../../engine/session/session.ts';
import { getInstallation } from '../../engine/session/session-record.ts';
import { createBucketFinding, getOwnership } from '../../steps/preflight/bucket-checks.ts';
import { type Check, createFailFinding, createPassFinding } from '../../steps/preflight/check.ts';
import { getAnswerText } from '../../steps/services.ts';

export const dataBucketCheck: Check = {
	id: 'data-bucket-name',
	title: 'The data bucket is available',
	severity: 'blocker',
	asksAws: true,
	async run(context) {
		const bucket = getAnswerText(context, 'settings.bucket_name');
		const standing = await getOwnership(context, bucket, getAnswerText(context, 'region'));
		const managed = context.answers['settings.manage_bucket'] !== false;
		if (!managed) {
			return standing === 'ours'
				? createPassFinding(`${bucket} exists`)
				: createFailFinding(
						`settings.manage_bucket is false, but this account has no bucket ${bucket} in the region`,
						'Create the bucket first, or set settings.manage_bucket to true.',
					);
		}
		const made = context.services.adoptState || mayHaveCreated(context.session);
		if (standing === 'ours' && !made) {
			return createFailFinding(
				`bucket ${bucket} already exists in this account`,
				'Choose another settings.bucket_name, or set settings.manage_bucket to false to use it. If the session that created it is lost: --adopt-state.',
			);
		}
		return createBucketFinding(bucket, standing, 'settings.bucket_name');
	},
};

/**
 * Whether this session may have created the bucket: something is installed, or an apply of the
 * stack was started. That the step ran is not enough, because its plan may not have been approved.
 */
function mayHaveCreated({ record, journal }: Session): boolean {
	if (getInstallation(record) !== undefined) return true;
	if (record.notes['stack.install'] === undefined) return false;
	return journal.read().some(({ kind, stack }) => kind === 'apply' && stack === 'install');
}
