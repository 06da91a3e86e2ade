import { describeCharacter, findCharacterProblem } from './supported-characters.ts';
import { createOptionalTextRule, createTextRule } from './value-rule.ts';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

function domainProblem(value: string): string | undefined {
	if (/^[a-z]+:\/\//i.test(value)) return 'is a URL; use only the name';
	if (value.includes('*')) return 'is a wildcard; use a specific hostname';
	if (value.includes('/')) return 'contains a path; use only the name';
	if (/:\d+$/.test(value)) return 'contains a port; the port is always 443';
	const odd = findCharacterProblem(value, '.');
	if (odd !== undefined) return odd;
	if (/[A-Z]/.test(value)) return `contains uppercase letters; use ${value.toLowerCase()}`;
	if (value.endsWith('.')) return 'ends with a dot; remove it';
	if (value.length > 253) return `has ${value.length} characters; the maximum is 253`;
	return undefined;
}

/** A fully qualified domain name: two or more lowercase labels, without a trailing dot. */
export const fqdnRule = createTextRule({
	rule: 'a lowercase fully qualified domain name, such as tfe.example.com',
	pattern: new RegExp(`^(${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`),
	wrong: 'is not a fully qualified domain name',
	problem: domainProblem,
});

/** The name of a record within a hosted zone, or the full name; `""` is allowed. */
export const optionalDnsRecordNameRule = createOptionalTextRule({
	rule: 'one or more lowercase labels of a domain name',
	pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
	wrong: 'is not a valid DNS record name',
	problem: domainProblem,
});

const RESERVED_STARTS = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

function bucketNameProblem(value: string): string | undefined {
	if (value.startsWith('s3://')) return 'is a URL; use only the bucket name';
	if (value.startsWith('arn:')) return 'is an ARN; use only the bucket name';
	if (/[A-Z]/.test(value)) return `contains uppercase letters; use ${value.toLowerCase()}`;
	const odd = [...value].find((character) => !/[a-z0-9.-]/.test(character));
	if (odd !== undefined) return `contains ${describeCharacter(odd)}, which S3 does not allow`;
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
export const bucketNameRule = createTextRule({
	rule: '3 to 63 lowercase letters, digits, hyphens and dots, starting and ending with a letter or digit',
	pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
	wrong: 'does not start and end with a letter or digit',
	problem: bucketNameProblem,
});

/** Key prefix of state in a bucket. S3 backends reject keys with a slash at either end. */
export const objectPrefixRule = createTextRule({
	rule: 'a key prefix of letters, digits, hyphens, underscores and dots, separated by slashes, such as tfe/production',
	pattern: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
	wrong: 'is not a valid key prefix',
	problem: (value) => {
		if (value.startsWith('/') || value.endsWith('/')) return 'starts or ends with a slash';
		if (value.split('/').some((part) => part === '.' || part === '..')) return 'contains . or ..';
		if (value.length > 200) return `has ${value.length} characters; the maximum is 200`;
		return findCharacterProblem(value, '.');
	},
});

/** Short enough for IAM role names derived from it, which may have 64 characters. */
export const MAX_NETWORK_NAME_LENGTH = 40;

export const networkNameRule = createTextRule({
	rule: `1 to ${MAX_NETWORK_NAME_LENGTH} letters, digits, hyphens and underscores, starting with a letter or digit`,
	pattern: new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${MAX_NETWORK_NAME_LENGTH - 1}}$`),
	wrong: 'is not a valid network name',
	problem: (value) =>
		value.length > MAX_NETWORK_NAME_LENGTH
			? `has ${value.length} characters; the maximum is ${MAX_NETWORK_NAME_LENGTH}`
			: findCharacterProblem(value),
});
