import { getRegionName } from '../../aws/lookups/region-names.ts';
import {
	lookUpAccount,
	lookUpRegions,
	type RegionInfo,
} from '../../aws/lookups/regions-and-zones.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import { applyRuleToChoices, compareBy, sortSelectableFirst } from '../lookups/lookup-choices.ts';
import { regionRule } from '../rules/regions.ts';
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
export function createRegionLookup(key: string, needs: readonly string[]): Lookup<Services> {
	return {
		key,
		needs,
		what: () => 'AWS regions',
		async find({ services, signal }) {
			const found = await lookUpRegions({ aws: services.aws, signal });
			const own = compareBy<RegionInfo>(
				({ name }) => (name === services.cloud.region ? 0 : 1),
				({ name }) => name,
			);
			return applyRuleToChoices(
				regionRule,
				sortSelectableFirst([...found].sort(own).map(regionChoice)),
			);
		},
	};
}

function regionChoice({ name, enabled }: RegionInfo): LookupChoice {
	const hint = getRegionName(name);
	return {
		value: name,
		...(hint === '' ? {} : { hint }),
		...(enabled ? {} : { refusal: 'is not enabled for this account' }),
	};
}

export const preflightLookups: readonly Lookup<Services>[] = [
	account,
	createRegionLookup('region', []),
];
