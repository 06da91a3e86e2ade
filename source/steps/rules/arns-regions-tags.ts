import { z } from 'zod';
import type { Answers, CrossAnswerRule } from '../../engine/question.ts';
import { describeCharacter } from './names-and-identifiers.ts';
import { readTextAnswer } from './read-answers.ts';
import {
	createListRule,
	createOptionalTextRule,
	createTextRule,
	createTextSchema,
	type TextRuleOptions,
	type ValueRule,
} from './value-rule.ts';

export interface Arn {
	partition: string;
	service: string;
	region: string;
	account: string;
	resource: string;
}

/** The fields of an Amazon Resource Name, or undefined if the text is not an ARN. */
export function parseArn(text: string): Arn | undefined {
	const [head, partition, service, region, account, ...resource] = text.split(':');
	if (head !== 'arn' || !partition || !service || resource.length === 0) return undefined;
	return {
		partition,
		service,
		region: region ?? '',
		account: account ?? '',
		resource: resource.join(':'),
	};
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const HEAD = 'arn:aws(?:-[a-z]+)*';

function serviceProblem(service: string, what: string) {
	return (value: string): string | undefined => {
		const arn = parseArn(value);
		if (arn === undefined) return `is not an ARN; specify the full ARN of ${what}`;
		return arn.service === service ? undefined : `is an ARN of ${arn.service}, not of ${service}`;
	};
}

/** ARN of a certificate in AWS Certificate Manager. */
export const certificateArnRule = createTextRule({
	rule: 'arn:aws:acm:REGION:ACCOUNT:certificate/ID',
	pattern: new RegExp(`^${HEAD}:acm:[a-z0-9-]+:[0-9]{12}:certificate/${UUID}$`),
	wrong: 'is not the ARN of an ACM certificate',
	problem: serviceProblem('acm', 'a certificate'),
});

const kmsKeyFacts: TextRuleOptions = {
	rule: 'arn:aws:kms:REGION:ACCOUNT:key/ID',
	pattern: new RegExp(`^${HEAD}:kms:[a-z0-9-]+:[0-9]{12}:key/(${UUID}|mrk-[0-9a-f]{32})$`),
	wrong: 'is not the ARN of a KMS key',
	problem: (value) =>
		parseArn(value)?.resource.startsWith('alias/')
			? 'is the ARN of an alias; specify the ARN of the key, because an alias can be reassigned'
			: serviceProblem('kms', 'a key')(value),
};

/** ARN of a KMS key, never of an alias; `""` is allowed. */
export const optionalKmsKeyArnRule = createOptionalTextRule(kmsKeyFacts);

/** ARN of a managed policy, for a permissions boundary; `""` is allowed. */
export const optionalPolicyArnRule = createOptionalTextRule({
	rule: 'arn:aws:iam::ACCOUNT:policy/NAME',
	pattern: new RegExp(`^${HEAD}:iam::([0-9]{12}|aws):policy/[A-Za-z0-9+=,.@_/-]{1,512}$`),
	wrong: 'is not the ARN of a managed policy',
	problem: serviceProblem('iam', 'a policy'),
});

interface ArnLocationRuleOptions {
	id: string;
	/** Key path of the ARN. */
	key: string;
	/** What the ARN identifies, with its article: "the certificate". */
	what: string;
	/** Key path of the region it must be in; omitted for global services. */
	regionKey?: string;
	/** True when it must belong to `account` (or to `aws`, for AWS managed policies). */
	ownAccount?: boolean;
	/** The reason, which completes the rule's sentence. */
	why: string;
}

/** The rule that an ARN matches the partition, region and account of the installation. */
export function createArnLocationRule(options: ArnLocationRuleOptions): CrossAnswerRule {
	const { id, key, what, regionKey, ownAccount = false, why } = options;
	const region = regionKey ?? 'region';
	const place =
		region === 'region'
			? `the ${regionKey === undefined ? 'partition' : 'region'}${ownAccount ? ' and the account' : ''} of the installation`
			: `the region in ${region}`;
	return {
		id,
		keys: [key, region, ...(ownAccount ? ['account'] : [])],
		text: `${sentence(what)} must be in ${place}: ${why}.`,
		check: (answers) => breach(answers, options),
	};
}

function breach(answers: Answers, { key, what, regionKey, ownAccount }: ArnLocationRuleOptions) {
	const arn = parseArn(readTextAnswer(answers, key));
	const region = readTextAnswer(answers, regionKey ?? 'region');
	if (arn === undefined || region === '') return undefined;
	if (regionKey !== undefined && arn.region !== region) {
		return `${what} is in ${arn.region}, but ${regionKey} is ${region}`;
	}
	const partition = getPartition(region);
	if (arn.partition !== partition) {
		return `${what} is in partition ${arn.partition}, but ${region} is in ${partition}`;
	}
	const account = readTextAnswer(answers, 'account');
	if (ownAccount && account !== '' && arn.account !== account && arn.account !== 'aws') {
		return `${what} belongs to account ${arn.account}, but the installation uses ${account}`;
	}
	return undefined;
}

function sentence(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}

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
export const optionalAvailabilityZonePairRule = createListRule({
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

/** AWS allows 50 tags per resource, and the templates add a few. */
const MAX_TAGS = 45;

// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
const ODD = /[^\p{L}\p{N} _.:/=+\-@]/u;
const OURS = ['Name', 'InstallationId'];

function nameProblem(name: string): string | undefined {
	if (name === '') return 'has an empty name';
	if (/^aws:/i.test(name)) return 'starts with aws:, which AWS reserves';
	if (OURS.includes(name)) return 'is reserved: the installation uses it to find its resources';
	return oddProblem(name, 128);
}

function oddProblem(text: string, longest: number): string | undefined {
	if (text.length > longest) return `has ${text.length} characters; the maximum is ${longest}`;
	const odd = ODD.exec(text)?.[0];
	return odd === undefined
		? undefined
		: `contains ${describeCharacter(odd)}, which not every AWS service supports`;
}

/** Tags put on every resource. */
export const tagsRule: ValueRule = {
	kind: 'map',
	rule: `up to ${MAX_TAGS} pairs of name (up to 128 characters) and value (up to 256); names must not start with aws:`,
	schema: z
		.record(
			createTextSchema(nameProblem),
			createTextSchema((value) => oddProblem(value, 256)),
		)
		.superRefine((pairs, context) => {
			const count = Object.keys(pairs).length;
			if (count <= MAX_TAGS) return;
			const message = `has ${count} tags; the maximum is ${MAX_TAGS}`;
			context.addIssue({ code: 'custom', message });
		}),
};
