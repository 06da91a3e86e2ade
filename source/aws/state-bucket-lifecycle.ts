import {
	GetBucketLifecycleConfigurationCommand,
	type GetBucketLifecycleConfigurationCommandOutput,
	type LifecycleRule,
	PutBucketLifecycleConfigurationCommand,
	type S3Client,
} from '@aws-sdk/client-s3';
import {
	formatS3ApiCommand,
	quoteJson,
	type StateBucketOptions,
	type StateBucketSetting,
	undefinedIfMissing,
} from './state-bucket-setting.ts';

export const lifecycleSetting: StateBucketSetting = {
	id: 'lifecycle',
	title: 'expiration of old lock object versions',
	required: false,
	async holds(s3, wishes) {
		const { Rules = [] } = await lifecycleOf(s3, wishes.bucket);
		return lockRules(wishes).every((wanted) => Rules.some((rule) => doesAs(rule, wanted)));
	},
	async apply(s3, wishes) {
		const { rules, minimumSize } = await merged(s3, wishes);
		await s3.send(
			new PutBucketLifecycleConfigurationCommand({
				Bucket: wishes.bucket,
				LifecycleConfiguration: { Rules: rules },
				TransitionDefaultMinimumObjectSize: minimumSize,
			}),
		);
	},
	fix: async (s3, wishes) => {
		const { rules, minimumSize } = await merged(s3, wishes);
		const size =
			minimumSize === undefined ? '' : ` --transition-default-minimum-object-size ${minimumSize}`;
		const document = `--lifecycle-configuration ${quoteJson({ Rules: rules })}${size}`;
		return formatS3ApiCommand(wishes.bucket, 'put-bucket-lifecycle-configuration', document);
	},
};

/**
 * Each lock leaves a version and a delete marker. S3 filters by prefix and never by suffix, so the
 * prefix of each rule is the whole key of one lock object: versions of state, needed to recover
 * from any mistake, are not affected.
 */
function lockRules({ lockKeys, lockVersionsDays }: StateBucketOptions): LifecycleRule[] {
	return lockKeys.map((key) => ({
		ID: `tfe-wizard ${key}`.slice(0, 255),
		Status: 'Enabled',
		Filter: { Prefix: key },
		Expiration: { ExpiredObjectDeleteMarker: true },
		NoncurrentVersionExpiration: { NoncurrentDays: lockVersionsDays },
	}));
}

function doesAs(rule: LifecycleRule, wanted: LifecycleRule): boolean {
	const days = (one: LifecycleRule) => one.NoncurrentVersionExpiration?.NoncurrentDays;
	return (
		rule.ID === wanted.ID &&
		rule.Status === 'Enabled' &&
		(rule.Filter?.Prefix ?? rule.Prefix) === wanted.Filter?.Prefix &&
		days(rule) === days(wanted)
	);
}

/** Other rules unchanged, plus ours: the call replaces all rules. */
async function merged(s3: S3Client, wishes: StateBucketOptions) {
	const ours = lockRules(wishes);
	const ids = new Set(ours.map((rule) => rule.ID));
	const { Rules = [], TransitionDefaultMinimumObjectSize } = await lifecycleOf(s3, wishes.bucket);
	const others = Rules.filter((rule) => !ids.has(rule.ID));
	// If omitted, it is reset to the default. Older AWS tools do not support it, so set it only if it
	// differs.
	const minimumSize =
		TransitionDefaultMinimumObjectSize === 'varies_by_storage_class'
			? TransitionDefaultMinimumObjectSize
			: undefined;
	return { rules: [...others, ...ours], minimumSize };
}

async function lifecycleOf(
	s3: S3Client,
	Bucket: string,
): Promise<Partial<GetBucketLifecycleConfigurationCommandOutput>> {
	const look = s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
	return (await undefinedIfMissing(look)) ?? {};
}
