import {
	DescribeAddressesCommand,
	DescribeFlowLogsCommand,
	DescribeInstancesCommand,
	DescribeLaunchTemplatesCommand,
	DescribeNatGatewaysCommand,
	DescribeRouteTablesCommand,
	DescribeSecurityGroupsCommand,
	DescribeSubnetsCommand,
	DescribeVolumesCommand,
	DescribeVpcEndpointsCommand,
	DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { createLookupClients, extractXmlValues, sendQuery } from './test-cloud.ts';

/** What one practice installation is made of. */
export const expectedInventory = {
	vpcs: 1,
	subnets: 4,
	'route tables': 3,
	'NAT gateways': 2,
	addresses: 2,
	endpoints: 1,
	'flow logs': 1,
	'security groups': 3,
	instances: 1,
	'data volumes': 2,
	'launch templates': 1,
	'autoscaling groups': 1,
	balancers: 1,
	listeners: 2,
	'target groups': 1,
	databases: 1,
	keys: 1,
	'key aliases': 1,
	buckets: 2,
};

/**
 * How many there are of each thing a practice installation is made of; what the practice cloud
 * holds by itself is left out. Things that were made and lost sight of are counted too.
 */
export async function countResources(endpoint: string): Promise<Record<string, number>> {
	const { ec2, kms, rds, s3 } = createLookupClients(endpoint);
	const ours = { Filters: [{ Name: 'tag:Name', Values: ['practice', 'practice-*'] }] };
	const vpcs =
		(await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.filter((v) => !v.IsDefault) ?? [];
	const inVpc = [{ Name: 'vpc-id', Values: vpcs.map(({ VpcId = '' }) => VpcId) }];
	const elb = async (Action: string, tag: string, more = {}) =>
		extractXmlValues(
			await sendQuery(endpoint, 'elasticloadbalancing', { Action, Version: '2015-12-01', ...more }),
			tag,
		);
	const balancers = await elb('DescribeLoadBalancers', 'LoadBalancerArn');
	const groups = await sendQuery(endpoint, 'autoscaling', {
		...{ Action: 'DescribeAutoScalingGroups', Version: '2011-01-01' },
	});
	const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
	const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
	const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ Filter: inVpc }));
	const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
	const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
	const found: Record<string, readonly unknown[] | undefined> = {
		vpcs,
		subnets: (await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc }))).Subnets,
		'route tables': (await ec2.send(new DescribeRouteTablesCommand(ours))).RouteTables,
		'NAT gateways': NatGateways.filter(({ State }) => State !== 'deleted'),
		addresses: (await ec2.send(new DescribeAddressesCommand({}))).Addresses,
		endpoints: (await ec2.send(new DescribeVpcEndpointsCommand({ Filters: inVpc }))).VpcEndpoints,
		'flow logs': (await ec2.send(new DescribeFlowLogsCommand({}))).FlowLogs,
		'security groups': (
			await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc }))
		).SecurityGroups?.filter(({ GroupName }) => GroupName !== 'default'),
		instances: instances.filter(({ State }) => State?.Name !== 'terminated'),
		'data volumes': Volumes.filter(({ Tags = [] }) =>
			Tags.some(({ Key }) => Key === 'InstallationId'),
		),
		'launch templates': (await ec2.send(new DescribeLaunchTemplatesCommand({}))).LaunchTemplates,
		'autoscaling groups': extractXmlValues(groups, 'AutoScalingGroupARN'),
		balancers,
		listeners: await elb('DescribeListeners', 'ListenerArn', {
			LoadBalancerArn: balancers[0] ?? '',
		}),
		'target groups':
			new Set(await elb('DescribeTargetGroups', 'TargetGroupArn')).size === 1 ? [1] : [],
		databases: (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances,
		keys: (await kms.send(new ListKeysCommand({}))).Keys,
		'key aliases': Aliases.filter(({ AliasName }) => !AliasName?.startsWith('alias/aws/')),
		buckets: (await s3.send(new ListBucketsCommand({}))).Buckets,
	};
	return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, list?.length ?? 0]));
}
