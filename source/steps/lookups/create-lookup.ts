import { createAwsClients } from '../../aws/clients.ts';
import { type KmsKeyInfo, lookUpKmsKeys } from '../../aws/lookups/account-resources.ts';
import type { LookupContext } from '../../aws/lookups/lookup-requests.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import { optionalKmsKeyArnRule } from '../rules/arns.ts';
import type { ValueRule } from '../rules/value-rule.ts';
import type { Services } from '../services.ts';
import {
	applyRuleToChoices,
	compareBy,
	createChoices,
	formatDay,
	getTextAnswerOrEmpty,
	joinDetails,
} from './lookup-choices.ts';

interface LookupOptions {
	key: string;
	/** What is looked up, for messages: "subnets". */
	what: string;
	/** Answers it depends on besides account and region. */
	needs?: readonly string[];
	/** Answer key of the region; the default is the region of the installation. */
	regionKey?: string;
	/** The rule of the question, to mark values that it rejects. */
	rule?: ValueRule;
	find(asking: LookupContext, answers: Answers): Promise<readonly LookupChoice[]>;
}

/** A lookup in the account and one region. */
export function createRegionalLookup(options: LookupOptions): Lookup<Services> {
	const { key, what, needs = [], regionKey = 'region', rule } = options;
	return {
		key,
		needs: [...new Set(['account', 'region', regionKey, ...needs])],
		what(answers) {
			const region = getTextAnswerOrEmpty(answers, regionKey);
			return region === '' ? what : `${what} in ${region}`;
		},
		async find({ answers, services, signal }) {
			const aws = clientsOf(services, getTextAnswerOrEmpty(answers, regionKey));
			const found = await options.find({ aws, signal }, answers);
			return rule === undefined ? found : applyRuleToChoices(rule, found);
		},
	};
}

/** A lookup of global resources of an account. */
export function createGlobalLookup(options: Omit<LookupOptions, 'regionKey'>): Lookup<Services> {
	const look = createRegionalLookup(options);
	return {
		...look,
		needs: ['account', ...(options.needs ?? [])],
		what(answers) {
			const account = getTextAnswerOrEmpty(answers, 'account');
			return account === '' ? options.what : `${options.what} in account ${account}`;
		},
	};
}

/** Clients of another region (after an answer changed) would query the wrong region. */
function clientsOf({ aws, cloud }: Services, region: string) {
	return region === '' || region === cloud.region ? aws : createAwsClients({ ...cloud, region });
}

/**
 * KMS keys for a question whose answer is the ARN of a key, or empty.
 *
 * @param emptyMeaning The meaning of an empty answer, which is the default and comes first.
 */
export function createKmsKeyLookup(key: string, emptyMeaning: string, regionKey = 'region') {
	return createRegionalLookup({
		key,
		what: 'KMS keys',
		regionKey,
		rule: optionalKmsKeyArnRule,
		async find(asking) {
			const looked = await lookUpKmsKeys(asking);
			const name = compareBy<KmsKeyInfo>(
				({ aliases }) => (aliases.length === 0 ? 1 : 0),
				({ aliases, id }) => aliases[0] ?? id,
			);
			return [
				{ value: '', label: 'None', hint: emptyMeaning },
				...createChoices(looked, choice, name),
			];
		},
	});
}

function choice(key: KmsKeyInfo): LookupChoice {
	const { arn, id, aliases, metadata } = key;
	const described =
		metadata === undefined
			? 'state unknown (kms:DescribeKey was denied)'
			: joinDetails(metadata.Description, metadata.MultiRegion ? 'multi-region' : '');
	return {
		value: arn,
		label: aliases[0] ?? id,
		hint: joinDetails(aliases.slice(1).join(', '), described, formatDay(metadata?.CreationDate)),
		refusal: refusalOf(key),
	};
}

function refusalOf({ metadata }: KmsKeyInfo): string | undefined {
	if (metadata === undefined) return undefined;
	const { KeyState, KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT' } = metadata;
	if (KeyUsage !== 'ENCRYPT_DECRYPT') return 'is not an encryption key';
	if (KeySpec !== 'SYMMETRIC_DEFAULT') return 'is not symmetric';
	if (KeyState === undefined || KeyState === 'Enabled') return undefined;
	const words: Partial<Record<typeof KeyState, string>> = {
		Disabled: 'is disabled',
		PendingDeletion: 'is scheduled for deletion',
		PendingImport: 'has no key material yet',
	};
	return words[KeyState] ?? `is not usable (${KeyState})`;
}
