import { lookUpOwnPolicies, type PolicyFacts } from '../../aws/lookups/policies.ts';
import type { Found, Lookup } from '../../engine/lookup.ts';
import { by, choices, count, facts } from '../look-up/found.ts';
import { global } from '../look-up/regional.ts';
import { policyArnOrEmpty } from '../rules/arn.ts';
import type { Services } from '../services.ts';

export const accessLookups: readonly Lookup<Services>[] = [
	global({
		key: 'access.user.permissions_boundary',
		what: 'managed policies',
		rule: policyArnOrEmpty,
		async find(asking) {
			const looked = await lookUpOwnPolicies(asking);
			const likely = by<PolicyFacts>(
				({ bounds }) => -bounds,
				({ name }) => (/boundary/i.test(name) ? 0 : 1),
				({ name }) => name,
			);
			return [{ value: '', label: 'None' }, ...choices(looked, policyChoice, likely)];
		},
	}),
];

function policyChoice({ arn, name, bounds, attached }: PolicyFacts): Found {
	const uses = bounds > 0 ? `boundary of ${bounds}` : '';
	return { value: arn, label: name, hint: facts(uses, count(attached, 'attachment')) };
}
