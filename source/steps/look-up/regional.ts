import { awsClients } from '../../aws/clients.ts';
import type { Asking } from '../../aws/lookups/asking.ts';
import type { Found, Lookup } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import type { ValueRule } from '../rules/value-rule.ts';
import type { Services } from '../services.ts';
import { known, underRule } from './found.ts';

export interface RegionalFacts {
	key: string;
	/** What is looked up, for messages: "subnets". */
	what: string;
	/** Answers it depends on besides account and region. */
	needs?: readonly string[];
	/** Answer key of the region; the default is the region of the installation. */
	regionKey?: string;
	/** The rule of the question, to mark values that it rejects. */
	rule?: ValueRule;
	find(asking: Asking, answers: Answers): Promise<readonly Found[]>;
}

/** A lookup in the account and one region. */
export function regional(wanted: RegionalFacts): Lookup<Services> {
	const { key, what, needs = [], regionKey = 'region', rule } = wanted;
	return {
		key,
		needs: [...new Set(['account', 'region', regionKey, ...needs])],
		what(answers) {
			const region = known(answers, regionKey);
			return region === '' ? what : `${what} in ${region}`;
		},
		async find({ answers, services, signal }) {
			const aws = clientsOf(services, known(answers, regionKey));
			const found = await wanted.find({ aws, signal }, answers);
			return rule === undefined ? found : underRule(rule, found);
		},
	};
}

/** A lookup of global resources of an account. */
export function global(wanted: Omit<RegionalFacts, 'regionKey'>): Lookup<Services> {
	const look = regional(wanted);
	return {
		...look,
		needs: ['account', ...(wanted.needs ?? [])],
		what(answers) {
			const account = known(answers, 'account');
			return account === '' ? wanted.what : `${wanted.what} in account ${account}`;
		},
	};
}

/** Clients of another region (after an answer changed) would query the wrong region. */
function clientsOf({ aws, cloud }: Services, region: string) {
	return region === '' || region === cloud.region ? aws : awsClients({ ...cloud, region });
}
