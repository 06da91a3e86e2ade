import { type HostedZoneInfo, lookUpHostedZones } from '../../../../aws/lookups/hosted-zones.ts';
import type { Lookup, LookupChoice } from '../../../../engine/lookup.ts';
import { createGlobalLookup } from '../../../../steps/lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	formatNounCount,
	getKnownAnswer,
	getTextAnswerOrEmpty,
	joinDetails,
} from '../../../../steps/lookups/lookup-choices.ts';
import { optionalHostedZoneIdRule } from '../../../../steps/rules/identifiers.ts';
import type { Services } from '../../../../steps/services.ts';
import { isInZone } from './domain-matching.ts';

const FQDN = 'settings.fqdn';
const NONE: LookupChoice = { value: '', label: 'None', hint: 'DNS is managed elsewhere' };

/** Hosted zones; the closest parent of the domain name comes first. */
export const hostedZoneLookup: Lookup<Services> = createGlobalLookup({
	key: 'settings.zone_id',
	what: 'hosted zones',
	needs: [FQDN],
	rule: optionalHostedZoneIdRule,
	async find(asking, answers) {
		const fqdn = getTextAnswerOrEmpty(answers, FQDN);
		const internal = getKnownAnswer(answers, 'settings.internal_elb') === true;
		const best = compareBy<HostedZoneInfo>(
			// Of the zones that contain the domain, the longest name is the closest parent.
			({ name }) => -name.length,
			(zone) => (zone.private === internal ? 0 : 1),
			({ name }) => name,
			({ id }) => id,
		);
		const zones = createChoices(
			await lookUpHostedZones(asking),
			(zone) => zoneChoice(zone, fqdn),
			best,
		);
		const fitting = zones.filter(({ refusal }) => refusal === undefined);
		return [...fitting, NONE, ...zones.slice(fitting.length)];
	},
});

function zoneChoice(
	{ id, name, private: isPrivate, records, comment }: HostedZoneInfo,
	fqdn: string,
) {
	const refusal =
		fqdn === '' || isInZone(name, fqdn) ? {} : { refusal: `does not contain ${fqdn}` };
	return {
		value: id,
		label: name,
		hint: joinDetails(
			isPrivate ? 'private, visible only in its VPCs' : 'public',
			formatNounCount(records, 'record'),
			comment,
		),
		...refusal,
	};
}
