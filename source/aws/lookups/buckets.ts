import { paginateListBuckets } from '@aws-sdk/client-s3';
import { collectPages, type LookupContext, type LookupItem } from './lookup-requests.ts';

export type BucketInfo = LookupItem<typeof lookUpBuckets>;

/** The account's buckets in all regions. */
export function lookUpBuckets({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		's3:ListAllMyBuckets',
		// S3 returns the regions only for paginated requests.
		(options) => paginateListBuckets({ client: aws.s3, pageSize: 1000 }, {}, options),
		({ Buckets }) =>
			Buckets?.map(({ Name = '', BucketRegion = '', CreationDate }) => ({
				name: Name,
				/** `""` if S3 does not return it. */
				region: BucketRegion,
				made: CreationDate,
			})),
	);
}
