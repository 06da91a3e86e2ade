import { DescribeAvailabilityZonesCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type LookupContext, sendLookupRequest } from './lookup-requests.ts';

/** The account and the ARN of the current credentials. */
export async function lookUpAccount({ aws, signal }: LookupContext) {
	const { Account = '', Arn = '' } = await sendLookupRequest(
		signal,
		'sts:GetCallerIdentity',
		(options) => aws.sts.send(new GetCallerIdentityCommand({}), options),
	);
	return { account: Account, arn: Arn };
}

export interface RegionInfo {
	name: string;
	enabled: boolean;
}

/** All regions of the partition, enabled or not. */
export async function lookUpRegions({ aws, signal }: LookupContext): Promise<RegionInfo[]> {
	const { Regions = [] } = await sendLookupRequest(signal, 'ec2:DescribeRegions', (options) =>
		aws.ec2.send(new DescribeRegionsCommand({ AllRegions: true }), options),
	);
	return Regions.flatMap(({ RegionName, OptInStatus }) =>
		RegionName === undefined ? [] : [{ name: RegionName, enabled: OptInStatus !== 'not-opted-in' }],
	);
}

export interface ZoneInfo {
	name: string;
	/** Identifies the same zone in every account, unlike the name: `usw2-az1`. */
	id: string;
	state: string;
}

/** Availability zones, without local and wavelength zones. */
export async function lookUpZones({ aws, signal }: LookupContext): Promise<ZoneInfo[]> {
	const { AvailabilityZones = [] } = await sendLookupRequest(
		signal,
		'ec2:DescribeAvailabilityZones',
		(options) => aws.ec2.send(new DescribeAvailabilityZonesCommand({}), options),
	);
	return AvailabilityZones.filter(
		({ ZoneType }) => ZoneType === undefined || ZoneType === 'availability-zone',
	).map(({ ZoneName = '', ZoneId = '', State = 'available' }) => ({
		name: ZoneName,
		id: ZoneId,
		state: State,
	}));
}
