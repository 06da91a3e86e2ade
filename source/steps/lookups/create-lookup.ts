import { createAwsClients } from '../../aws/clients.ts';
import {
	type KmsKeyInfo,
	lookUpCustomerManagedKmsKeys,
} from '../../aws/lookups/account-resources.ts';
import type { LookupContext, LookupItems } from '../../aws/lookups/lookup-requests.ts';
import { formatCount } from '../../engine/format.ts';
import type { Answers } from '../../engine/question.ts';
import type { Lookup, LookupChoice } from '../../engine/step.ts';
import { optionalKmsKeyArnRule } from '../rules/arns-regions-tags.ts';
import { readTextAnswer } from '../rules/read-answers.ts';
import type { ValueRule } from '../rules/value-rule.ts';
import type { Services } from '../step-context.ts';

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
	find(lookupContext: LookupContext, answers: Answers): Promise<readonly LookupChoice[]>;
}

/** A lookup in the account and one region. */
export function createRegionalLookup(options: LookupOptions): Lookup<Services> {
	const { key, what, needs = [], regionKey = 'region', rule } = options;
	return {
		key,
		needs: [...new Set(['account', 'region', regionKey, ...needs])],
		what(answers) {
			const region = readTextAnswer(answers, regionKey);
			return region === '' ? what : `${what} in ${region}`;
		},
		async find({ answers, services, signal }) {
			const aws = clientsOf(services, readTextAnswer(answers, regionKey));
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
			const account = readTextAnswer(answers, 'account');
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
		async find(lookupContext) {
			const found = createChoices(
				await lookUpCustomerManagedKmsKeys(lookupContext),
				choice,
				({ aliases }) => (aliases.length === 0 ? 1 : 0),
				({ aliases, id }) => aliases[0] ?? id,
			);
			return [{ value: '', label: 'None', hint: emptyMeaning }, ...found];
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

/** Joins the details of a choice; `""` and undefined are omitted. */
export function joinDetails(...all: readonly (string | undefined)[]): string {
	return all.filter((one) => one !== undefined && one !== '').join(', ');
}

/** A date such as `2018-01-15`; `""` without one. */
export function formatDay(date: Date | undefined): string {
	return date === undefined ? '' : date.toISOString().slice(0, 10);
}

/** `1 record`, `3 records`; `""` if unknown. */
export function formatNounCount(number: number | undefined, noun: string): string {
	return number === undefined ? '' : formatCount(number, noun);
}

/**
 * Choices from a lookup result, sorted by several keys, lower values first. The last one has a note
 * if AWS has more results.
 */
export function createChoices<T>(
	{ items, more = false }: LookupItems<T>,
	toChoice: (item: T) => LookupChoice,
	...sortKeys: readonly ((item: T) => number | string)[]
): LookupChoice[] {
	const compare = (a: T, b: T): number => {
		for (const key of sortKeys) {
			const [left, right] = [key(a), key(b)];
			if (left !== right) return left < right ? -1 : 1;
		}
		return 0;
	};
	const found = sortSelectableFirst([...items].sort(compare).map(toChoice));
	const last = found.pop();
	if (last === undefined) return [];
	const note = `only the first ${items.length} are listed; you can enter another value`;
	return [...found, more ? { ...last, hint: joinDetails(last.hint, note) } : last];
}

/** Puts selectable choices first; otherwise keeps the order. */
function sortSelectableFirst(found: readonly LookupChoice[]): LookupChoice[] {
	const [good, bad] = [true, false].map((takable) =>
		found.filter(({ refusal }) => (refusal === undefined) === takable),
	);
	return [...(good ?? []), ...(bad ?? [])];
}

/** Marks choices that the rule of the question rejects as unavailable, with the reason. */
export function applyRuleToChoices(
	{ schema }: ValueRule,
	found: readonly LookupChoice[],
): LookupChoice[] {
	const judged = found.map((one) => {
		const parsed = schema.safeParse(one.value);
		if (one.refusal !== undefined || parsed.success) return one;
		return { ...one, refusal: parsed.error.issues[0]?.message ?? 'does not match the rule' };
	});
	return sortSelectableFirst(judged);
}
