import { type BucketFacts, lookUpBuckets } from '../../aws/lookups/buckets.ts';
import type { Found, Lookup } from '../../engine/lookup.ts';
import { by, choices, day, facts, known } from '../look-up/found.ts';
import { kmsKeys } from '../look-up/kms-keys.ts';
import { global } from '../look-up/regional.ts';
import { regions } from '../preflight/lookups.ts';
import { bucketName } from '../rules/names.ts';
import type { Services } from '../services.ts';

const PRODUCT_BUCKET = 'settings.bucket_name';

const bucket = global({
	key: 'state.s3.bucket',
	what: 'buckets',
	needs: ['region'],
	rule: bucketName,
	async find(asking, answers) {
		const region = known(answers, 'region');
		const likely = by<BucketFacts>(
			({ name }) => (/state|terraform/.test(name) ? 0 : 1),
			(one) => (one.region === region ? 0 : 1),
			({ name }) => name,
		);
		const product = known(answers, PRODUCT_BUCKET);
		return choices(
			await lookUpBuckets(asking),
			(one) => bucketChoice(one, region, product),
			likely,
		);
	},
});

function bucketChoice({ name, region, made }: BucketFacts, own: string, product: string): Found {
	const elsewhere = region !== '' && own !== '' && region !== own;
	const place = elsewhere ? `${region}: also set state.s3.region` : region;
	const refusal = name === product ? { refusal: 'is the application data bucket' } : {};
	return { value: name, hint: facts(place, made && `created ${day(made)}`), ...refusal };
}

export const stateLookups: readonly Lookup<Services>[] = [
	bucket,
	regions('state.s3.region', []),
	kmsKeys('state.s3.kms_key_id', 'the AWS managed key aws/s3', 'state.s3.region'),
];
