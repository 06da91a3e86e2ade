import {
	paginateDescribeRouteTables,
	paginateDescribeSubnets,
	type RouteTable,
} from '@aws-sdk/client-ec2';
import type { SubnetInfo } from '../subnets.ts';
import { collectPages, type LookupContext, type LookupResult } from './lookup-requests.ts';
import { getNameTag } from './name-tag.ts';

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
