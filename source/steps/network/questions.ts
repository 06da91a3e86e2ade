import type { Question } from '../../engine/question.ts';
import { vpcCidr } from '../rules/cidr.ts';
import { subnetId, subnetIds } from '../rules/identifiers.ts';
import { NETWORK_NAME_LENGTH, networkName } from '../rules/names.ts';
import { oneOfNumbers, yesNo } from '../rules/value-rule.ts';
import { availabilityZones } from '../rules/zones.ts';

const DETAILS = 'Details of the new network';

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTION_DAYS = [
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
	3653,
];

/** A name for the network of a session, within the limits of AWS. */
export function networkNameFor(session: string): string {
	const name = `tfe-${session}`.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, NETWORK_NAME_LENGTH);
	return name.replace(/-+$/, '');
}

/** Where the installation lives: a VPC made for it, or subnets that exist. */
export const networkQuestions: readonly Question[] = [
	{
		key: 'network',
		label: 'Which network does it go into?',
		help: 'It needs a subnet for the machine, two for the database and two for the load balancer, and a way out to the internet. A new VPC has all of it. Existing subnets suit an account whose network is run by somebody else.',
		kind: 'variant',
		options: [
			{
				value: 'create',
				label: 'A new VPC',
				hint: '2 private and 2 public subnets, NAT gateways, flow logs; NAT gateways cost by the hour',
			},
			{
				value: 'existing',
				label: 'Subnets that exist',
				hint: 'nothing in the network is changed',
			},
		],
		default: 'create',
	},
	{
		key: 'network.create.name',
		label: 'Name of the new VPC',
		help: 'Its subnets, gateways and logs are named after it.',
		kind: 'text',
		...networkName,
		example: 'acme-tfe',
		derive: (_answers, { session }) => networkNameFor(session),
		derived: `tfe- and the name of the session, cut to ${NETWORK_NAME_LENGTH} characters`,
		since2018: { name: 'vpc_name' },
	},
	{
		key: 'network.create.cidr',
		label: 'Addresses of the new VPC',
		help: 'A private range that overlaps with no network it may be joined to. Take it from 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16. It cannot be changed once the VPC exists.',
		kind: 'text',
		...vpcCidr,
		example: '10.20.0.0/16',
		default: '172.23.0.0/16',
		since2018: { name: 'cidr_block' },
	},
	{
		key: 'network.create.availability_zones',
		label: 'Availability zones',
		help: 'The two zones to spread over. An empty list takes the first two of the region. Name them when an instance type or reserved capacity is only in certain zones.',
		kind: 'list',
		...availabilityZones,
		example: ['us-west-2a', 'us-west-2b'],
		default: [],
		group: DETAILS,
	},
	{
		key: 'network.create.single_nat_gateway',
		label: 'Share one NAT gateway?',
		help: 'Half the price, but both zones hang on one. It also needs one elastic IP less. If its zone fails, nothing in the private subnets reaches the internet, and traffic from the other zone is charged as traffic between zones.',
		kind: 'yesno',
		...yesNo,
		example: true,
		default: false,
		group: DETAILS,
	},
	{
		key: 'network.create.flow_log_retention_days',
		label: 'Days to keep the flow logs',
		help: 'Flow logs record which address spoke to which, not what was said. CloudWatch keeps logs only for certain numbers of days, and charges for what it keeps.',
		kind: 'number',
		...oneOfNumbers(RETENTION_DAYS),
		example: 365,
		default: 90,
		group: DETAILS,
	},
	{
		key: 'network.existing.instance_subnet_id',
		label: 'Subnet of the machine',
		help: 'A private subnet with a route to the internet through a NAT gateway, or a public one. The load balancer should have a subnet in the same availability zone.',
		kind: 'text',
		...subnetId,
		example: 'subnet-0a1b2c3d4e5f60001',
		since2018: { name: 'instance_subnet_id' },
	},
	{
		key: 'network.existing.elb_subnet_ids',
		label: 'Subnets of the load balancer',
		help: 'Two or more, each in another availability zone, one of them in the zone of the machine: AWS makes no application load balancer in a single zone. Public ones for a public address; private ones together with settings.internal_elb.',
		kind: 'list',
		...subnetIds(2),
		example: ['subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'],
		since2018: {
			name: 'elb_subnet_id',
			changed: 'a list: the load balancer of today needs subnets in two zones',
		},
	},
	{
		key: 'network.existing.data_subnet_ids',
		label: 'Subnets of the database',
		help: 'Exactly two, in different availability zones, so that RDS can keep a standby in the other one. They should be private.',
		kind: 'list',
		...subnetIds(2, 2),
		example: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60004'],
		since2018: { name: 'data_subnet_ids' },
	},
];
