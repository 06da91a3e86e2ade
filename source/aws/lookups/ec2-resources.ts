import {
	DescribeKeyPairsCommand,
	paginateDescribeInstanceTypes,
	paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import {
	collectPages,
	type LookupContext,
	type LookupResult,
	sendLookupRequest,
} from './lookup-requests.ts';
import { getNameTag } from './name-tag.ts';

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
