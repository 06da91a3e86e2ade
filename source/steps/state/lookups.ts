import { type BucketInfo, lookUpBuckets } from '../../aws/lookups/buckets.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import { createGlobalLookup } from '../lookups/create-lookup.ts';
import { createKmsKeyLookup } from '../lookups/kms-keys.ts';
import {
	compareBy,
	createChoices,
	formatDay,
	getTextAnswerOrEmpty,
	joinDetails,
} from '../lookups/lookup-choices.ts';
import { createRegionLookup } from '../preflight/lookups.ts';
import { bucketNameRule } from '../rules/names.ts';
import { type Services, targetKeys } from '../services.ts';

const PRODUCT_BUCKET = targetKeys.dataBucket;

const bucket = createGlobalLookup({
	key: 'state.s3.bucket',
	what: 'buckets',
	needs: ['region'],
	rule: bucketNameRule,
	async find(asking, answers) {
		const region = getTextAnswerOrEmpty(answers, 'region');
		const likely = compareBy<BucketInfo>(
			({ name }) => (/state|terraform/.test(name) ? 0 : 1),
			(one) => (one.region === region ? 0 : 1),
			({ name }) => name,
		);
		const product = getTextAnswerOrEmpty(answers, PRODUCT_BUCKET);
		return createChoices(
			await lookUpBuckets(asking),
			(one) => bucketChoice(one, region, product),
			likely,
		);
	},
});

function bucketChoice(
	{ name, region, made }: BucketInfo,
	own: string,
	product: string,
): LookupChoice {
	const elsewhere = region !== '' && own !== '' && region !== own;
	const place = elsewhere ? `${region}: also set state.s3.region` : region;
	const refusal = name === product ? { refusal: 'is the application data bucket' } : {};
	return {
		value: name,
		hint: joinDetails(place, made && `created ${formatDay(made)}`),
		...refusal,
	};
}

export const stateLookups: readonly Lookup<Services>[] = [
	bucket,
	createRegionLookup('state.s3.region', []),
	createKmsKeyLookup('state.s3.kms_key_id', 'the AWS managed key aws/s3', 'state.s3.region'),
];
