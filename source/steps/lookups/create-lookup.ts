import { createAwsClients } from '../../aws/clients.ts';
import type { LookupContext } from '../../aws/lookups/lookup-requests.ts';
import type { Lookup, LookupChoice } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import type { ValueRule } from '../rules/value-rule.ts';
import type { Services } from '../services.ts';
import { applyRuleToChoices, getTextAnswerOrEmpty } from './lookup-choices.ts';

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
