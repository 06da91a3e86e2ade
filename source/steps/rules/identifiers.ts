import { characterProblem } from './characters.ts';
import { listRule, orEmpty, type TextRuleFacts, textRule } from './value-rule.ts';

/** Ids of EC2 have 8 (before 2016) or 17 hexadecimal digits after their prefix. */
function ec2Id(prefix: string, what: string): TextRuleFacts {
	return {
		rule: `${prefix}- and 8 or 17 hexadecimal digits`,
		pattern: new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
		wrong: `is not the id of ${what}`,
	};
}

export const amiId = textRule(ec2Id('ami', 'a machine image'));

const subnet = ec2Id('subnet', 'a subnet');
export const subnetId = textRule(subnet);

/** Distinct subnet ids, `min` to `max` of them. */
export function subnetIds(min: number, max?: number) {
	const count = max === min ? `exactly ${min}` : `${min} or more`;
	return listRule({ of: subnet, rule: `${count} different subnet ids`, min, max });
}

/** Up to five: as many as AWS attaches to a network interface by default. */
export const securityGroupIds = listRule({
	of: ec2Id('sg', 'a security group'),
	rule: 'up to 5 different ids: sg- and 8 or 17 hexadecimal digits',
	max: 5,
});

export const accountId = textRule({
	rule: '12 digits',
	pattern: /^[0-9]{12}$/,
	wrong: 'is not an AWS account id',
	problem: (value) =>
		/^\d{4}-\d{4}-\d{4}$/.test(value) ? 'holds dashes; write the 12 digits alone' : undefined,
});

/** Twelve hexadecimal digits, as `random_id` of 6 bytes gave them in 2018. */
export const installationId = textRule({
	rule: '12 hexadecimal digits, lower-case',
	pattern: /^[0-9a-f]{12}$/,
	wrong: 'is not an installation id',
});

/** Route 53 takes up to 32 characters; it writes them upper-case. */
export const zoneIdOrEmpty = orEmpty({
	rule: 'the id of a hosted zone: up to 32 upper-case letters and digits',
	pattern: /^[A-Z0-9]{1,32}$/,
	wrong: 'is not the id of a hosted zone',
	problem: (value) =>
		value.startsWith('/hostedzone/')
			? 'holds the prefix /hostedzone/; write the id alone'
			: value.includes('.')
				? 'looks like the name of a zone; its id is wanted'
				: undefined,
});

export const keyNameOrEmpty = orEmpty({
	rule: 'the name of an EC2 key pair: letters, digits, dashes, underscores, colons, slashes and dots',
	pattern: /^[A-Za-z0-9\-_:/.]{1,255}$/,
	wrong: 'is not the name of a key pair',
	problem: (value) =>
		value.endsWith('.pem')
			? 'looks like a file; the name of the key pair in EC2 is wanted'
			: characterProblem(value, '.'),
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const userName = textRule({
	rule: '1 to 64 of letters, digits and + = , . @ _ -',
	pattern: /^[A-Za-z0-9+=,.@_-]{1,64}$/,
	wrong: 'is not a name for an IAM user',
});
