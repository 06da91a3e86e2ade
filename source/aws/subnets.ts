import {
	DescribeRouteTablesCommand,
	DescribeSubnetsCommand,
	type RouteTable,
	type Subnet,
} from '@aws-sdk/client-ec2';
import { getAwsErrorCode, toAwsError } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { getNameTag } from './lookups/lookup-requests.ts';

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

async function lookUpSubnet({ ec2 }: AwsClients, id: string): Promise<SubnetInfo | undefined> {
	try {
		const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
		const vpc = Subnets[0]?.VpcId;
		if (vpc === undefined) return undefined;
		const { RouteTables = [] } = await ec2.send(
			new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
		);
		return toSubnetInfos(Subnets, RouteTables)[0];
	} catch (thrown) {
		if (getAwsErrorCode(thrown).startsWith('InvalidSubnetID')) return undefined;
		throw thrown;
	}
}

/** Converts subnets. @param tables The route tables of their VPCs. */
export function toSubnetInfos(
	subnets: readonly Subnet[],
	tables: readonly RouteTable[],
): SubnetInfo[] {
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
