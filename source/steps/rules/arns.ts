import type { AnswerRule, Answers } from '../../engine/question.ts';
import { readTextAnswer } from './read-answers.ts';
import { getPartition } from './regions.ts';
import { createOptionalTextRule, createTextRule, type TextRuleOptions } from './value-rule.ts';

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
export function createArnLocationRule(options: ArnLocationRuleOptions): AnswerRule {
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
