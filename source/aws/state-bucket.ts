import {
	type BucketLocationConstraint,
	CreateBucketCommand,
	HeadBucketCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import { WizardError } from '../engine/errors.ts';
import { convertAwsError, getAwsErrorCode, getAwsHttpStatus, withAwsErrors } from './aws-errors.ts';
import { type StateBucketOptions, stateBucketSettings } from './state-bucket-settings.ts';

/** The owner of a bucket name. `elsewhere`: usable, but in another region. */
type BucketOwnership = 'free' | 'ours' | 'foreign' | 'elsewhere';

/**
 * Determines whether a bucket name is available, belongs to this account in the client's region, or
 * to another account. Bucket names are global in a partition.
 *
 * @throws WizardError if AWS returns neither.
 */
export async function getBucketOwnership(
	s3: S3Client,
	bucket: string,
	account: string,
): Promise<BucketOwnership> {
	try {
		const look = new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account });
		const { BucketRegion } = await s3.send(look);
		const wanted = await s3.config.region();
		return BucketRegion === undefined || BucketRegion === wanted ? 'ours' : 'elsewhere';
	} catch (thrown) {
		const status = getAwsHttpStatus(thrown);
		if (status === 404) return 'free';
		if (status === 403) return 'foreign';
		if (status === 301) return 'elsewhere';
		if (status === 400) throw unexplained(thrown, bucket);
		throw convertAwsError(thrown, `look up the bucket ${bucket}`);
	}
}

/** The response to HEAD has no body, so S3 cannot return a reason. */
function unexplained(thrown: unknown, bucket: string): WizardError {
	const { facts } = convertAwsError(thrown, `look up the bucket ${bucket}`);
	return new WizardError('command', {
		...facts,
		cause: thrown,
		details: [...(facts.details ?? []), 'The most common cause is an expired session token.'],
		next: [
			'aws sts get-caller-identity',
			'Sign in again (for example: aws sso login), then run the same command.',
		],
	});
}

/** @throws WizardError `refused` if the name now belongs to another account. */
export async function createUnconfiguredStateBucket(
	s3: S3Client,
	bucket: string,
	region: string,
): Promise<void> {
	// us-east-1 is the only region that must not be specified (S3 API, CreateBucket).
	const place =
		region === 'us-east-1'
			? {}
			: { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
	try {
		await s3.send(
			new CreateBucketCommand({ Bucket: bucket, ObjectOwnership: 'BucketOwnerEnforced', ...place }),
		);
	} catch (thrown) {
		const code = getAwsErrorCode(thrown);
		if (code === 'BucketAlreadyExists') throw createNameTakenError(bucket);
		if (code !== 'BucketAlreadyOwnedByYou')
			throw convertAwsError(thrown, `create the bucket ${bucket}`);
	}
}

export function createNameTakenError(bucket: string): WizardError {
	return new WizardError('refused', {
		message: `The bucket name ${bucket} belongs to another AWS account.`,
		expected: 'an available name, or a bucket in this account',
		next: ['Choose another bucket name in the answers, then run the same command again.'],
	});
}

/** Checks every required setting; changes nothing. `fix` is empty if it is set. */
export function inspectStateBucket(s3: S3Client, options: StateBucketOptions) {
	const inspect = async (setting: (typeof stateBucketSettings)[number]) => {
		const holds = await setting.holds(s3, options);
		return { ...setting, holds, fix: holds ? '' : await setting.fix(s3, options) };
	};
	return Promise.all(
		stateBucketSettings.map((setting) =>
			withAwsErrors(`read ${setting.id} of the bucket ${options.bucket}`, inspect(setting)),
		),
	);
}

/** Applies the missing settings one by one; returns their titles. */
export async function configureStateBucket(
	s3: S3Client,
	options: StateBucketOptions,
): Promise<string[]> {
	const applied: string[] = [];
	for (const setting of stateBucketSettings) {
		const configure = async () => {
			if (await setting.holds(s3, options)) return;
			await setting.apply(s3, options);
			applied.push(setting.title);
		};
		await withAwsErrors(`set ${setting.id} of the bucket ${options.bucket}`, configure());
	}
	return applied;
}
