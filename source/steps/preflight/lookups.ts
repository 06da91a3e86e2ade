import { lookUpAccount, lookUpRegions, type RegionFacts } from '../../aws/lookups/places.ts';
import { regionName } from '../../aws/lookups/region-names.ts';
import type { Found, Lookup } from '../../engine/lookup.ts';
import { by, takableFirst, underRule } from '../look-up/found.ts';
import { region } from '../rules/regions.ts';
import type { Services } from '../services.ts';

/** The account the credentials belong to: the only one that can be installed into. */
const account: Lookup<Services> = {
	key: 'account',
	needs: [],
	what: () => 'the account of the current credentials',
	async find({ services, signal }) {
		const { account: value, arn } = await lookUpAccount({ aws: services.aws, signal });
		return value === '' ? [] : [{ value, hint: arn }];
	},
};

/** Regions for a question; the region configured for the credentials comes first. */
export function regions(key: string, needs: readonly string[]): Lookup<Services> {
	return {
		key,
		needs,
		what: () => 'AWS regions',
		async find({ services, signal }) {
			const found = await lookUpRegions({ aws: services.aws, signal });
			const own = by<RegionFacts>(
				({ name }) => (name === services.cloud.region ? 0 : 1),
				({ name }) => name,
			);
			return underRule(region, takableFirst([...found].sort(own).map(regionChoice)));
		},
	};
}

function regionChoice({ name, enabled }: RegionFacts): Found {
	const hint = regionName(name);
	return {
		value: name,
		...(hint === '' ? {} : { hint }),
		...(enabled ? {} : { refusal: 'is not enabled for this account' }),
	};
}

export const preflightLookups: readonly Lookup<Services>[] = [account, regions('region', [])];
