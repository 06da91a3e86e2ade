import { type KmsKeyInfo, lookUpKmsKeys } from '../../aws/lookups/kms-keys.ts';
import type { LookupChoice } from '../../engine/lookup.ts';
import { optionalKmsKeyArnRule } from '../rules/arns.ts';
import { createRegionalLookup } from './create-lookup.ts';
import { compareBy, createChoices, formatDay, joinDetails } from './lookup-choices.ts';

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
	const refusal = refusalOf(key);
	return {
		value: arn,
		label: aliases[0] ?? id,
		hint: joinDetails(aliases.slice(1).join(', '), described, formatDay(metadata?.CreationDate)),
		...(refusal === undefined ? {} : { refusal }),
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
