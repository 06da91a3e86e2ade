import type { Question } from '../../engine/question.ts';
import { vpcCidrRule } from '../rules/cidr.ts';
import { createSubnetIdsRule, subnetIdRule } from '../rules/identifiers.ts';
import { MAX_NETWORK_NAME_LENGTH, networkNameRule } from '../rules/names.ts';
import { booleanRule, createNumberChoiceRule } from '../rules/value-rule.ts';
import { availabilityZonesRule } from '../rules/zones.ts';

const DETAILS = 'Network details';

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
		kind: 'text',
		...networkNameRule,
		example: 'acme-tfe',
		derive: (_answers, { session }) => deriveNetworkName(session),
		derived: `tfe- and the session name, truncated to ${MAX_NETWORK_NAME_LENGTH} characters`,
	},
	{
		key: 'network.create.cidr',
		label: 'VPC CIDR block',
		help: 'The private IPv4 range of the new VPC. It must not overlap with networks it may be peered with. Choose it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16. It cannot be changed once the VPC exists.',
		kind: 'text',
		...vpcCidrRule,
		example: '10.20.0.0/16',
		default: '172.23.0.0/16',
	},
	{
		key: 'network.create.availability_zones',
		label: 'Availability zones',
		help: 'The two availability zones to use. If empty, the first two zones of the region are used. Specify them if an instance type or reserved capacity is available only in certain zones.',
		kind: 'list',
		...availabilityZonesRule,
		example: ['us-west-2a', 'us-west-2b'],
		default: [],
		group: DETAILS,
	},
	{
		key: 'network.create.single_nat_gateway',
		label: 'Use a single NAT gateway?',
		help: 'Whether both availability zones share one NAT gateway. This halves the NAT gateway cost and saves an Elastic IP address. If its zone fails, the private subnets lose internet access; traffic from the other zone is billed as inter-zone traffic.',
		kind: 'yesno',
		...booleanRule,
		example: true,
		default: false,
		group: DETAILS,
	},
	{
		key: 'network.create.flow_log_retention_days',
		label: 'Flow log retention (days)',
		help: 'How long CloudWatch retains the VPC flow logs. They record connection metadata, not payloads. CloudWatch supports only certain retention periods and charges for stored logs.',
		kind: 'number',
		...createNumberChoiceRule(RETENTION_DAYS),
		example: 365,
		default: 90,
		group: DETAILS,
	},
	{
		key: 'network.existing.instance_subnet_id',
		label: 'Instance subnet',
		help: 'The subnet of the EC2 instance: private with a route to the internet through a NAT gateway, or public. The load balancer must have a subnet in the same availability zone.',
		kind: 'text',
		...subnetIdRule,
		example: 'subnet-0a1b2c3d4e5f60001',
	},
	{
		key: 'network.existing.elb_subnet_ids',
		label: 'Load balancer subnets',
		help: 'Two or more subnets in different availability zones, one of them in the zone of the instance. Use public subnets for a public load balancer, and private subnets with settings.internal_elb.',
		kind: 'list',
		...createSubnetIdsRule(2),
		example: ['subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'],
	},
	{
		key: 'network.existing.data_subnet_ids',
		label: 'Database subnets',
		help: 'Exactly two subnets in different availability zones, so that RDS can run a standby in the second zone. They should be private.',
		kind: 'list',
		...createSubnetIdsRule(2, 2),
		example: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60004'],
	},
];
