import { lookUpCustomerManagedPolicies, type PolicyInfo } from '../../aws/lookups/iam-policies.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import { createGlobalLookup } from '../lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	formatNounCount,
	joinDetails,
} from '../lookups/lookup-choices.ts';
import { optionalPolicyArnRule } from '../rules/arns.ts';
import type { Services } from '../services.ts';

export const accessLookups: readonly Lookup<Services>[] = [
	createGlobalLookup({
		key: 'access.user.permissions_boundary',
		what: 'managed policies',
		rule: optionalPolicyArnRule,
		async find(asking) {
			const looked = await lookUpCustomerManagedPolicies(asking);
			const likely = compareBy<PolicyInfo>(
				({ bounds }) => -bounds,
				({ name }) => (/boundary/i.test(name) ? 0 : 1),
				({ name }) => name,
			);
			return [{ value: '', label: 'None' }, ...createChoices(looked, policyChoice, likely)];
		},
	}),
];

function policyChoice({ arn, name, bounds, attached }: PolicyInfo): LookupChoice {
	const uses = bounds > 0 ? `boundary of ${bounds}` : '';
	return {
		value: arn,
		label: name,
		hint: joinDetails(uses, formatNounCount(attached, 'attachment')),
	};
}
