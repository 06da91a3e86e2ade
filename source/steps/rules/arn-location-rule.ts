import type { AnswerRule, Answers } from '../../engine/question.ts';
import { parseArn } from './arns.ts';
import { readTextAnswer } from './read-answers.ts';
import { getPartition } from './regions.ts';

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
