import { getBucketOwnership } from '../../aws/state-bucket.ts';
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
		const standing = await getOwnership(context, bucket, getAnswerText(context, 'state.s3.region'));
		if (standing === 'free' && context.answers['state.s3.create'] === false) {
			return createFailFinding(
				`bucket ${bucket} does not exist, and state.s3.create is false`,
				'Set state.s3.create to true, or create the bucket first.',
			);
		}
		return createBucketFinding(bucket, standing, 'state.s3.bucket');
	},
};

/** Who owns a bucket name: `free`, `ours`, or why it cannot be used. */
export function getOwnership(context: Context, bucket: string, region: string) {
	return getBucketOwnership(
		context.services.aws.s3In(region),
		bucket,
		getAnswerText(context, 'account'),
	);
}

/** The finding about a bucket name. */
export function createBucketFinding(bucket: string, standing: string, key: string): CheckFinding {
	if (standing === 'free') return createPassFinding(`${bucket} is available`);
	if (standing === 'ours') return createPassFinding(`${bucket} exists in this account`);
	const whose = standing === 'foreign' ? 'belongs to another AWS account' : 'is in another region';
	return createFailFinding(
		`the bucket name ${bucket} ${whose}`,
		`Choose another name for ${key} in the answers.`,
	);
}
