import {
	DescribeRouteTablesCommand,
	DescribeSubnetsCommand,
	type RouteTable,
} from '@aws-sdk/client-ec2';
import { getAwsErrorCode, toAwsError } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

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
	try {
		const found = await Promise.all([...new Set(ids)].map((id) => lookUpSubnet(clients, id)));
		return found.filter((subnet) => subnet !== undefined);
	} catch (thrown) {
		throw toAwsError(thrown, 'look up the subnets');
	}
}

async function lookUpSubnet(clients: AwsClients, id: string): Promise<SubnetInfo | undefined> {
	try {
		const { Subnets } = await clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
		const subnet = Subnets?.[0];
		if (subnet?.VpcId === undefined) return undefined;
		return {
			id,
			vpc: subnet.VpcId,
			zone: subnet.AvailabilityZone ?? '',
			cidr: subnet.CidrBlock ?? '',
			freeAddresses: subnet.AvailableIpAddressCount ?? 0,
			defaultRoute: await defaultRouteOf(clients, id, subnet.VpcId),
			name: subnet.Tags?.find((tag) => tag.Key === 'Name')?.Value ?? '',
		};
	} catch (thrown) {
		if (getAwsErrorCode(thrown).startsWith('InvalidSubnetID')) return undefined;
		throw thrown;
	}
}

/** A subnet without a route table of its own uses the main one of its VPC. */
async function defaultRouteOf(
	clients: AwsClients,
	subnet: string,
	vpc: string,
): Promise<SubnetInfo['defaultRoute']> {
	const { RouteTables = [] } = await clients.ec2.send(
		new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
	);
	const has = (test: (association: NonNullable<RouteTable['Associations']>[number]) => boolean) =>
		RouteTables.find((table) => table.Associations?.some(test) ?? false);
	const table = has((a) => a.SubnetId === subnet) ?? has((a) => a.Main === true);
	const route = table?.Routes?.find(
		(r) => r.DestinationCidrBlock === '0.0.0.0/0' && r.State !== 'blackhole',
	);
	if (route === undefined) return 'none';
	return route.GatewayId?.startsWith('igw-') ? 'internet' : 'nat';
}
