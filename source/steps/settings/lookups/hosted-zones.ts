import { type HostedZoneFacts, lookUpHostedZones } from '../../../aws/lookups/hosted-zones.ts';
import type { Found, Lookup } from '../../../engine/lookup.ts';
import { by, choices, count, facts, known, knownValue } from '../../look-up/found.ts';
import { global } from '../../look-up/regional.ts';
import { zoneIdOrEmpty } from '../../rules/identifiers.ts';
import type { Services } from '../../services.ts';
import { liesIn } from './domain-names.ts';

const FQDN = 'settings.fqdn';
const NONE: Found = { value: '', label: 'None', hint: 'DNS is managed elsewhere' };

/** Hosted zones; the closest parent of the domain name comes first. */
export const hostedZones: Lookup<Services> = global({
	key: 'settings.zone_id',
	what: 'hosted zones',
	needs: [FQDN],
	rule: zoneIdOrEmpty,
	async find(asking, answers) {
		const fqdn = known(answers, FQDN);
		const internal = knownValue(answers, 'settings.internal_elb') === true;
		const best = by<HostedZoneFacts>(
			// Of the zones that contain the domain, the longest name is the closest parent.
			({ name }) => -name.length,
			(zone) => (zone.private === internal ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		const zones = choices(await lookUpHostedZones(asking), (zone) => zoneChoice(zone, fqdn), best);
		const fitting = zones.filter(({ refusal }) => refusal === undefined);
		return [...fitting, NONE, ...zones.slice(fitting.length)];
	},
});

function zoneChoice(
	{ id, name, private: isPrivate, records, comment }: HostedZoneFacts,
	fqdn: string,
) {
	const refusal = fqdn === '' || liesIn(name, fqdn) ? {} : { refusal: `does not contain ${fqdn}` };
	return {
		value: id,
		label: name,
		hint: facts(
			isPrivate ? 'private, visible only in its VPCs' : 'public',
			count(records, 'record'),
			comment,
		),
		...refusal,
	};
}
