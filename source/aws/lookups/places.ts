import { DescribeAvailabilityZonesCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Asking, ask } from './asking.ts';

/** The account and the ARN of the current credentials. */
export async function lookUpAccount({ aws, signal }: Asking) {
	const { Account = '', Arn = '' } = await ask(signal, 'sts:GetCallerIdentity', (options) =>
		aws.sts.send(new GetCallerIdentityCommand({}), options),
	);
	return { account: Account, arn: Arn };
}

export interface RegionFacts {
	name: string;
	enabled: boolean;
}

/** All regions of the partition, enabled or not. */
export async function lookUpRegions({ aws, signal }: Asking): Promise<RegionFacts[]> {
	const { Regions = [] } = await ask(signal, 'ec2:DescribeRegions', (options) =>
		aws.ec2.send(new DescribeRegionsCommand({ AllRegions: true }), options),
	);
	return Regions.flatMap(({ RegionName, OptInStatus }) =>
		RegionName === undefined ? [] : [{ name: RegionName, enabled: OptInStatus !== 'not-opted-in' }],
	);
}

export interface ZoneFacts {
	name: string;
	/** Identifies the same zone in every account, unlike the name: `usw2-az1`. */
	id: string;
	state: string;
}

/** Availability zones, without local and wavelength zones. */
export async function lookUpZones({ aws, signal }: Asking): Promise<ZoneFacts[]> {
	const { AvailabilityZones = [] } = await ask(signal, 'ec2:DescribeAvailabilityZones', (options) =>
		aws.ec2.send(new DescribeAvailabilityZonesCommand({}), options),
	);
	return AvailabilityZones.filter(
		({ ZoneType }) => ZoneType === undefined || ZoneType === 'availability-zone',
	).map(({ ZoneName = '', ZoneId = '', State = 'available' }) => ({
		name: ZoneName,
		id: ZoneId,
		state: State,
	}));
}
