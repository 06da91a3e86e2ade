import { bucketStanding } from '../../aws/state-bucket.ts';
import { installedOf } from '../../engine/session/record.ts';
import type { Session } from '../../engine/session/session.ts';
import { type Context, text } from '../services.ts';
import { type Check, type Finding, fail, pass } from './check.ts';

export const stateBucketName: Check = {
	id: 'state-bucket-name',
	title: 'The state bucket name is available or belongs to this account',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.state === 's3',
	async run(context) {
		const bucket = text(context, 'state.s3.bucket');
		const standing = await standingOf(context, bucket, text(context, 'state.s3.region'));
		if (standing === 'free' && context.answers['state.s3.create'] === false) {
			return fail(
				`bucket ${bucket} does not exist, and state.s3.create is false`,
				'Set state.s3.create to true, or create the bucket first.',
			);
		}
		return nameFinding(bucket, standing, 'state.s3.bucket');
	},
};

export const productBucketName: Check = {
	id: 'data-bucket-name',
	title: 'The data bucket is available',
	severity: 'blocker',
	asksAws: true,
	async run(context) {
		const bucket = text(context, 'settings.bucket_name');
		const standing = await standingOf(context, bucket, text(context, 'region'));
		const managed = context.answers['settings.manage_bucket'] !== false;
		if (!managed) {
			return standing === 'ours'
				? pass(`${bucket} exists`)
				: fail(
						`settings.manage_bucket is false, but this account has no bucket ${bucket} in the region`,
						'Create the bucket first, or set settings.manage_bucket to true.',
					);
		}
		const made = context.services.adoptState || mayHaveCreated(context.session);
		if (standing === 'ours' && !made) {
			return fail(
				`bucket ${bucket} already exists in this account`,
				'Choose another settings.bucket_name, or set settings.manage_bucket to false to use it. If the session that created it is lost: --adopt-state.',
			);
		}
		return nameFinding(bucket, standing, 'settings.bucket_name');
	},
};

/**
 * Whether this session may have created the bucket: something is installed, or an apply of the
 * stack was started. That the step ran is not enough, because its plan may not have been approved.
 */
function mayHaveCreated({ record, journal }: Session): boolean {
	if (installedOf(record) !== undefined) return true;
	if (record.notes['stack.install'] === undefined) return false;
	return journal.read().some(({ kind, stack }) => kind === 'apply' && stack === 'install');
}

function standingOf(context: Context, bucket: string, region: string) {
	return bucketStanding(context.services.aws.s3In(region), bucket, text(context, 'account'));
}

function nameFinding(bucket: string, standing: string, key: string): Finding {
	if (standing === 'free') return pass(`${bucket} is available`);
	if (standing === 'ours') return pass(`${bucket} exists in this account`);
	const whose = standing === 'foreign' ? 'belongs to another AWS account' : 'is in another region';
	return fail(
		`the bucket name ${bucket} ${whose}`,
		`Choose another name for ${key} in the answers.`,
	);
}
