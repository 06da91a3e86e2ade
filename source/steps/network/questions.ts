import {
	lookUpAllSubnets,
	lookUpAvailabilityZones,
	type SubnetInfo,
} from '../../aws/lookups/ec2-resources.ts';
import type { CrossAnswerRule, Question } from '../../engine/question.ts';
import { addCommonFieldsToQuestions } from '../../engine/question-catalogue.ts';
import type { Lookup, LookupChoice } from '../../engine/step.ts';
import { createChoices, createRegionalLookup, joinDetails } from '../lookups/create-lookup.ts';
import { optionalAvailabilityZonePairRule } from '../rules/arns-regions-tags.ts';
import { isPrivateCidr, parseCidr, vpcCidrRule } from '../rules/cidr.ts';
import {
	createSubnetIdsRule,
	MAX_NETWORK_NAME_LENGTH,
	networkNameRule,
	subnetIdRule,
} from '../rules/names-and-identifiers.ts';
import { readListAnswer, readTextAnswer } from '../rules/read-answers.ts';
import { createBooleanRuleWithDefault, createNumberChoiceRule } from '../rules/value-rule.ts';
import { type Services, targetAnswerKeys } from '../step-context.ts';
import { getSubnetRefusal, type SubnetRole } from './existing-subnets.ts';

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTION_DAYS = [
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
	3653,
];

/** A network name for a session, within the limits of AWS. */
function deriveNetworkName(session: string): string {
	const name = `tfe-${session}`.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, MAX_NETWORK_NAME_LENGTH);
	return name.replace(/-+$/, '');
}

/** Where to install: in a new VPC, or in existing subnets. */
export const networkQuestions: readonly Question[] = [
	{
		key: 'network',
		label: 'VPC',
		help: 'The network to install into: one subnet for the instance, two for the database, two for the load balancer, and a route to the internet. A new VPC includes all of these. Use existing subnets if another team manages the network.',
		kind: 'variant',
		options: [
			{
				value: 'create',
				label: 'New VPC',
				hint: '2 private and 2 public subnets, NAT gateways, flow logs; NAT gateways are billed hourly',
			},
			{
				value: 'existing',
				label: 'Existing subnets',
				hint: 'the network is not changed',
			},
		],
		default: 'create',
	},
	{
		key: 'network.create.name',
		label: 'VPC name',
		help: 'The name of the new VPC. Its subnets, gateways and logs are named after it.',
		...networkNameRule,
		example: 'acme-tfe',
		derive: (_answers, { session }) => deriveNetworkName(session),
		derived: `tfe- and the session name, truncated to ${MAX_NETWORK_NAME_LENGTH} characters`,
	},
	{
		key: 'network.create.cidr',
		label: 'VPC CIDR block',
		help: 'The private IPv4 range of the new VPC. It must not overlap with networks it may be peered with. Choose it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16. It cannot be changed once the VPC exists.',
		...vpcCidrRule,
		example: '10.20.0.0/16',
		default: '172.23.0.0/16',
	},
	...addCommonFieldsToQuestions({ group: 'Network details' }, [
		{
			key: 'network.create.availability_zones',
			label: 'Availability zones',
			help: 'The two availability zones to use. If empty, the first two zones of the region are used. Specify them if an instance type or reserved capacity is available only in certain zones.',
			...optionalAvailabilityZonePairRule,
			example: ['us-west-2a', 'us-west-2b'],
			default: [],
		},
		{
			key: 'network.create.single_nat_gateway',
			label: 'Use a single NAT gateway?',
			help: 'Whether both availability zones share one NAT gateway. This halves the NAT gateway cost and saves an Elastic IP address. If its zone fails, the private subnets lose internet access; traffic from the other zone is billed as inter-zone traffic.',
			...createBooleanRuleWithDefault(false),
		},
		{
			key: 'network.create.flow_log_retention_days',
			label: 'Flow log retention (days)',
			help: 'How long CloudWatch retains the VPC flow logs. They record connection metadata, not payloads. CloudWatch supports only certain retention periods and charges for stored logs.',
			...createNumberChoiceRule(RETENTION_DAYS),
			example: 365,
			default: 90,
		},
	]),
	{
		key: 'network.existing.instance_subnet_id',
		label: 'Instance subnet',
		help: 'The subnet of the EC2 instance: private with a route to the internet through a NAT gateway, or public. The load balancer must have a subnet in the same availability zone.',
		...subnetIdRule,
		example: 'subnet-0a1b2c3d4e5f60001',
	},
	{
		key: 'network.existing.elb_subnet_ids',
		label: 'Load balancer subnets',
		help: 'Two or more subnets in different availability zones, one of them in the zone of the instance. Use public subnets for a public load balancer, and private subnets with settings.internal_elb.',
		...createSubnetIdsRule(2),
		example: ['subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'],
	},
	{
		key: 'network.existing.data_subnet_ids',
		label: 'Database subnets',
		help: 'Exactly two subnets in different availability zones, so that RDS can run a standby in the second zone. They should be private.',
		...createSubnetIdsRule(2, 2),
		example: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60004'],
	},
];

