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
export function getRegionName(region: string): string {
	return NAMES[region] ?? '';
}
