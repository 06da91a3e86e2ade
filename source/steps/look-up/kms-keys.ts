import { type KmsKeyFacts, lookUpKmsKeys } from '../../aws/lookups/kms-keys.ts';
import type { Found } from '../../engine/lookup.ts';
import { kmsKeyArnOrEmpty } from '../rules/arn.ts';
import { by, choices, day, facts } from './found.ts';
import { regional } from './regional.ts';

/**
 * KMS keys for a question whose answer is the ARN of a key, or empty.
 *
 * @param without The meaning of an empty answer, which is the default and comes first.
 */
export function kmsKeys(key: string, without: string, regionKey = 'region') {
	return regional({
		key,
		what: 'KMS keys',
		regionKey,
		rule: kmsKeyArnOrEmpty,
		async find(asking) {
			const looked = await lookUpKmsKeys(asking);
			const name = by<KmsKeyFacts>(
				({ aliases }) => (aliases.length === 0 ? 1 : 0),
				({ aliases, id }) => aliases[0] ?? id,
			);
			return [{ value: '', label: 'None', hint: without }, ...choices(looked, choice, name)];
		},
	});
}

function choice(key: KmsKeyFacts): Found {
	const { arn, id, aliases, metadata } = key;
	const described =
		metadata === undefined
			? 'state unknown (kms:DescribeKey was denied)'
			: facts(metadata.Description, metadata.MultiRegion ? 'multi-region' : '');
	const refusal = refusalOf(key);
	return {
		value: arn,
		label: aliases[0] ?? id,
		hint: facts(aliases.slice(1).join(', '), described, day(metadata?.CreationDate)),
		...(refusal === undefined ? {} : { refusal }),
	};
}

function refusalOf({ metadata }: KmsKeyFacts): string | undefined {
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