const ZONES = 'network.create.availability_zones';
const CIDR = 'network.create.cidr';

// Docker's bridge on the instance uses this block, so the instance could not reach a VPC in it.
const DOCKER_BRIDGE = /^172\.17\./;

export const networkRules: readonly CrossAnswerRule[] = [
	{
		id: 'zones-of-region',
		keys: [ZONES, 'region'],
		text: 'The availability zones must be in the configured region.',
		check: (answers) => {
			const region = readTextAnswer(answers, 'region');
			const foreign = readListAnswer(answers, ZONES).find(
				(zone) => /[a-z]$/.test(zone) && zone.slice(0, -1) !== region,
			);
			return region === '' || foreign === undefined
				? undefined
				: `${foreign} is not a zone in ${region}`;
		},
	},
	{
		id: 'vpc-addresses-private',
		keys: [CIDR],
		text: 'A new VPC must use a private address range: the owners of a public range would be unreachable from it.',
		check: (answers) => {
			const text = readTextAnswer(answers, CIDR);
			const block = parseCidr(text);
			if (block === undefined || isPrivateCidr(block)) return undefined;
			return `${text} is a public range; use one within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`;
		},
	},
	{
		id: 'vpc-apart-from-docker',
		keys: [CIDR],
		text: 'A new VPC must not be in 172.17.0.0/16, which the containers on the instance use.',
		check: (answers) => {
			const text = readTextAnswer(answers, CIDR);
			return DOCKER_BRIDGE.test(text)
				? `${text} is used by the containers on the instance; use another range`
				: undefined;
		},
	},
];

const INSTANCE = 'network.existing.instance_subnet_id';

const zones = createRegionalLookup({
	key: 'network.create.availability_zones',
	what: 'availability zones',
	find: async (lookupContext) =>
		createChoices(
			await lookUpAvailabilityZones(lookupContext),
			({ ZoneName = '', ZoneId, State = 'available' }) => ({
				value: ZoneName,
				// Identifies the same zone in every account, unlike the name: `usw2-az1`.
				hint: ZoneId,
				refusal: State === 'available' ? undefined : `zone is ${State}`,
			}),
			({ ZoneName = '' }) => ZoneName,
		),
});

function subnets(key: string, role: SubnetRole): Lookup<Services> {
	return createRegionalLookup({
		key,
		what: 'subnets',
		needs: role === 'instance' ? [] : [INSTANCE],
		async find(lookupContext, answers) {
			const looked = await lookUpAllSubnets(lookupContext);
			const chosen = role === 'instance' ? '' : readTextAnswer(answers, INSTANCE);
			const instanceSubnet = looked.items.find(({ id }) => id === chosen);
			const internal = answers[targetAnswerKeys.internalLoadBalancer] === true;
			return createChoices(
				looked,
				(subnet) => subnetChoice(role, subnet, instanceSubnet, internal),
				(subnet) => routeRank(role, subnet, internal),
				({ zone }) => (zone === instanceSubnet?.zone ? 0 : 1),
				({ vpc }) => vpc,
				({ zone }) => zone,
				({ name }) => name,
				({ id }) => id,
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
	instanceSubnet: SubnetInfo | undefined,
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
	return {
		value: id,
		label: name || undefined,
		hint: joinDetails(
			zone,
			cidr,
			onlyInternal ? `${reach}: internal load balancer only` : reach,
			`${freeAddresses} free`,
			instanceSubnet?.zone === zone ? 'same zone as the instance' : '',
			vpc,
		),
		refusal: getSubnetRefusal(role, subnet, instanceSubnet),
	};
}

export const networkLookups: readonly Lookup<Services>[] = [
	zones,
	subnets(INSTANCE, 'instance'),
	subnets('network.existing.elb_subnet_ids', 'load-balancer'),
	subnets('network.existing.data_subnet_ids', 'data'),
];
