import {
	createListRule,
	createOptionalTextRule,
	createTextRule,
	createTextSchema,
	type ProblemFinder,
	suggestIfValid,
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

const KEY_PAIR_CHARACTER = /[A-Za-z0-9\-_:/.]/;

export const optionalKeyPairNameRule = createOptionalTextRule({
	rule: 'the name of an EC2 key pair: letters, digits, dashes, underscores, colons, slashes and dots',
	pattern: /^[A-Za-z0-9\-_:/.]{1,255}$/,
	wrong: 'is not a valid key pair name',
	problem: (value) =>
		value.endsWith('.pem')
			? 'looks like a file name; use the name of the key pair in EC2'
			: findDisallowedCharacter(
					value,
					KEY_PAIR_CHARACTER,
					'; only letters, digits and - _ : / . are allowed',
				),
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
export const optionalScriptTextRule: ValueRule = {
	kind: 'multiline',
	rule: `shell code of at most ${MAX_SCRIPT_BYTES} bytes, with LF line endings`,
	schema: createTextSchema(scriptProblem),
};

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

function domainProblem(
	value: string,
	facts: TextRuleOptions,
	findCharacterProblem: ProblemFinder<string>,
): string | undefined {
	if (/^[a-z]+:\/\//i.test(value)) return 'is a URL; use only the name';
	if (value.includes('*')) return 'is a wildcard; use a specific hostname';
	if (value.includes('/')) return 'contains a path; use only the name';
	if (/:\d+$/.test(value)) return 'contains a port; the port is always 443';
	const odd = findCharacterProblem(value);
	if (odd !== undefined) return odd;
	if (/[A-Z]/.test(value)) {
		const name = value.toLowerCase().replace(/\.+$/, '');
		return `contains uppercase letters${suggestIfValid(facts, name)}`;
	}
	if (value.endsWith('.')) return 'ends with a dot; remove it';
	if (value.length > 253) return `has ${value.length} characters; the maximum is 253`;
	return undefined;
}

const fqdnFacts: TextRuleOptions = {
	rule: 'a lowercase fully qualified domain name, such as tfe.example.com',
	pattern: new RegExp(`^(${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`),
	wrong: 'is not a fully qualified domain name',
	problem: (value) => domainProblem(value, fqdnFacts, (text) => findAmiCharacterProblem(text, '.')),
};

/** A fully qualified domain name: two or more lowercase labels, without a trailing dot. */
export const fqdnRule = createTextRule(fqdnFacts);

const dnsRecordFacts: TextRuleOptions = {
	rule: 'one or more lowercase labels of a domain name',
	pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
	wrong: 'is not a valid DNS record name',
	problem: (value) =>
		domainProblem(value, dnsRecordFacts, (text) =>
			findDisallowedCharacter(text, /[A-Za-z0-9.-]/, ', which is not allowed in a DNS record name'),
		),
};

/** The name of a record within a hosted zone, or the full name; `""` is allowed. */
export const optionalDnsRecordNameRule = createOptionalTextRule(dnsRecordFacts);

const RESERVED_STARTS = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

function bucketNameProblem(value: string): string | undefined {
	if (value.startsWith('s3://')) return 'is a URL; use only the bucket name';
	if (value.startsWith('arn:')) return 'is an ARN; use only the bucket name';
	if (/[A-Z]/.test(value)) {
		const name = value
			.toLowerCase()
			.replace(/[^a-z0-9.-]+/g, '-')
			.replace(/^[.-]+|[.-]+$/g, '');
		return `contains uppercase letters${suggestIfValid(bucketNameFacts, name)}`;
	}
	const odd = findDisallowedCharacter(value, /[a-z0-9.-]/, ', which S3 does not allow');
	if (odd !== undefined) return odd;
	if (value.length < 3) return `has ${value.length} characters; the minimum is 3`;
	if (value.length > 63) return `has ${value.length} characters; the maximum is 63`;
	if (/^\d+\.\d+\.\d+\.\d+$/.test(value)) return 'is formatted as an IP address';
	if (value.includes('..')) return 'contains two consecutive dots';
	const start = RESERVED_STARTS.find((reserved) => value.startsWith(reserved));
	if (start !== undefined) return `starts with ${start}, which S3 reserves`;
	const end = RESERVED_ENDS.find((reserved) => value.endsWith(reserved));
	if (end !== undefined) return `ends with ${end}, which S3 reserves`;
	return undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketNameFacts: TextRuleOptions = {
	rule: '3 to 63 lowercase letters, digits, hyphens and dots, starting and ending with a letter or digit',
	pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
	wrong: 'does not start and end with a letter or digit',
	problem: bucketNameProblem,
};

export const bucketNameRule = createTextRule(bucketNameFacts);

/** Key prefix of state in a bucket. S3 backends reject keys with a slash at either end. */
export const objectPrefixRule = createTextRule({
	rule: 'a key prefix of letters, digits, hyphens, underscores and dots, separated by slashes, such as tfe/production',
	pattern: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
	wrong: 'is not a valid key prefix',
	problem: (value) => {
		if (value.startsWith('/') || value.endsWith('/')) return 'starts or ends with a slash';
		if (value.split('/').some((part) => part === '.' || part === '..')) return 'contains . or ..';
		if (value.length > 200) return `has ${value.length} characters; the maximum is 200`;
		return findDisallowedCharacter(value, /[A-Za-z0-9_./-]/);
	},
});

/** Short enough for IAM role names derived from it, which may have 64 characters. */
export const MAX_NETWORK_NAME_LENGTH = 40;

export const networkNameRule = createTextRule({
	rule: `1 to ${MAX_NETWORK_NAME_LENGTH} letters, digits, hyphens and underscores, starting with a letter or digit`,
	pattern: new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${MAX_NETWORK_NAME_LENGTH - 1}}$`),
	wrong: 'is not a valid network name',
	problem: (value) => {
		if (value.length > MAX_NETWORK_NAME_LENGTH)
			return `has ${value.length} characters; the maximum is ${MAX_NETWORK_NAME_LENGTH}`;
		const reason = '; IAM role names contain the network name';
		return findDisallowedCharacter(value, /[A-Za-z0-9_-]/, reason);
	},
});

/**
 * The character rule of the 2018 AMI: it sources its settings as a shell file, and any other
 * character "may cause the instance to be unable to boot" (aws-standard/README, v201802-2).
 * Names that need dots (domains, buckets) may also contain dots.
 */
const SAFE = /[A-Za-z0-9\-_:/]/;

/** The problem with the first character that the 2018 AMI does not support; `also` are allowed. */
export function findAmiCharacterProblem(value: string, also = ''): string | undefined {
	for (const character of value) {
		if (SAFE.test(character) || also.includes(character)) continue;
		return `contains ${describeCharacter(character)}, which the AMI does not support`;
	}
	return undefined;
}

/** The first character that is not allowed, as a clause, and why. */
export function findDisallowedCharacter(
	value: string,
	allowed: RegExp,
	reason = '',
): string | undefined {
	const odd = [...value].find((character) => !allowed.test(character));
	return odd === undefined ? undefined : `contains ${describeCharacter(odd)}${reason}`;
}

/** A character as it is named in messages. */
export function describeCharacter(character: string): string {
	const names: Record<string, string> = {
		' ': 'a space',
		'\t': 'a tab',
		'\n': 'a line break',
		'\r': 'a carriage return',
		'"': 'a double quote',
		"'": 'a single quote',
		'`': 'a backtick',
	};
	const code = character.codePointAt(0) ?? 0;
	const invisible = code < 0x20 || code === 0x7f || (code >= 0x80 && code < 0xa1);
	return (
		names[character] ??
		(invisible
			? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
			: `"${character}"`)
	);
}
