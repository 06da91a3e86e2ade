import { listRule } from './value-rule.ts';

/** No zones at all (AWS's first two are taken), or exactly two; local zones are left out. */
export const availabilityZones = listRule({
	of: {
		rule: 'the name of an availability zone, such as us-west-2a',
		pattern: /^[a-z]+(-[a-z]+)+-[0-9]{1,2}[a-z]$/,
		wrong: 'is not the name of an availability zone',
		problem: (value) => {
			if (/^[a-z]{3,4}\d?-az\d+$/.test(value)) {
				return 'is the id of a zone, which differs from its name; write a name such as us-west-2a';
			}
			if (/^[a-z]+(-[a-z]+)+-\d-[a-z]+-\d[a-z]$/.test(value)) {
				return 'is a local or wavelength zone, which has no RDS with a standby';
			}
			return /^[a-z]+(-[a-z]+)+-\d+$/.test(value)
				? `is a region; its zones are ${value}a, ${value}b, …`
				: undefined;
		},
	},
	rule: 'none, or exactly 2 different zones of the region',
	problem: (zones) =>
		zones.length === 2 ? undefined : `has ${zones.length}, exactly 2 or none are needed`,
});
