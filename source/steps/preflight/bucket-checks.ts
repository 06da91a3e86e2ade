import { getBucketOwnership } from '../../aws/state-bucket.ts';
import type { Session } from '../../engine/session/session.ts';
import { getInstallation } from '../../engine/session/session-record.ts';
import { type Context, getAnswerText } from '../services.ts';
import { type Check, type CheckFinding, createFailFinding, createPassFinding } from './check.ts';

export const stateBucketCheck: Check = {
	id: 'state-bucket-name',
	title: 'The state bucket name is available or belongs to this account',
	severity: 'blocker',
	asksAws: true,
	when: (context) => context.answers.state === 's3',
	async run(context) {
		const bucket = getAnswerText(context, 'state.s3.bucket');
		const standing = await standingOf(context, bucket, getAnswerText(context, 'state.s3.region'));
		if (standing === 'free' && context.answers['state.s3.create'] === false) {
			return createFailFinding(
				`bucket ${bucket} does not exist, and state.s3.create is false`,
				'Set state.s3.create to true, or create the bucket first.',
			);
		}
		return nameFinding(bucket, standing, 'state.s3.bucket');
	},
};

export const dataBucketCheck: Check = {
	id: 'data-bucket-name',
	title: 'The data bucket is available',
	severity: 'blocker',
	asksAws: true,
	async run(context) {
		const bucket = getAnswerText(context, 'settings.bucket_name');
		const standing = await standingOf(context, bucket, getAnswerText(context, 'region'));
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
		return nameFinding(bucket, standing, 'settings.bucket_name');
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

function standingOf(context: Context, bucket: string, region: string) {
	return getBucketOwnership(
		context.services.aws.s3In(region),
		bucket,
		getAnswerText(context, 'account'),
	);
}

function nameFinding(bucket: string, standing: string, key: string): CheckFinding {
	if (standing === 'free') return createPassFinding(`${bucket} is available`);
	if (standing === 'ours') return createPassFinding(`${bucket} exists in this account`);
	const whose = standing === 'foreign' ? 'belongs to another AWS account' : 'is in another region';
	return createFailFinding(
		`the bucket name ${bucket} ${whose}`,
		`Choose another name for ${key} in the answers.`,
	);
}
