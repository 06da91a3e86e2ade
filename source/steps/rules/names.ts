import { characterProblem, nameOf } from './characters.ts';
import { orEmpty, textRule } from './value-rule.ts';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

function domainProblem(value: string): string | undefined {
	if (/^[a-z]+:\/\//i.test(value)) return 'is a URL; write the name alone';
	if (value.includes('*')) return 'is a wildcard; write the one name people will type';
	if (value.includes('/')) return 'holds a path; write the name alone';
	if (/:\d+$/.test(value)) return 'holds a port; people reach it at 443';
	const odd = characterProblem(value, '.');
	if (odd !== undefined) return odd;
	if (/[A-Z]/.test(value)) return `holds upper-case letters; write ${value.toLowerCase()}`;
	if (value.endsWith('.')) return 'ends in a dot; leave it off';
	if (value.length > 253) return `has ${value.length} characters, 253 are allowed`;
	return undefined;
}

/** A fully qualified domain name: two labels or more, lower-case, no dot at the end. */
export const fqdn = textRule({
	rule: 'a full domain name, lower-case, such as tfe.example.com',
	pattern: new RegExp(`^(${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`),
	wrong: 'is not a full domain name',
	problem: domainProblem,
});

/** The name of a record within a hosted zone, or the full name; `""` is allowed. */
export const recordNameOrEmpty = orEmpty({
	rule: 'one or more labels of a domain name, lower-case',
	pattern: new RegExp(`^${LABEL}(\\.${LABEL})*$`),
	wrong: 'is not the name of a DNS record',
	problem: domainProblem,
});

const RESERVED_STARTS = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

function bucketNameProblem(value: string): string | undefined {
	if (value.startsWith('s3://')) return 'is a URL; write the name of the bucket alone';
	if (value.startsWith('arn:')) return 'is an ARN; write the name of the bucket alone';
	if (/[A-Z]/.test(value)) return `holds upper-case letters; write ${value.toLowerCase()}`;
	const odd = [...value].find((character) => !/[a-z0-9.-]/.test(character));
	if (odd !== undefined) return `holds ${nameOf(odd)}, which S3 does not take`;
	if (value.length < 3) return `has ${value.length} characters, S3 wants 3 or more`;
	if (value.length > 63) return `has ${value.length} characters, S3 allows 63`;
	if (/^\d+\.\d+\.\d+\.\d+$/.test(value)) return 'has the form of an IP address';
	if (value.includes('..')) return 'holds two dots in a row';
	const start = RESERVED_STARTS.find((reserved) => value.startsWith(reserved));
	if (start !== undefined) return `begins with ${start}, which S3 keeps for itself`;
	const end = RESERVED_ENDS.find((reserved) => value.endsWith(reserved));
	if (end !== undefined) return `ends in ${end}, which S3 keeps for itself`;
	return undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = textRule({
	rule: '3 to 63 lower-case letters, digits, dashes and dots, beginning and ending with a letter or digit',
	pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
	wrong: 'does not begin and end with a letter or digit',
	problem: bucketNameProblem,
});

/** Where state lies within a bucket. S3 backends refuse a key with a slash at either end. */
export const objectPrefix = textRule({
	rule: 'folders of letters, digits, dashes, underscores and dots within the bucket, such as tfe/production',
	pattern: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/,
	wrong: 'is not a folder within a bucket',
	problem: (value) => {
		if (value.startsWith('/') || value.endsWith('/')) return 'begins or ends with a slash';
		if (value.split('/').some((part) => part === '.' || part === '..')) return 'holds . or ..';
		if (value.length > 200) return `has ${value.length} characters, 200 are allowed`;
		return characterProblem(value, '.');
	},
});

/** Short enough that roles named after it stay within the 64 characters of IAM. */
export const NETWORK_NAME_LENGTH = 40;

export const networkName = textRule({
	rule: `1 to ${NETWORK_NAME_LENGTH} letters, digits, dashes and underscores, beginning with a letter or digit`,
	pattern: new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${NETWORK_NAME_LENGTH - 1}}$`),
	wrong: 'is not a name for a network',
	problem: (value) =>
		value.length > NETWORK_NAME_LENGTH
			? `has ${value.length} characters, ${NETWORK_NAME_LENGTH} are allowed`
			: characterProblem(value),
});
