import { lookUpZones, type ZoneInfo } from '../../aws/lookups/regions-and-zones.ts';
import { lookUpAllSubnets } from '../../aws/lookups/subnets.ts';
import type { SubnetInfo } from '../../aws/subnets.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import { createRegionalLookup } from '../lookups/create-lookup.ts';
import {
	compareBy,
	createChoices,
	getKnownAnswer,
	getTextAnswerOrEmpty,
	joinDetails,
	sortSelectableFirst,
} from '../lookups/lookup-choices.ts';
import { type Services, targetKeys } from '../services.ts';
import { getSubnetRefusal, type SubnetRole } from './subnet-refusal.ts';

const INSTANCE = 'network.existing.instance_subnet_id';
const ZONE_OF_REGION = /-\d+[a-z]$/;

const zones = createRegionalLookup({
	key: 'network.create.availability_zones',
	what: 'availability zones',
	async find(asking) {
		const found = await lookUpZones(asking);
		const proper = found.filter(({ name }) => ZONE_OF_REGION.test(name));
		return sortSelectableFirst(proper.sort(compareBy(({ name }) => name)).map(zoneChoice));
	},
});

function zoneChoice({ name, id, state }: ZoneInfo): LookupChoice {
	const refusal = state === 'available' ? {} : { refusal: `zone is ${state}` };
	return { value: name, hint: id, ...refusal };
}

function subnets(key: string, role: SubnetRole): Lookup<Services> {
	return createRegionalLookup({
		key,
		what: 'subnets',
		needs: role === 'instance' ? [] : [INSTANCE],
		async find(asking, answers) {
			const looked = await lookUpAllSubnets(asking);
			const chosen = role === 'instance' ? '' : getTextAnswerOrEmpty(answers, INSTANCE);
			const machine = looked.items.find(({ id }) => id === chosen);
			const internal = getKnownAnswer(answers, targetKeys.internalLoadBalancer) === true;
			return createChoices(
				looked,
				(subnet) => subnetChoice(role, subnet, machine, internal),
				compareBy(
					(subnet) => routeRank(role, subnet, internal),
					({ zone }) => (zone === machine?.zone ? 0 : 1),
					({ vpc }) => vpc,
					({ zone }) => zone,
					({ name }) => name,
					({ id }) => id,
				),
			);
		},
	});
}

/** Best first: the routes that the help of the question recommends. */
function routeRank(role: SubnetRole, { defaultRoute }: SubnetInfo, internal: boolean): number {
	const order = {
		instance: ['nat', 'internet', 'none'],
		'load-balancer': internal ? ['nat', 'none', 'internet'] : ['internet', 'nat', 'none'],
		data: ['nat', 'none', 'internet'],
	}[role];
	return order.indexOf(defaultRoute);
}

function subnetChoice(
	role: SubnetRole,
	subnet: SubnetInfo,
	machine: SubnetInfo | undefined,
	internal: boolean,
): LookupChoice {
	const { id, name, zone, cidr, defaultRoute, freeAddresses, vpc } = subnet;
	const reach = {
		internet: 'public',
		nat: 'private, via NAT',
		none: 'private, no internet',
	}[defaultRoute];
	// The question about an internal load balancer comes later, so this is not a reason to refuse.
	const onlyInternal = role === 'load-balancer' && defaultRoute !== 'internet' && !internal;
	const refusal = getSubnetRefusal(role, subnet, machine);
	return {
		value: id,
		...(name === '' ? {} : { label: name }),
		hint: joinDetails(
			zone,
			cidr,
			onlyInternal ? `${reach}: internal load balancer only` : reach,
			`${freeAddresses} free`,
			machine?.zone === zone ? 'same zone as the instance' : '',
			vpc,
		),
		...(refusal === undefined ? {} : { refusal }),
	};
}

export const networkLookups: readonly Lookup<Services>[] = [
	zones,
	subnets(INSTANCE, 'instance'),
	subnets('network.existing.elb_subnet_ids', 'load-balancer'),
	subnets('network.existing.data_subnet_ids', 'data'),
];
