import {
	DescribeAvailabilityZonesCommand,
	type DescribeImagesRequest,
	DescribeKeyPairsCommand,
	DescribeRegionsCommand,
	DescribeRouteTablesCommand,
	DescribeSubnetsCommand,
	paginateDescribeImages,
	paginateDescribeInstanceTypes,
	paginateDescribeRouteTables,
	paginateDescribeSecurityGroups,
	paginateDescribeSubnets,
	type RouteTable,
	type Subnet,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { undefinedIfMissing, withAwsErrors } from '../aws-errors.ts';
import type { AwsClients } from '../clients.ts';
import {
	collectPages,
	getNameTag,
	type LookupContext,
	type LookupItem,
	type LookupItems,
	sendLookupRequest,
} from './lookup-requests.ts';

/** Key pairs of the region. */
export async function lookUpKeyPairs({ aws, signal }: LookupContext) {
	const { KeyPairs: items = [] } = await sendLookupRequest(
		signal,
		'ec2:DescribeKeyPairs',
		(options) => aws.ec2.send(new DescribeKeyPairsCommand({}), options),
	);
	return { items };
}

/** The security groups of all VPCs in the region. */
export function lookUpSecurityGroups({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		'ec2:DescribeSecurityGroups',
		(options) => paginateDescribeSecurityGroups({ client: aws.ec2, pageSize: 500 }, {}, options),
		({ SecurityGroups }) => SecurityGroups,
	);
}

export type InstanceTypeInfo = LookupItem<typeof lookUpInstanceTypes>;

/**
 * The x86-64 instance types that the region offers.
 *
 * @param families `m5`, `r6i`: there are too many types to read all of them.
 */
export function lookUpInstanceTypes({ aws, signal }: LookupContext, families: readonly string[]) {
	const Filters = [
		{ Name: 'instance-type', Values: families.map((family) => `${family}.*`) },
		{ Name: 'processor-info.supported-architecture', Values: ['x86_64'] },
	];
	return collectPages(
		signal,
		'ec2:DescribeInstanceTypes',
		(options) =>
			paginateDescribeInstanceTypes({ client: aws.ec2, pageSize: 100 }, { Filters }, options),
		({ InstanceTypes }) =>
			InstanceTypes?.filter(({ BareMetal }) => BareMetal !== true).map(
				({ InstanceType = '', VCpuInfo, MemoryInfo }) => ({
					type: InstanceType as string,
					processors: VCpuInfo?.DefaultVCpus ?? 0,
					memoryGb: (MemoryInfo?.SizeInMiB ?? 0) / 1024,
				}),
			),
	);
}

/** AMIs shared explicitly with the account, and those it owns, such as encrypted copies. */
export async function lookUpOwnAndSharedAmis({ aws, signal }: LookupContext) {
	const look = (input: DescribeImagesRequest) =>
		collectPages(
			signal,
			'ec2:DescribeImages',
			(options) =>
				paginateDescribeImages(
					{ client: aws.ec2, pageSize: 500 },
					// AMIs are deprecated after some years, and these are old.
					{ ...input, IncludeDeprecated: true },
					options,
				),
			({ Images }) => Images,
		);
	const [own, shared] = await Promise.all([
		look({ Owners: ['self'] }),
		look({ ExecutableUsers: ['self'] }),
	]);
	const ownIds = new Set(own.items.map(({ ImageId }) => ImageId));
	const others = shared.items.filter(
		({ ImageId, Public }) => Public !== true && !ownIds.has(ImageId),
	);
	const items = [...own.items, ...others].map((image) => ({
		...image,
		/** This account owns it. */
		own: ownIds.has(image.ImageId),
	}));
	return { items, more: own.more || shared.more };
}

/** The subnets of all VPCs in the region. */
export async function lookUpAllSubnets({
	aws,
	signal,
}: LookupContext): Promise<LookupItems<SubnetInfo>> {
	const client = aws.ec2;
	const [subnets, tables] = await Promise.all([
		collectPages(
			signal,
			'ec2:DescribeSubnets',
			(options) => paginateDescribeSubnets({ client, pageSize: 500 }, {}, options),
			({ Subnets }) => Subnets,
		),
		collectPages(
			signal,
			'ec2:DescribeRouteTables',
			(options) => paginateDescribeRouteTables({ client, pageSize: 100 }, {}, options),
			({ RouteTables }) => RouteTables,
			5000,
		),
	]);
	return { items: toSubnetInfos(subnets.items, tables.items), more: subnets.more };
}

export interface SubnetInfo {
	id: string;
	vpc: string;
	zone: string;
	cidr: string;
	freeAddresses: number;
	/** `internet`: a route to an internet gateway; `nat`: a route to another target; `none`. */
	defaultRoute: 'internet' | 'nat' | 'none';
	name: string;
}

/**
 * Looks up subnets in the given order; unknown IDs are omitted.
 *
 * @throws WizardError if the lookup itself is refused.
 */
export async function lookUpSubnetsById(
	clients: AwsClients,
	ids: readonly string[],
): Promise<SubnetInfo[]> {
	const looks = [...new Set(ids)].map((id) => lookUpSubnet(clients, id));
	return (await withAwsErrors('look up the subnets', Promise.all(looks))).flat();
}

async function lookUpSubnet({ ec2 }: AwsClients, id: string): Promise<SubnetInfo[]> {
	const call = ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
	const { Subnets = [] } = (await undefinedIfMissing(call, /^InvalidSubnetID/)) ?? {};
	const vpc = Subnets[0]?.VpcId;
	if (vpc === undefined) return [];
	const { RouteTables = [] } = await ec2.send(
		new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
	);
	return toSubnetInfos(Subnets, RouteTables);
}

/** Converts subnets. @param tables The route tables of their VPCs. */
function toSubnetInfos(subnets: readonly Subnet[], tables: readonly RouteTable[]): SubnetInfo[] {
	/** By subnet ID, or by VPC ID for the main route table. */
	const routes = new Map<string, SubnetInfo['defaultRoute']>();
	for (const table of tables) {
		for (const { SubnetId, Main } of table.Associations ?? []) {
			const id = SubnetId ?? (Main === true ? table.VpcId : undefined);
			if (id !== undefined) routes.set(id, getDefaultRoute(table));
		}
	}
	return subnets.map((subnet) => {
		const { SubnetId: id = '', VpcId: vpc = '' } = subnet;
		return {
			id,
			vpc,
			zone: subnet.AvailabilityZone ?? '',
			cidr: subnet.CidrBlock ?? '',
			freeAddresses: subnet.AvailableIpAddressCount ?? 0,
			// A subnet without a route table of its own uses the main one of its VPC.
			defaultRoute: routes.get(id) ?? routes.get(vpc) ?? 'none',
			name: getNameTag(subnet.Tags),
		};
	});
}

function getDefaultRoute({ Routes = [] }: RouteTable): SubnetInfo['defaultRoute'] {
	const route = Routes.find(
		({ DestinationCidrBlock, State }) =>
			DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
	);
	if (route === undefined) return 'none';
	return route.GatewayId?.startsWith('igw-') ? 'internet' : 'nat';
}

/** The account and the ARN of the current credentials. */
export async function lookUpAccount({ aws, signal }: LookupContext) {
	const { Account = '', Arn = '' } = await sendLookupRequest(
		signal,
		'sts:GetCallerIdentity',
		(options) => aws.sts.send(new GetCallerIdentityCommand({}), options),
	);
	return { account: Account, arn: Arn };
}

/** All regions of the partition, enabled or not. */
export async function lookUpAllRegions({ aws, signal }: LookupContext) {
	const { Regions: items = [] } = await sendLookupRequest(
		signal,
		'ec2:DescribeRegions',
		(options) => aws.ec2.send(new DescribeRegionsCommand({ AllRegions: true }), options),
	);
	return { items };
}

/** Availability zones, without local and wavelength zones. */
export async function lookUpAvailabilityZones({ aws, signal }: LookupContext) {
	const { AvailabilityZones = [] } = await sendLookupRequest(
		signal,
		'ec2:DescribeAvailabilityZones',
		(options) => aws.ec2.send(new DescribeAvailabilityZonesCommand({}), options),
	);
	const items = AvailabilityZones.filter(
		({ ZoneType = 'availability-zone' }) => ZoneType === 'availability-zone',
	);
	return { items };
}

// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
const NAMES: Readonly<Record<string, string>> = {
	'af-south-1': 'Cape Town',
	'ap-east-1': 'Hong Kong',
	'ap-east-2': 'Taipei',
	'ap-northeast-1': 'Tokyo',
	'ap-northeast-2': 'Seoul',
	'ap-northeast-3': 'Osaka',
	'ap-south-1': 'Mumbai',
	'ap-south-2': 'Hyderabad',
	'ap-southeast-1': 'Singapore',
	'ap-southeast-2': 'Sydney',
	'ap-southeast-3': 'Jakarta',
	'ap-southeast-4': 'Melbourne',
	'ap-southeast-5': 'Malaysia',
	'ap-southeast-6': 'New Zealand',
	'ap-southeast-7': 'Thailand',
	'ca-central-1': 'Canada, Central',
	'ca-west-1': 'Calgary',
	'cn-north-1': 'Beijing',
	'cn-northwest-1': 'Ningxia',
	'eu-central-1': 'Frankfurt',
	'eu-central-2': 'Zurich',
	'eu-north-1': 'Stockholm',
	'eu-south-1': 'Milan',
	'eu-south-2': 'Spain',
	'eu-west-1': 'Ireland',
	'eu-west-2': 'London',
	'eu-west-3': 'Paris',
	'il-central-1': 'Tel Aviv',
	'me-central-1': 'UAE',
	'me-south-1': 'Bahrain',
	'mx-central-1': 'Mexico, Central',
	'sa-east-1': 'Sao Paulo',
	'us-east-1': 'N. Virginia',
	'us-east-2': 'Ohio',
	'us-gov-east-1': 'GovCloud, US-East',
	'us-gov-west-1': 'GovCloud, US-West',
	'us-west-1': 'N. California',
	'us-west-2': 'Oregon',
};

/** The display name of a region; `""` for regions newer than this list. */
export function getRegionDisplayName(region: string): string {
	return NAMES[region] ?? '';
}
