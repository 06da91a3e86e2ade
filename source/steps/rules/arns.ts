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
