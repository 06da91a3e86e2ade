import { awsClients } from '../../aws/clients.ts';
import type { Asking } from '../../aws/lookups/asking.ts';
import type { Found, Lookup } from '../../engine/lookup.ts';
import type { Answers } from '../../engine/question.ts';
import type { ValueRule } from '../rules/value-rule.ts';
import type { Services } from '../services.ts';
import { known, underRule } from './found.ts';

export interface RegionalFacts {
	key: string;
	/** What is looked up, in words: "subnets". */
	what: string;
	/** Answers it starts from besides account and region. */
	needs?: readonly string[];
	/** Key of the region to look in; left out: that of the installation. */
	regionKey?: string;
	/** The rule of the question, for values that AWS has and the question refuses. */
	rule?: ValueRule;
	find(asking: Asking, answers: Answers): Promise<readonly Found[]>;
}

/** A look-up in the account and one region. */
export function regional(wanted: RegionalFacts): Lookup<Services> {
	const { key, what, needs = [], regionKey = 'region', rule } = wanted;
	return {
		key,
		needs: [...new Set(['account', 'region', regionKey, ...needs])],
		what(answers) {
			const region = known(answers, regionKey);
			return region === '' ? what : `${what} of ${region}`;
		},
		async find({ answers, services, signal }) {
			const aws = clientsOf(services, known(answers, regionKey));
			const found = await wanted.find({ aws, signal }, answers);
			return rule === undefined ? found : underRule(rule, found);
		},
	};
}

/** A look-up in what an account has once for all regions. */
export function global(wanted: Omit<RegionalFacts, 'regionKey'>): Lookup<Services> {
	const look = regional(wanted);
	return {
		...look,
		needs: ['account', ...(wanted.needs ?? [])],
		what(answers) {
			const account = known(answers, 'account');
			return account === '' ? wanted.what : `${wanted.what} of ${account}`;
		},
	};
}

/** Clients made for another region (an answer changed meanwhile) would look in the wrong place. */
function clientsOf({ aws, cloud }: Services, region: string) {
	return region === '' || region === cloud.region ? aws : awsClients({ ...cloud, region });
}
