import {
	type DescribeImagesRequest,
	DescribeKeyPairsCommand,
	paginateDescribeImages,
	paginateDescribeInstanceTypes,
	paginateDescribeRouteTables,
	paginateDescribeSecurityGroups,
	paginateDescribeSubnets,
	type RouteTable,
} from '@aws-sdk/client-ec2';
import type { SubnetInfo } from '../subnets.ts';
import {
	collectPages,
	getNameTag,
	type LookupContext,
	type LookupResult,
	sendLookupRequest,
} from './lookup-requests.ts';

export interface KeyPairInfo {
	name: string;
	type: string;
	fingerprint: string;
	made: Date | undefined;
}

/** Key pairs of the region. */
export async function lookUpKeyPairs({ aws, signal }: LookupContext): Promise<KeyPairInfo[]> {
	const { KeyPairs = [] } = await sendLookupRequest(signal, 'ec2:DescribeKeyPairs', (options) =>
		aws.ec2.send(new DescribeKeyPairsCommand({}), options),
	);
	return KeyPairs.map(({ KeyName = '', KeyType = '', KeyFingerprint = '', CreateTime }) => ({
		name: KeyName,
		type: KeyType,
		fingerprint: KeyFingerprint,
		made: CreateTime,
	}));
}

export interface SecurityGroupInfo {
	id: string;
	name: string;
	/** Its `Name` tag. */
	tag: string;
	vpc: string;
	description: string;
}

/** The security groups of all VPCs in the region. */
export async function lookUpSecurityGroups({
	aws,
	signal,
}: LookupContext): Promise<LookupResult<SecurityGroupInfo>> {
	const { items, more } = await collectPages(
		signal,
		'ec2:DescribeSecurityGroups',
		(options) => paginateDescribeSecurityGroups({ client: aws.ec2, pageSize: 500 }, {}, options),
		({ SecurityGroups }) => SecurityGroups,
	);
	return {
		items: items.map(({ GroupId = '', GroupName = '', VpcId = '', Description = '', Tags }) => ({
			...{ id: GroupId, name: GroupName, tag: getNameTag(Tags), vpc: VpcId },
			description: Description,
		})),
		more,
	};
}

export interface InstanceTypeInfo {
	type: string;
	processors: number;
	memoryGb: number;
}

/**
 * The x86-64 instance types that the region offers.
 *
 * @param families `m5`, `r6i`: there are too many types to read all of them.
 */
export async function lookUpInstanceTypes(
	{ aws, signal }: LookupContext,
	families: readonly string[],
): Promise<LookupResult<InstanceTypeInfo>> {
	const Filters = [
		{ Name: 'instance-type', Values: families.map((family) => `${family}.*`) },
		{ Name: 'processor-info.supported-architecture', Values: ['x86_64'] },
	];
	const { items, more } = await collectPages(
		signal,
		'ec2:DescribeInstanceTypes',
		(options) =>
			paginateDescribeInstanceTypes({ client: aws.ec2, pageSize: 100 }, { Filters }, options),
		({ InstanceTypes }) => InstanceTypes,
	);
	return {
		items: items
			.filter(({ BareMetal }) => BareMetal !== true)
			.map(({ InstanceType = '', VCpuInfo, MemoryInfo }) => ({
				type: InstanceType,
				processors: VCpuInfo?.DefaultVCpus ?? 0,
				memoryGb: (MemoryInfo?.SizeInMiB ?? 0) / 1024,
			})),
		more,
	};
}

export interface AmiInfo {
	id: string;
	name: string;
	description: string;
	/** The ID of the owner account. */
	owner: string;
	/** This account owns it. */
	own: boolean;
	made: string;
	architecture: string;
	virtualization: string;
	state: string;
	windows: boolean;
	ena: boolean;
	encrypted: boolean;
}

/** AMIs shared explicitly with the account, and those it owns, such as encrypted copies. */
export async function lookUpAmis({ aws, signal }: LookupContext): Promise<LookupResult<AmiInfo>> {
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
	const all = [...own.items, ...others];
	const items = all.map((image) => ({
		id: image.ImageId ?? '',
		name: image.Name?.trim() ?? '',
		description: image.Description ?? '',
		owner: image.OwnerId ?? '',
		own: ownIds.has(image.ImageId),
		made: (image.CreationDate ?? '').slice(0, 10),
		architecture: image.Architecture ?? '',
		virtualization: image.VirtualizationType ?? '',
		state: image.State ?? '',
		windows: image.Platform?.toLowerCase() === 'windows',
		ena: image.EnaSupport === true,
		encrypted: image.BlockDeviceMappings?.some(({ Ebs }) => Ebs?.Encrypted === true) ?? false,
	}));
	return { items, more: own.more || shared.more };
}

/** The subnets of all VPCs in the region. */
export async function lookUpAllSubnets({
	aws,
	signal,
}: LookupContext): Promise<LookupResult<SubnetInfo>> {
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
	const routes = routesOf(tables.items);
	const items = subnets.items.map((subnet) => {
		const [id, vpc] = [subnet.SubnetId ?? '', subnet.VpcId ?? ''];
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
	return { items, more: subnets.more };
}

/** The default route by subnet ID, or by VPC ID for the main route table. */
function routesOf(tables: readonly RouteTable[]): Map<string, SubnetInfo['defaultRoute']> {
	return new Map(
		tables.flatMap((table) =>
			(table.Associations ?? []).flatMap(({ SubnetId, Main }) => {
				const of = SubnetId ?? (Main === true ? table.VpcId : undefined);
				return of === undefined ? [] : [[of, defaultRouteOf(table)] as const];
			}),
		),
	);
}

function defaultRouteOf({ Routes = [] }: RouteTable): SubnetInfo['defaultRoute'] {
	const route = Routes.find(
		({ DestinationCidrBlock, State }) =>
			DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
	);
	if (route === undefined) return 'none';
	return route.GatewayId?.startsWith('igw-') ? 'internet' : 'nat';
}
