import { describeCharacter, findCharacterProblem } from './supported-characters.ts';
import {
	createListRule,
	createOptionalTextRule,
	createTextRule,
	createTextSchema,
	type TextRuleOptions,
	type ValueRule,
} from './value-rule.ts';

/** EC2 IDs have 8 (before 2016) or 17 hexadecimal digits after their prefix. */
function ec2Id(prefix: string, what: string): TextRuleOptions {
	return {
		rule: `${prefix}- followed by 8 or 17 hexadecimal digits`,
		pattern: new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
		wrong: `is not ${what} ID`,
	};
}

export const amiIdRule = createTextRule(ec2Id('ami', 'an AMI'));

const subnet = ec2Id('subnet', 'a subnet');
export const subnetIdRule = createTextRule(subnet);

/** A list of `min` to `max` distinct subnet IDs. */
export function createSubnetIdsRule(min: number, max?: number) {
	const count = max === min ? `exactly ${min}` : `${min} or more`;
	return createListRule({ of: subnet, rule: `${count} different subnet IDs`, min, max });
}

/** Up to five: the default AWS limit per network interface. */
export const securityGroupIdsRule = createListRule({
	of: ec2Id('sg', 'a security group'),
	rule: 'up to 5 different IDs: sg- followed by 8 or 17 hexadecimal digits',
	max: 5,
});

export const accountIdRule = createTextRule({
	rule: '12 digits',
	pattern: /^[0-9]{12}$/,
	wrong: 'is not an AWS account ID',
	problem: (value) =>
		/^\d{4}-\d{4}-\d{4}$/.test(value) ? 'contains hyphens; use only the 12 digits' : undefined,
});

/** Twelve hexadecimal digits, like the 6-byte `random_id` of 2018. */
export const installationIdRule = createTextRule({
	rule: '12 lowercase hexadecimal digits',
	pattern: /^[0-9a-f]{12}$/,
	wrong: 'is not an installation ID',
});

/** Route 53 IDs have up to 32 uppercase characters. */
export const optionalHostedZoneIdRule = createOptionalTextRule({
	rule: 'the ID of a hosted zone: up to 32 uppercase letters and digits',
	pattern: /^[A-Z0-9]{1,32}$/,
	wrong: 'is not a hosted zone ID',
	problem: (value) =>
		value.startsWith('/hostedzone/')
			? 'contains the prefix /hostedzone/; use only the ID'
			: value.includes('.')
				? 'looks like a zone name; use the zone ID'
				: undefined,
});

export const optionalKeyPairNameRule = createOptionalTextRule({
	rule: 'the name of an EC2 key pair: letters, digits, dashes, underscores, colons, slashes and dots',
	pattern: /^[A-Za-z0-9\-_:/.]{1,255}$/,
	wrong: 'is not a valid key pair name',
	problem: (value) =>
		value.endsWith('.pem')
			? 'looks like a file name; use the name of the key pair in EC2'
			: findCharacterProblem(value, '.'),
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const iamUserNameRule = createTextRule({
	rule: '1 to 64 letters, digits and + = , . @ _ -',
	pattern: /^[A-Za-z0-9+=,.@_-]{1,64}$/,
	wrong: 'is not a valid IAM user name',
});

const pathFacts: TextRuleOptions = {
	rule: 'a path, or the name of a program on PATH',
	pattern: /^[^\s](.*[^\s])?$/,
	wrong: 'is not a path',
	problem: (value) => {
		const odd = [...value].find((character) => character < ' ');
		return odd === undefined ? undefined : `contains ${describeCharacter(odd)}`;
	},
};

export const programPathRule = createTextRule(pathFacts);
export const optionalDirectoryRule = createOptionalTextRule({
	...pathFacts,
	rule: 'the path of a directory',
});

export const optionalFilePathRule = createOptionalTextRule({
	...pathFacts,
	rule: 'the path of a file',
});

/** EC2 limits user data to 16 KiB, which includes the startup commands of the template. */
const MAX_SCRIPT_BYTES = 10_000;

/** The here-document delimiter around the script in the template. */
const END_MARK = 'END_OF_STARTUP_SCRIPT';

function scriptProblem(script: string): string | undefined {
	const bytes = Buffer.byteLength(script);
	if (bytes > MAX_SCRIPT_BYTES) return `has ${bytes} bytes; the maximum is ${MAX_SCRIPT_BYTES}`;
	if (script.includes('\r')) return 'has Windows line endings, which a shell cannot run';
	if (script.includes('\0')) return 'contains a null character';
	if (script.includes(END_MARK)) return `contains ${END_MARK}, which is its end marker`;
	return undefined;
}

/** Shell code. The character rule does not apply, because the script is not part of boot.env. */
export const optionalScriptRule: ValueRule = {
	kind: 'multiline',
	rule: `shell code of at most ${MAX_SCRIPT_BYTES} bytes, with LF line endings`,
	schema: createTextSchema(scriptProblem),
};
