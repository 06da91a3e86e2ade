import { paginateListBuckets } from '@aws-sdk/client-s3';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';

export interface BucketInfo {
	name: string;
	/** `""` if S3 does not return it. */
	region: string;
	made: Date | undefined;
}

/** The account's buckets in all regions. */
export async function lookUpBuckets({
	aws,
	signal,
}: LookupContext): Promise<LookupResult<BucketInfo>> {
	const { items, more } = await collectPages(
		signal,
		's3:ListAllMyBuckets',
		// S3 returns the regions only for paginated requests.
		(options) => paginateListBuckets({ client: aws.s3, pageSize: 1000 }, {}, options),
		({ Buckets }) => Buckets,
	);
	return {
		items: items.map(({ Name = '', BucketRegion = '', CreationDate }) => ({
			name: Name,
			region: BucketRegion,
			made: CreationDate,
		})),
		more,
	};
}
