import { createListRule, createTextRule } from './value-rule.ts';

const REGION =
	/^(us|us-gov|us-iso[a-z]?|eu|eu-isoe|eusc-de|ap|ca|cn|sa|af|me|il|mx)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-[1-9][0-9]?$/;

/** An AWS region in any partition. Checked by pattern, because new regions appear every year. */
export const regionRule = createTextRule({
	rule: 'the name of an AWS region, such as us-west-2 or us-gov-west-1',
	pattern: REGION,
	wrong: 'is not an AWS region',
	problem: (value) =>
		/^[a-z]+(-[a-z]+)+-\d[a-z]$/.test(value) && REGION.test(value.slice(0, -1))
			? `is an availability zone; its region is ${value.slice(0, -1)}`
			: undefined,
});

// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
	['us-gov-', 'aws-us-gov'],
	['us-isob-', 'aws-iso-b'],
	['us-isof-', 'aws-iso-f'],
	['us-iso-', 'aws-iso'],
	['eu-isoe-', 'aws-iso-e'],
	['eusc-', 'aws-eusc'],
	['cn-', 'aws-cn'],
];

/** The second field of every ARN in that region: `aws`, `aws-us-gov`, `aws-cn`, … */
export function getPartition(regionName: string): string {
	return PARTITIONS.find(([prefix]) => regionName.startsWith(prefix))?.[1] ?? 'aws';
}

/** No zones (the first two of the region are used), or exactly two. Local zones are not allowed. */
export const availabilityZonesRule = createListRule({
	of: {
		rule: 'the name of an availability zone, such as us-west-2a',
		pattern: /^[a-z]+(-[a-z]+)+-[0-9]{1,2}[a-z]$/,
		wrong: 'is not an availability zone name',
		problem: (value) => {
			if (/^[a-z]{3,4}\d?-az\d+$/.test(value)) {
				return 'is a zone ID, not a zone name; use a name such as us-west-2a';
			}
			if (/^[a-z]+(-[a-z]+)+-\d-[a-z]+-\d[a-z]$/.test(value)) {
				return 'is a Local Zone or Wavelength Zone, which does not support RDS Multi-AZ';
			}
			return /^[a-z]+(-[a-z]+)+-\d+$/.test(value)
				? `is a region; use its zones, such as ${value}a, ${value}b`
				: undefined;
		},
	},
	rule: 'none, or exactly 2 different zones in the region',
	problem: (zones) =>
		zones.length === 2 ? undefined : `has ${zones.length}; exactly 2 or none are required`,
});
