import {
	type DescribeImagesRequest,
	DescribeKeyPairsCommand,
	paginateDescribeImages,
	paginateDescribeInstanceTypes,
	paginateDescribeRouteTables,
	paginateDescribeSecurityGroups,
	paginateDescribeSubnets,
} from '@aws-sdk/client-ec2';
import { type SubnetInfo, toSubnetInfos } from '../subnets.ts';
import {
	collectPages,
	getNameTag,
	type LookupContext,
	type LookupItem,
	type LookupItems,
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

export type SecurityGroupInfo = LookupItem<typeof lookUpSecurityGroups>;

/** The security groups of all VPCs in the region. */
export function lookUpSecurityGroups({ aws, signal }: LookupContext) {
	return collectPages(
		signal,
		'ec2:DescribeSecurityGroups',
		(options) => paginateDescribeSecurityGroups({ client: aws.ec2, pageSize: 500 }, {}, options),
		({ SecurityGroups }) =>
			SecurityGroups?.map((group) => ({
				id: group.GroupId ?? '',
				name: group.GroupName ?? '',
				/** Its `Name` tag. */
				tag: getNameTag(group.Tags),
				vpc: group.VpcId ?? '',
				description: group.Description ?? '',
			})),
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

export type AmiInfo = LookupItem<typeof lookUpAmis>;

/** AMIs shared explicitly with the account, and those it owns, such as encrypted copies. */
export async function lookUpAmis({ aws, signal }: LookupContext) {
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
		/** The ID of the owner account. */
		owner: image.OwnerId ?? '',
		/** This account owns it. */
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
