import { createListRule } from './value-rule.ts';

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
